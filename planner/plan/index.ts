export * from './input.ts';
export * from './make-plan.ts';
