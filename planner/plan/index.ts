export * from './complete-plan.ts';
export * from './input.ts';
export * from './make-plan.ts';
export * from './place.ts';
export * from './plan-fleet.ts';
export * from './plan-graph.ts';
export * from './planned-graph.ts';
export * from './select-graphs.ts';
