export type { ArithmeticFailure, Computed } from './arithmetic.ts';
export * from './correction.ts';
export * from './decide.ts';
export * from './decision.ts';
export * from './gpu-budget.ts';
export * from './replicas.ts';
export * from './size.ts';
export * from './validity.ts';
