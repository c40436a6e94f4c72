export * from './cheapest-plan.ts';
export * from './find-needs.ts';
export * from './limited-oracle.ts';
export * from './need-path.ts';
export * from './needed-replicas.ts';
export * from './peak-need.ts';
export * from './relaxed-bound.ts';
