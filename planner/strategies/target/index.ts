export * from './behavior.ts';
export * from './column-mean.ts';
export * from './metric-wish.ts';
export * from './metrics-needs.ts';
export * from './size.ts';
