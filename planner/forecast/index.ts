export type { Covariance, KalmanNoise, KalmanState } from './kalman.ts';
export type { LoadSeries } from './load-series.ts';
export * from './predictor.ts';
