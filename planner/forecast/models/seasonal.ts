import type { ForecastModel } from '../../../api/index.ts';
import { SeasonProfile } from './season-profile.ts';
import { type ForecastSpan, lastBucket } from './span.ts';

type Settings = ForecastModel & { readonly kind: 'seasonal' };

/** A season moves the level by no more than this, since a quiet night divides by little. */
export const MOST_RATIO = 5;

/** What is usual at each bucket of a history, by what was known then; NaN where nothing was. No gain has a part in it. */
export interface Seasons {
  /** Of the bucket itself, before it is learned from. */
  readonly here: Float64Array;
  /** The highest of the span after it. */
  readonly ahead: Float64Array;
}

export function seasonsOf(
  history: Float64Array,
  periodSeconds: number,
  span: ForecastSpan,
  bucketSeconds: number,
): Seasons {
  const profile = new SeasonProfile(Math.max(1, Math.round(periodSeconds / bucketSeconds)), bucketSeconds);
  const here = new Float64Array(history.length);
  const ahead = new Float64Array(history.length);
  let isSeasonal = false;
  for (let index = 0; index < history.length; index += 1) {
    const now = profile.seasonAt(index) ?? Number.NaN;
    const value = history[index] ?? Number.NaN;
    if (!Number.isNaN(value)) isSeasonal = !Number.isNaN(now);
    profile.learn(index, value);
    here[index] = now;
    ahead[index] =
      (isSeasonal ? profile.highest(index + span.leadBuckets, index + lastBucket(span)) : undefined) ?? Number.NaN;
  }
  return { here, ahead };
}

/**
 * A level without its season, times the highest season of the span: with a level gain of 1 the last value in the ratio of
 * earlier days, with less a smoothed one. Until a whole period was seen the season is flat. A gap teaches neither.
 */
export function seasonalPoints(history: Float64Array, settings: Settings, seasons: Seasons): Float64Array {
  const { levelGain, strength } = settings;
  const points = new Float64Array(history.length);
  let level = Number.NaN;
  let isSeasonal = false;
  for (let index = 0; index < history.length; index += 1) {
    const now = seasons.here[index] ?? Number.NaN;
    const hasSeason = !Number.isNaN(now);
    const value = history[index] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      const flat = hasSeason ? value / now ** strength : value;
      const isNew = Number.isNaN(level) || isSeasonal !== hasSeason;
      level = isNew ? flat : level + levelGain * (flat - level);
      isSeasonal = hasSeason;
    }
    const here = isSeasonal && hasSeason ? now : 1;
    const highest = seasons.ahead[index] ?? Number.NaN;
    const ahead = isSeasonal && !Number.isNaN(highest) ? highest : here;
    const ratio = Math.min(MOST_RATIO, Math.max(1 / MOST_RATIO, ahead / here));
    points[index] = level * (here * ratio) ** strength;
  }
  return points;
}
