export { residualsNeeded } from './calibrate.ts';
export * from './default-method.ts';
export * from './demand-forecast.ts';
export * from './demand-history.ts';
export * from './forecast-demand.ts';
export type { Covariance, KalmanNoise, KalmanState } from './kalman.ts';
export type { LoadSeries } from './load-series.ts';
export { modelWords } from './models/model-words.ts';
export * from './predictor.ts';
