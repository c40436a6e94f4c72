export * from './horizon-engine.ts';
export * from './horizon-planner.ts';
export type * from './repeating-day.ts';
