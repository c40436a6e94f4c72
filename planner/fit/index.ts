export * from './fit-fleet.ts';
export * from './fit-graph.ts';
export * from './fit-quantity.ts';
