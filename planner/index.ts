export * from './budget/index.ts';
export * from './capacity/index.ts';
export * from './forecast/index.ts';
export * from './guardrails/index.ts';
export * from './metrics/index.ts';
export * from './plan/index.ts';
export * from './quality/index.ts';
export * from './strategies/index.ts';
