export * from './demand-charts.ts';
export * from './held-list.ts';
export * from './numbers.ts';
export * from './outlook-table.ts';
export * from './replica-table.ts';
export * from './why.ts';
