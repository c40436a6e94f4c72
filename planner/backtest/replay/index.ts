export * from './lockstep.ts';
export type * from './policy-result.ts';
export * from './replay.ts';
export type * from './replay-input.ts';
export * from './replayed-policy.ts';
