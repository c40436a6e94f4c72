export * from './backtest/index.ts';
export { isChange } from './blocks/index.ts';
export * from './markdown/index.ts';
export * from './merge-request/index.ts';
export * from './outcome/index.ts';
export * from './paint.ts';
export * from './plan/index.ts';
export * from './report.ts';
