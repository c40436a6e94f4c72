import {
  ADAPTIVE_STEP,
  type Calibration,
  isAbove,
  LEAST_SHIFT,
  levelAt,
  logit,
  MOST_SHIFT,
  originStride,
  REFERENCE_LEVEL,
  residualsNeeded,
} from '../calibrate.ts';
import { lastBucket } from '../models/span.ts';
import type { Residuals } from '../residual-space.ts';
import { SortedWindow } from '../sorted-window.ts';
import type { ValueRange } from './value-range.ts';

export interface RangeCalibration extends Pick<Calibration, 'horizon' | 'windowBuckets'> {
  readonly points: ValueRange;
  readonly maxima: ValueRange;
  /** With the lowest and the highest mean that the history may have; the same twice where the mean has no part. */
  readonly residuals: readonly Residuals[];
}

/** The highest errors that a forecast may have made, and the highest level that may be asked of them. */
export interface CalibratedRange {
  readonly window: SortedWindow;
  readonly adaptedLevel: number;
}

/** What is known of one past forecast, when it was made. */
interface Judged {
  /** The level was moved by no more than this where its outcome was a miss, and by no less where it was a hit. */
  readonly missBelow: number;
  readonly hitAbove: number;
  readonly mayMiss: boolean;
  readonly mayHit: boolean;
  /** Learned outcomes that may have been misses, and hits, until then. */
  readonly misses: number;
  readonly hits: number;
}

const [UP, DOWN] = [ADAPTIVE_STEP * REFERENCE_LEVEL, ADAPTIVE_STEP * (1 - REFERENCE_LEVEL)];
/** What rounding may move a level by. */
const ROUNDING = 1e-9;

/**
 * As `calibrate`, over all histories at once that have their values within a range: the largest quantile of errors that any
 * of them has. Errors are kept at their lowest and at their highest, which order every quantile in between. The level
 * moves with misses, whose number depends on the level itself: a level that is high already hits, so the highest that it
 * can have become is the highest from which a miss was still possible, and what later misses may have added.
 */
export function calibrateRange({
  points,
  maxima,
  residuals,
  horizon,
  windowBuckets,
}: RangeCalibration): CalibratedRange {
  const span = lastBucket(horizon);
  const stride = originStride(horizon);
  const capacity = Math.max(residualsNeeded(horizon.level), Math.floor(windowBuckets / stride));
  const [lowest, highest] = [new SortedWindow(capacity), new SortedWindow(capacity)];
  const { length } = points.lowest;
  const known = length - 1 - span;
  const adaptedAt = (shift: number): CalibratedRange => ({
    window: highest,
    adaptedLevel: levelAt(logit(horizon.level) + shift),
  });
  if (known < 0) return adaptedAt(0);
  const first = known - stride * Math.floor(known / stride);
  const originOf = (place: number): number => first + place * stride;
  const judged: (Judged | undefined)[] = [];
  let shift = { lowest: 0, highest: 0 };
  let [learned, misses, hits] = [0, 0, 0];
  for (let place = 0; originOf(place) <= known + span; place += 1) {
    const origin = originOf(place);
    for (; originOf(learned) <= origin - span && originOf(learned) <= known; learned += 1) {
      const at = originOf(learned);
      lowest.add(leastError(residuals, maxima.lowest[at] ?? 0, points.highest[at] ?? 0));
      highest.add(mostError(residuals, maxima.highest[at] ?? 0, points.lowest[at] ?? 0));
      const one = judged[learned];
      if (one === undefined) continue;
      shift = movedShift(shift, one, { misses, hits });
      if (one.mayMiss) misses += 1;
      if (one.mayHit) hits += 1;
    }
    if (origin > known || lowest.count < residualsNeeded(REFERENCE_LEVEL)) continue;
    const [leastOutcome, mostOutcome] = [maxima.lowest[origin] ?? 0, maxima.highest[origin] ?? 0];
    const [leastPoint, mostPoint] = [points.lowest[origin] ?? 0, points.highest[origin] ?? 0];
    const most = lowest.countWhere(mostError(residuals, mostOutcome, leastPoint), (error) =>
      isAbove(mostOutcome, leastOf(residuals, leastPoint, error)),
    );
    const least = highest.countWhere(leastError(residuals, leastOutcome, mostPoint), (error) =>
      isAbove(leastOutcome, mostOf(residuals, mostPoint, error)),
    );
    const missBelow = shiftOf(most, lowest.count) + ROUNDING;
    const hitAbove = shiftOf(least, lowest.count) - ROUNDING;
    const mayMiss = shift.lowest <= missBelow;
    const mayHit = shift.highest >= hitAbove;
    judged[place] = { missBelow, hitAbove, mayMiss, mayHit, misses, hits };
  }
  return adaptedAt(shift.highest);
}

/** The largest outcome that lies so far above the point. */
export function mostOf(residuals: readonly Residuals[], point: number, residual: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const one of residuals) most = Math.max(most, one.apply(point, residual));
  return most;
}

function leastOf(residuals: readonly Residuals[], point: number, residual: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of residuals) least = Math.min(least, one.apply(point, residual));
  return least;
}

function mostError(residuals: readonly Residuals[], outcome: number, point: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const one of residuals) most = Math.max(most, one.of(outcome, point));
  return most;
}

function leastError(residuals: readonly Residuals[], outcome: number, point: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of residuals) least = Math.min(least, one.of(outcome, point));
  return least;
}

/** The highest shift of the level at which so many of the errors lie below the quantile's rank. */
function shiftOf(below: number, count: number): number {
  if (below >= count) return Number.POSITIVE_INFINITY;
  if (below < 1) return Number.NEGATIVE_INFINITY;
  return logit(Math.min(1 - 1e-12, (below + 1e-9) / (count + 1))) - logit(REFERENCE_LEVEL);
}

interface Shift {
  readonly lowest: number;
  readonly highest: number;
}

function movedShift(
  { lowest, highest }: Shift,
  { missBelow, hitAbove, mayMiss, mayHit, misses: missesThen, hits: hitsThen }: Judged,
  { misses, hits }: { readonly misses: number; readonly hits: number },
): Shift {
  let [fallen, risen] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (mayMiss) {
    // What it was then, and all that may have been added since.
    risen = Math.min(highest, missBelow + UP * (misses - missesThen)) + UP;
    fallen = lowest + UP;
  }
  if (mayHit) {
    risen = Math.max(risen, highest - DOWN);
    fallen = Math.min(fallen, Math.max(lowest, hitAbove - DOWN * (hits - hitsThen)) - DOWN);
  }
  const within = (shift: number): number => Math.max(LEAST_SHIFT, Math.min(MOST_SHIFT, shift));
  return { lowest: within(fallen), highest: within(risen) };
}
