export * from './kalman.ts';
export * from './load-series.ts';
export * from './predictor.ts';
