export * from './fit-profile.ts';
export * from './model-of-profile.ts';
export type { FitError, Outlier } from './robust-fit.ts';
