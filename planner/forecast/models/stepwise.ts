import type { ForecastModel, SingleModel } from '../../../api/index.ts';
import { type KalmanState, measure, passWindow, soundNoise, startFilter } from '../kalman.ts';
import { SeasonProfile } from './season-profile.ts';
import { MOST_RATIO } from './seasonal.ts';

/** A model that is told a history bucket by bucket, and asked after each how high any later bucket will be. */
export interface StepwiseForecaster {
  /** NaN is no data. */
  readonly learn: (value: number) => void;
  /** The bucket so far from the newest one, of which 1 is the next; NaN before the first data. */
  readonly ahead: (buckets: number) => number;
}

/**
 * The models of {@link pointForecasts} for a span of one bucket, kept up to date as buckets come: whoever asks for many spans, and
 * again after each bucket, does not walk over the whole history for each.
 */
export function stepwiseForecaster(model: ForecastModel, bucketSeconds: number): StepwiseForecaster {
  const seasons = new Map<number, LearnedSeason>();
  const seasonOf = (periodSeconds: number): LearnedSeason => {
    const known = seasons.get(periodSeconds) ?? new LearnedSeason(periodSeconds, bucketSeconds);
    seasons.set(periodSeconds, known);
    return known;
  };
  const members = (model.kind === 'ensemble' ? model.members : [model]).map((member) => single(member, seasonOf));
  return {
    learn: (value) => {
      for (const season of seasons.values()) season.learn(value);
      for (const member of members) member.learn(value);
    },
    ahead: (buckets) => middle(members.map((member) => member.ahead(buckets))),
  };
}

function middle(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2)];
  return ((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2;
}

function single(model: SingleModel, seasonOf: (periodSeconds: number) => LearnedSeason): StepwiseForecaster {
  switch (model.kind) {
    case 'constant':
      return lastValue();
    case 'kalman':
      return kalman(model);
    case 'damped-trend':
      return dampedTrend(model);
    case 'seasonal':
      return seasonal(model, seasonOf(model.periodSeconds));
  }
}

function lastValue(): StepwiseForecaster {
  let last = Number.NaN;
  return {
    learn: (value) => {
      if (!Number.isNaN(value)) last = value;
    },
    ahead: () => last,
  };
}

function dampedTrend({
  levelGain,
  trendGain,
  damping,
}: ForecastModel & { readonly kind: 'damped-trend' }): StepwiseForecaster {
  let [level, trend] = [Number.NaN, 0];
  return {
    learn: (value) => {
      if (Number.isNaN(level)) {
        level = value;
        return;
      }
      const expected = level + damping * trend;
      const next = Number.isNaN(value) ? expected : expected + levelGain * (value - expected);
      trend = Number.isNaN(value) ? damping * trend : damping * trend + trendGain * (next - level - damping * trend);
      level = next;
    },
    ahead: (buckets) => {
      const faded = damping === 1 ? buckets : (damping * (1 - damping ** buckets)) / (1 - damping);
      return Math.max(0, level + trend * faded);
    },
  };
}

function kalman(model: ForecastModel & { readonly kind: 'kalman' }): StepwiseForecaster {
  const noise = soundNoise(model);
  let state: KalmanState | undefined;
  return {
    learn: (value) => {
      if (state === undefined) {
        state = Number.isNaN(value) ? undefined : startFilter(value);
      } else {
        const passed = passWindow(state, noise);
        state = Number.isNaN(value) ? passed : measure(passed, value, noise);
      }
    },
    ahead: (buckets) => (state === undefined ? Number.NaN : Math.max(0, state.level + state.trend * buckets)),
  };
}

/** What is usual at a time of the period, shared by all models of it. */
class LearnedSeason {
  readonly #profile: SeasonProfile;
  #bucket = -1;
  #here = Number.NaN;
  #isKnown = false;

  constructor(periodSeconds: number, bucketSeconds: number) {
    this.#profile = new SeasonProfile(Math.max(1, Math.round(periodSeconds / bucketSeconds)), bucketSeconds);
  }

  learn(value: number): void {
    this.#bucket += 1;
    this.#here = this.#profile.seasonAt(this.#bucket) ?? Number.NaN;
    if (!Number.isNaN(value)) this.#isKnown = !Number.isNaN(this.#here);
    this.#profile.learn(this.#bucket, value);
  }

  /** Of the newest bucket, before it was learned from; NaN where nothing was known. */
  get here(): number {
    return this.#here;
  }

  ahead(buckets: number): number {
    return this.#isKnown ? (this.#profile.seasonAt(this.#bucket + buckets) ?? Number.NaN) : Number.NaN;
  }
}

function seasonal(
  { levelGain, strength }: ForecastModel & { readonly kind: 'seasonal' },
  season: LearnedSeason,
): StepwiseForecaster {
  let level = Number.NaN;
  let isSeasonal = false;
  return {
    learn: (value) => {
      if (Number.isNaN(value)) return;
      const hasSeason = !Number.isNaN(season.here);
      const flat = hasSeason ? value / season.here ** strength : value;
      const isNew = Number.isNaN(level) || isSeasonal !== hasSeason;
      level = isNew ? flat : level + levelGain * (flat - level);
      isSeasonal = hasSeason;
    },
    ahead: (buckets) => {
      const here = isSeasonal && !Number.isNaN(season.here) ? season.here : 1;
      const there = season.ahead(buckets);
      const ahead = isSeasonal && !Number.isNaN(there) ? there : here;
      const ratio = Math.min(MOST_RATIO, Math.max(1 / MOST_RATIO, ahead / here));
      return level * (here * ratio) ** strength;
    },
  };
}
