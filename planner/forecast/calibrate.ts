import type { ForecastHorizon } from './demand-forecast.ts';
import { lastBucket } from './models/span.ts';
import type { Residuals } from './residual-space.ts';
import { SortedWindow } from './sorted-window.ts';

/** Origins in a row share most of their span; so many of them in each span tell as much as all. */
const ORIGINS_PER_SPAN = 4;

/** The level at which misses are counted, so that quantiles at different levels never cross. */
export const REFERENCE_LEVEL = 0.95;

/** Logits that a miss moves the level by; at the reference level 0.1 is the 0.005 that adaptive conformal inference is used with. */
export const ADAPTIVE_STEP = 0.1;

/**
 * Logits beyond which adapting stops: 0.95 becomes at least 0.92 and at most 0.993. Upwards it may go further, since hits at
 * one level say little about another, and too little capacity costs more than too much.
 */
export const [LEAST_SHIFT, MOST_SHIFT] = [-0.5, 2];

export interface Calibration {
  readonly points: Float64Array;
  readonly maxima: Float64Array;
  readonly residuals: Residuals;
  readonly horizon: ForecastHorizon;
  /** Buckets that past errors count for. */
  readonly windowBuckets: number;
}

/** One forecast of the past, made from what was known then, and what came. */
export interface PastForecast {
  readonly origin: number;
  readonly median: number;
  readonly upper: number;
  readonly outcome: number;
}

export interface Calibrated {
  /** Residuals of past forecasts within the window. */
  readonly window: SortedWindow;
  /** Level that is asked of the window so that the wanted one comes true. */
  readonly adaptedLevel: number;
  /** Oldest first. */
  readonly past: readonly PastForecast[];
}

/** Fewest errors that an upper quantile can rest on: with fewer even the largest is exceeded too often. */
export function residualsNeeded(level: number): number {
  return Math.ceil(level / (1 - level) - 1e-9);
}

/** Buckets from one past forecast to the next, since those of neighbours see nearly the same. */
export function originStride({ holdBuckets }: Calibration['horizon']): number {
  return Math.max(1, Math.floor(holdBuckets / ORIGINS_PER_SPAN));
}

/**
 * Walks over the history as if it were happening: each forecast is widened by the errors of those whose outcome was known
 * by then, and its own miss or hit moves the level (adaptive conformal inference, Gibbs and Candès 2021, in logits).
 */
export function calibrate({ points, maxima, residuals, horizon, windowBuckets }: Calibration): Calibrated {
  const span = lastBucket(horizon);
  const stride = originStride(horizon);
  const window = new SortedWindow(Math.max(residualsNeeded(horizon.level), Math.floor(windowBuckets / stride)));
  const needed = residualsNeeded(horizon.level);
  const [wantedLogit, referenceLogit] = [logit(horizon.level), logit(REFERENCE_LEVEL)];
  const neededToMiss = residualsNeeded(REFERENCE_LEVEL);
  const known = points.length - 1 - span;
  const past: PastForecast[] = [];
  const misses: (boolean | undefined)[] = [];
  let shift = 0;
  const first = known - stride * Math.floor(known / stride);
  let learned = 0;
  if (known < 0) return { window, adaptedLevel: horizon.level, past };
  const originOf = (place: number): number => first + place * stride;
  for (let place = 0; originOf(place) <= known + span; place += 1) {
    const origin = originOf(place);
    for (; originOf(learned) <= origin - span && originOf(learned) <= known; learned += 1) {
      const point = points[originOf(learned)] ?? Number.NaN;
      const outcome = maxima[originOf(learned)] ?? Number.NaN;
      if (Number.isNaN(point) || Number.isNaN(outcome)) continue;
      window.add(residuals.of(outcome, point));
      const miss = misses[learned];
      if (miss === undefined) continue;
      const moved = shift + ADAPTIVE_STEP * ((miss ? 1 : 0) - (1 - REFERENCE_LEVEL));
      shift = Math.max(LEAST_SHIFT, Math.min(MOST_SHIFT, moved));
    }
    const point = points[origin] ?? Number.NaN;
    const outcome = maxima[origin] ?? Number.NaN;
    if (origin > known || Number.isNaN(point) || Number.isNaN(outcome)) continue;
    const at = (level: number): number => residuals.apply(point, window.quantile(level) ?? 0);
    if (window.count >= neededToMiss) misses[place] = isAbove(outcome, at(levelAt(referenceLogit + shift)));
    if (window.count < needed) continue;
    const median = at(0.5);
    past.push({ origin, median, upper: Math.max(median, at(levelAt(wantedLogit + shift))), outcome });
  }
  return { window, adaptedLevel: levelAt(wantedLogit + shift), past };
}

/** An outcome that is the bound itself, but for the last digits, was met. */
export function isAbove(outcome: number, upper: number): boolean {
  return outcome > upper * (1 + 1e-9);
}

export function logit(level: number): number {
  return Math.log(level / (1 - level));
}

/** The level at a logit; more logits are a higher level. */
export function levelAt(logits: number): number {
  return 1 / (1 + Math.exp(-logits));
}
