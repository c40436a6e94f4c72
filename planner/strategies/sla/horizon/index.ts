export * from './horizon-engine.ts';
export * from './horizon-planner.ts';
