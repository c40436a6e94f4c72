import type { FittedForecast, SingleModel } from '../../api/index.ts';

export const DAY_SECONDS = 86_400;

/** Past errors count for three days: long enough for a 99 % quantile, short enough to follow a change. */
export const CALIBRATION_SECONDS = 3 * DAY_SECONDS;

/** A level forgets half of an error in ten minutes. */
const SMOOTHING_SECONDS = 600;

/**
 * What a graph is forecast with before it is fitted: the median of four simple models, which on real traffic is never far
 * from the best of them, with errors in square roots (docs/forecasts.md has the numbers).
 */
export function defaultMethod(bucketSeconds: number): FittedForecast {
  const smoothed = levelGain(SMOOTHING_SECONDS, bucketSeconds);
  const members: readonly SingleModel[] = [
    { kind: 'constant' },
    { kind: 'damped-trend', levelGain: smoothed, trendGain: 0.02, damping: 0.8 },
    { kind: 'seasonal', periodSeconds: DAY_SECONDS, levelGain: 1, strength: 0.5 },
    { kind: 'seasonal', periodSeconds: DAY_SECONDS, levelGain: smoothed, strength: 0.5 },
  ];
  return {
    model: { kind: 'ensemble', members: [...members] },
    residualSpace: 'sqrt',
    calibrationSeconds: CALIBRATION_SECONDS,
    residualQuantiles: [],
  };
}

/** The gain with which a level forgets half of its error in so many seconds. */
export function levelGain(halfLifeSeconds: number, bucketSeconds: number): number {
  return Number((1 - 2 ** (-bucketSeconds / halfLifeSeconds)).toPrecision(3));
}
