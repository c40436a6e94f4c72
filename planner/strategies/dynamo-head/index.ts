export * from './global-budget.ts';
export * from './gpu-band.ts';
export * from './power-budget.ts';
