export * from './accuracy.ts';
export * from './outcome-report.ts';
