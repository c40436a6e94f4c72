export * from './fluid/fluid-simulation.ts';
export type * from './simulation.ts';
