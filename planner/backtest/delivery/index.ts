export * from './delivery.ts';
export type * from './lead-time.ts';
