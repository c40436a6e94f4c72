export * from './choose-setting.ts';
export * from './families.ts';
export type * from './family.ts';
export * from './try-settings.ts';
export * from './walk-forward.ts';
