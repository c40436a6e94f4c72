export * from './fit-profile.ts';
export type { FitError, Outlier } from './robust-fit.ts';
