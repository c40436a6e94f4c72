import type { ForecastModel } from '../../../api/index.ts';
import { type ForecastSpan, lastBucket } from './span.ts';

type Settings = ForecastModel & { readonly kind: 'damped-trend' };

/**
 * Holt's level and trend, where the trend fades (Gardner and McKenzie 1985). Between its ends a fading trend only rises or
 * only falls, so one of the two ends is the highest. A gap lets the trend fade and teaches nothing.
 */
export function dampedTrendPoints(history: Float64Array, settings: Settings, span: ForecastSpan): Float64Array {
  const { levelGain, trendGain, damping } = settings;
  const [near, far] = [fadedSum(damping, span.leadBuckets), fadedSum(damping, lastBucket(span))];
  const points = new Float64Array(history.length);
  let level = Number.NaN;
  let trend = 0;
  for (let index = 0; index < history.length; index += 1) {
    const value = history[index] ?? Number.NaN;
    if (Number.isNaN(level)) {
      level = value;
    } else {
      const expected = level + damping * trend;
      const next = Number.isNaN(value) ? expected : expected + levelGain * (value - expected);
      trend = Number.isNaN(value) ? damping * trend : damping * trend + trendGain * (next - level - damping * trend);
      level = next;
    }
    points[index] = Math.max(0, level + trend * (trend > 0 ? far : near));
  }
  return points;
}

/** damping + damping² + …, so many terms: how far a trend of 1 carries. */
export function fadedSum(damping: number, terms: number): number {
  return damping === 1 ? terms : (damping * (1 - damping ** terms)) / (1 - damping);
}
