export * from './deciding-traffic.ts';
export * from './input.ts';
export * from './make-plan.ts';
export * from './quantity.ts';
