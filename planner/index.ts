export * from './capacity/index.ts';
export * from './forecast/index.ts';
export * from './strategies/dynamo-sla/index.ts';
