export * from './dynamo-head/index.ts';
export * from './dynamo-load/index.ts';
export * from './dynamo-sla/index.ts';
export * from './metrics-needs.ts';
export * from './strategy.ts';
export * from './worker-gpus.ts';
export * from './workers.ts';
export * from './sla/index.ts';
