export * from './delivery.ts';
export * from './lead-time.ts';
