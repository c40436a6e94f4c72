import { type KalmanNoise, measure, passWindow, soundNoise, startFilter } from './kalman.ts';

/** Share of its first weight below which a value is forgotten: a value a million times the others moves nothing by more. */
const FORGOTTEN = 1e-9;
/** A filter that has not forgotten after so many windows is taken never to forget. */
const MOST_WINDOWS = 2000;

/**
 * How many windows a value keeps its part in a forecast of the Kalman filter: the filter is linear, so one value of 1
 * among zeros shows its weight. With no end where it is long.
 */
export function memoryOfKalman(settings: KalmanNoise): number {
  const { levelVariance, trendVariance, measurementVariance } = settings;
  const key = `${levelVariance} ${trendVariance} ${measurementVariance}`;
  // All graphs of a fleet mostly have the same noise, and finding out takes as long as filtering a week of one.
  if (key !== latest.key) latest = { key, windows: countWindows(soundNoise(settings)) };
  return latest.windows;
}

let latest = { key: '', windows: 0 };

function countWindows(noise: KalmanNoise): number {
  let state = startFilter(0);
  for (let window = 0; window < MOST_WINDOWS; window += 1) state = measure(passWindow(state, noise), 0, noise);
  state = measure(passWindow(state, noise), 1, noise);
  let last = 1;
  for (let window = 2; window <= MOST_WINDOWS; window += 1) {
    state = measure(passWindow(state, noise), 0, noise);
    if (Math.abs(state.level) + Math.abs(state.trend) > FORGOTTEN) last = window;
  }
  return last < MOST_WINDOWS ? last : Number.POSITIVE_INFINITY;
}
