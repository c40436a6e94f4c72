import type { ForecastModel } from '../../../api/index.ts';
import { SeasonProfile } from './season-profile.ts';
import { type ForecastSpan, lastBucket } from './span.ts';

type Settings = ForecastModel & { readonly kind: 'seasonal' };

/** A season moves the level by no more than this, since a quiet night divides by little. */
const MOST_RATIO = 5;

/**
 * A level without its season, times the highest season of the span: with a level gain of 1 the last value in the ratio of
 * earlier days, with less a smoothed one. Until a whole period was seen the season is flat. A gap teaches neither.
 */
export function seasonalPoints(
  history: Float64Array,
  settings: Settings,
  span: ForecastSpan,
  bucketSeconds: number,
): Float64Array {
  const { levelGain, strength, periodSeconds } = settings;
  const profile = new SeasonProfile(Math.max(1, Math.round(periodSeconds / bucketSeconds)), bucketSeconds);
  const points = new Float64Array(history.length);
  let level = Number.NaN;
  let isSeasonal = false;
  for (let index = 0; index < history.length; index += 1) {
    const now = profile.seasonAt(index);
    const value = history[index] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      const flat = now === undefined ? value : value / now ** strength;
      const isNew = Number.isNaN(level) || isSeasonal !== (now !== undefined);
      level = isNew ? flat : level + levelGain * (flat - level);
      isSeasonal = now !== undefined;
    }
    profile.learn(index, value);
    const ahead = isSeasonal ? profile.highest(index + span.leadBuckets, index + lastBucket(span)) : undefined;
    const here = isSeasonal ? (now ?? 1) : 1;
    const ratio = Math.min(MOST_RATIO, Math.max(1 / MOST_RATIO, (ahead ?? here) / here));
    points[index] = level * (here * ratio) ** strength;
  }
  return points;
}
