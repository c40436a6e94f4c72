export * from './engine-capacity.ts';
export * from './forward-pass.ts';
export * from './global-budget.ts';
export * from './gpu-band.ts';
export * from './load-prediction.ts';
export * from './power-budget.ts';
export * from './throughput.ts';
