export * from './discrete/discrete-simulation.ts';
export * from './fluid/fluid-simulation.ts';
export * from './simulation.ts';
