export * from './judge-metrics.ts';
export type * from './question.ts';
export type * from './verdict.ts';
export * from './warm-up.ts';
