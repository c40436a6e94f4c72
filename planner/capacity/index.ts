export * from './decode-grids.ts';
export * from './engine-model.ts';
export * from './engine-profile.ts';
export * from './fit/index.ts';
export * from './performance-model.ts';
export * from './profile-document.ts';
export * from './profile-match.ts';
export * from './role-profiles.ts';
