export * from './backtest-report.ts';
export * from './recent-days.ts';
