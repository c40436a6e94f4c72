import type { ForecastModel } from '../../../api/index.ts';
import { LEAST_SEASON, SeasonProfile, seasonOf } from '../models/season-profile.ts';
import { MOST_RATIO } from '../models/seasonal.ts';
import { type ForecastSpan, lastBucket } from '../models/span.ts';
import type { ValueRange } from './value-range.ts';

type Settings = ForecastModel & { readonly kind: 'seasonal' };

interface Range {
  readonly lowest: number;
  readonly highest: number;
}

/** A season, none yet, or that nobody can tell, since all that was measured until then is zero. */
type SeasonRange = Range | 'none' | 'untold';

/**
 * Between which numbers the points of a seasonal model lie, whatever the lost buckets held. What is usual only rises with what
 * it is learned from, so the profile of all the lowest values and that of all the highest hold every other between them;
 * ratios of the two are taken at their widest, which is more than any one history can have.
 */
export function seasonalPointRange(
  range: ValueRange,
  { periodSeconds, levelGain, strength }: Settings,
  span: ForecastSpan,
  bucketSeconds: number,
): ValueRange {
  const { length } = range.lowest;
  const [lowest, highest] = [new Float64Array(length), new Float64Array(length)];
  const profiles = new ProfilePair(Math.max(1, Math.round(periodSeconds / bucketSeconds)), bucketSeconds);
  const beyond = highestOf(range.highest) / LEAST_SEASON ** strength;
  let level: Range = { lowest: 0, highest: 0 };
  let isSeasonal: boolean | undefined;
  for (let index = 0; index < length; index += 1) {
    const value: Range = { lowest: range.lowest[index] ?? 0, highest: range.highest[index] ?? 0 };
    const now = profiles.seasonAt(index);
    profiles.learn(index, value);
    const next = profiles.highestSeason(index + span.leadBuckets, index + lastBucket(span));
    if (now === 'untold' || next === 'untold') {
      level = { lowest: 0, highest: beyond };
      isSeasonal = undefined;
      highest[index] = Number.POSITIVE_INFINITY;
      continue;
    }
    const hasSeason = now !== 'none';
    const here: Range = now === 'none' ? { lowest: 1, highest: 1 } : now;
    const flat: Range = {
      lowest: value.lowest / here.highest ** strength,
      highest: value.highest / here.lowest ** strength,
    };
    // Whether the level starts anew is not known after a time that nobody can tell; what lies between is then all of it.
    const isNew = index === 0 || (isSeasonal !== undefined && isSeasonal !== hasSeason);
    level = isNew ? flat : blended(level, flat, levelGain);
    isSeasonal = hasSeason;
    const ahead = next === 'none' || !hasSeason ? undefined : next;
    const points =
      isNew || levelGain === 1 ? ratioOf(value, here, ahead, strength) : placed(level, here, ahead, strength);
    lowest[index] = points.lowest;
    highest[index] = points.highest;
  }
  return { lowest, highest };
}

function blended(level: Range, flat: Range, gain: number): Range {
  return {
    lowest: level.lowest + gain * (flat.lowest - level.lowest),
    highest: level.highest + gain * (flat.highest - level.highest),
  };
}

/** The newest value itself, in the ratio of the season ahead to the one that it stands in. */
function ratioOf(value: Range, here: Range, ahead: Range | undefined, strength: number): Range {
  if (ahead === undefined) return value;
  return {
    lowest: value.lowest * kept(ahead.lowest / here.highest) ** strength,
    highest: value.highest * kept(ahead.highest / here.lowest) ** strength,
  };
}

/** A level without its season in the highest season ahead. */
function placed(level: Range, here: Range, ahead: Range | undefined, strength: number): Range {
  const low = ahead === undefined ? here.lowest : here.lowest * kept(ahead.lowest / here.lowest);
  const high = ahead === undefined ? here.highest : here.highest * kept(ahead.highest / here.highest);
  return { lowest: level.lowest * low ** strength, highest: level.highest * high ** strength };
}

function kept(ratio: number): number {
  return Math.min(MOST_RATIO, Math.max(1 / MOST_RATIO, ratio));
}

function highestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** What is usual, by the lowest and by the highest that was. */
class ProfilePair {
  readonly #lowest: SeasonProfile;
  readonly #highest: SeasonProfile;

  constructor(periodBuckets: number, bucketSeconds: number) {
    this.#lowest = new SeasonProfile(periodBuckets, bucketSeconds);
    this.#highest = new SeasonProfile(periodBuckets, bucketSeconds);
  }

  learn(bucket: number, { lowest, highest }: Range): void {
    this.#lowest.learn(bucket, lowest);
    this.#highest.learn(bucket, highest);
  }

  seasonAt(bucket: number): SeasonRange {
    return this.#seasonOf(this.#lowest.meanAt(bucket), this.#highest.meanAt(bucket));
  }

  highestSeason(first: number, last: number): SeasonRange {
    return this.#seasonOf(this.#lowest.highestMean(first, last), this.#highest.highestMean(first, last));
  }

  #seasonOf(lowest: number, highest: number): SeasonRange {
    const [least, most] = [this.#lowest.overall, this.#highest.overall];
    if (Number.isNaN(lowest) || !(most > 0)) return 'none';
    if (!(least > 0)) return 'untold';
    return { lowest: seasonOf(lowest, most), highest: seasonOf(highest, least) };
  }
}
