export * from './explanation.ts';
export * from './explanation-report.ts';
export * from './plan-report.ts';
export * from './shard-report.ts';
