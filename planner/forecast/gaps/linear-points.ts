import type { ForecastModel } from '../../../api/index.ts';
import { measure, passWindow, soundNoise, startFilter } from '../kalman.ts';
import { fadedSum } from '../models/damped-trend.ts';
import { type ForecastSpan, lastBucket } from '../models/span.ts';
import type { ValueRange } from './value-range.ts';

type LinearModel = ForecastModel & { readonly kind: 'damped-trend' | 'kalman' };

/** One step of a filter with level and trend, whose gains do not depend on what is measured. */
interface LinearFilter {
  /** What is left of the trend after a bucket. */
  readonly fading: number;
  /** How far the trend carries to the nearest and to the farthest bucket that is forecast. */
  readonly near: number;
  readonly far: number;
  readonly gainsAt: (index: number) => { readonly level: number; readonly trend: number };
}

/** Parts of a first deviation below this move no last digit. */
const NEGLIGIBLE = 1e-12;

/**
 * Between which numbers the points of a linear model lie, whatever the lost buckets held: those of a history with the middle
 * of each range, and around them the sum of what each loss can add or take away. Exact, since the filter is linear.
 */
export function linearPointRange(range: ValueRange, model: LinearModel, span: ForecastSpan): ValueRange {
  const filter = model.kind === 'kalman' ? kalmanFilter(model, span, range.lowest.length) : dampedFilter(model, span);
  const { length } = range.lowest;
  const [lowest, highest] = [new Float64Array(length), new Float64Array(length)];
  const [near, far] = [new Float64Array(length), new Float64Array(length)];
  for (let index = 0; index < length; index += 1) {
    const radius = ((range.highest[index] ?? 0) - (range.lowest[index] ?? 0)) / 2;
    if (radius > 0) addDeviation(filter, index, radius, near, far);
  }
  let [level, trend] = [0, 0];
  for (let index = 0; index < length; index += 1) {
    const value = ((range.lowest[index] ?? 0) + (range.highest[index] ?? 0)) / 2;
    const gains = filter.gainsAt(index);
    const faded = filter.fading * trend;
    const surprise = value - level - faded;
    // The first value is believed as it is.
    [level, trend] =
      index === 0 ? [value, 0] : [level + faded + gains.level * surprise, faded + gains.trend * surprise];
    const [atNear, atFar] = [level + trend * filter.near, level + trend * filter.far];
    const [widthNear, widthFar] = [near[index] ?? 0, far[index] ?? 0];
    lowest[index] = Math.max(0, atNear - widthNear, atFar - widthFar);
    highest[index] = Math.max(0, atNear + widthNear, atFar + widthFar);
  }
  return { lowest, highest };
}

/** What a value that is so much higher does to every later forecast. */
function addDeviation(filter: LinearFilter, from: number, radius: number, near: Float64Array, far: Float64Array): void {
  const first = filter.gainsAt(from);
  let [level, trend] = from === 0 ? [radius, 0] : [first.level * radius, first.trend * radius];
  for (let index = from; index < near.length; index += 1) {
    if (index > from) {
      const gains = filter.gainsAt(index);
      const expected = level + filter.fading * trend;
      [level, trend] = [expected * (1 - gains.level), filter.fading * trend - gains.trend * expected];
    }
    near[index] = (near[index] ?? 0) + Math.abs(level + trend * filter.near);
    far[index] = (far[index] ?? 0) + Math.abs(level + trend * filter.far);
    if (Math.abs(level) + Math.abs(trend) * filter.far < NEGLIGIBLE * radius) return;
  }
}

function dampedFilter(
  { levelGain, trendGain, damping }: LinearModel & { readonly kind: 'damped-trend' },
  span: ForecastSpan,
): LinearFilter {
  // The trend learns from what the level learned.
  const gains = { level: levelGain, trend: trendGain * levelGain };
  return {
    fading: damping,
    near: fadedSum(damping, span.leadBuckets),
    far: fadedSum(damping, lastBucket(span)),
    gainsAt: () => gains,
  };
}

function kalmanFilter(
  settings: LinearModel & { readonly kind: 'kalman' },
  span: ForecastSpan,
  length: number,
): LinearFilter {
  const noise = soundNoise(settings);
  const [level, trend] = [new Float64Array(length), new Float64Array(length)];
  let state = startFilter(0);
  for (let index = 1; index < length; index += 1) {
    const passed = passWindow(state, noise);
    const certainty = 1 / (passed.covariance.level + noise.measurementVariance);
    level[index] = passed.covariance.level * certainty;
    trend[index] = passed.covariance.trendLevel * certainty;
    state = measure(passed, 0, noise);
  }
  return {
    ...{ fading: 1, near: span.leadBuckets, far: lastBucket(span) },
    gainsAt: (index) => ({ level: level[index] ?? 0, trend: trend[index] ?? 0 }),
  };
}
