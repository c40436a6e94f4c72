/** Variances of a local linear trend model, per window. */
export interface KalmanNoise {
  readonly levelVariance: number;
  readonly trendVariance: number;
  readonly measurementVariance: number;
}

/** Estimate of a level and of its change per window, with their covariance. */
export interface KalmanState {
  readonly level: number;
  readonly trend: number;
  readonly covariance: Covariance;
}

export interface Covariance {
  readonly level: number;
  readonly levelTrend: number;
  readonly trendLevel: number;
  readonly trend: number;
}

/** Variance of a state that nothing is known about yet. */
const UNKNOWN = 1000;

/** Noise that would make the filter divide by zero is raised to the smallest that Dynamo's planner allows. */
export function soundNoise(noise: KalmanNoise): KalmanNoise {
  return {
    levelVariance: Math.max(1e-12, noise.levelVariance),
    trendVariance: Math.max(1e-12, noise.trendVariance),
    measurementVariance: Math.max(1e-9, noise.measurementVariance),
  };
}

/** The filter after its first measurement, which it believes but is not sure of. */
export function startFilter(measurement: number): KalmanState {
  return {
    level: measurement,
    trend: 0,
    covariance: { level: UNKNOWN, levelTrend: 0, trendLevel: 0, trend: UNKNOWN },
  };
}

/** One window later, before it is measured: the level moves by the trend, and uncertainty grows. */
export function passWindow({ level, trend, covariance: p }: KalmanState, noise: KalmanNoise): KalmanState {
  return {
    level: level + trend,
    trend,
    covariance: {
      level: p.level + p.trendLevel + (p.levelTrend + p.trend) + noise.levelVariance,
      levelTrend: p.levelTrend + p.trend,
      trendLevel: p.trendLevel + p.trend,
      trend: p.trend + noise.trendVariance,
    },
  };
}

/**
 * Corrects the estimate with a measured level; the covariance is updated in Joseph's form, which stays positive.
 * Operations come in filterpy's order, so that results agree to the last digit.
 */
export function measure(state: KalmanState, measurement: number, noise: KalmanNoise): KalmanState {
  const { level, trend, covariance: p } = state;
  const certainty = 1 / (p.level + noise.measurementVariance);
  const levelGain = p.level * certainty;
  const trendGain = p.trendLevel * certainty;
  const surprise = measurement - level;
  const kept = 1 - levelGain;
  // (I − KH) P, then the same from the right, then K R Kᵀ.
  const a = kept * p.level;
  const b = kept * p.levelTrend;
  const c = p.trendLevel - trendGain * p.level;
  const d = p.trend - trendGain * p.levelTrend;
  return {
    level: level + levelGain * surprise,
    trend: trend + trendGain * surprise,
    covariance: {
      level: a * kept + levelGain * noise.measurementVariance * levelGain,
      levelTrend: b - a * trendGain + levelGain * noise.measurementVariance * trendGain,
      trendLevel: c * kept + trendGain * noise.measurementVariance * levelGain,
      trend: d - c * trendGain + trendGain * noise.measurementVariance * trendGain,
    },
  };
}
