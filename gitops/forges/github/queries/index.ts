export * from './auto-merge.ts';
export * from './comments.ts';
export * from './commit-files.ts';
export * from './proposal-state.ts';
export * from './proposal-survey.ts';
export * from './withdraw.ts';
