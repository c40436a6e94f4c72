import { at } from '../numeric.ts';
import { type FitRow, fittedValue, nonNegativeFit, relativeError } from './non-negative-fit.ts';

/** How well a formula says what was measured. Shares, not percent. */
export interface FitError {
  readonly measurements: number;
  /** Mean of the absolute relative errors of the measurements that were used. */
  readonly mape: number;
  /** The same over all measurements, outliers too. */
  readonly mapeOfAll: number;
  /** Largest absolute relative error of a measurement that was used. */
  readonly worst: number;
  /** Measurements that were left out, in their order. */
  readonly outliers: readonly Outlier[];
}

export interface Outlier {
  /** Position in the list of measurements. */
  readonly index: number;
  readonly measured: number;
  readonly fitted: number;
}

export interface RobustFit {
  readonly coefficients: readonly number[];
  readonly error: FitError;
}

const SWEEPS = 50;
/** Coefficients that move by less no longer change what is an outlier. */
const SETTLED = 1e-6;
/** Errors below this are all alike to the weights; it keeps them finite. */
const SMALLEST_ERROR = 1e-3;
/** A measurement this far off is wrong by any account; nearer ones are what three parameters cannot say. */
const LEAST_OUTLIER = 0.15;
/** Times the standard deviation that the median error stands for (1.4826 × median, for normal errors). */
const OUTLIER_SIGMAS = 5;

/**
 * A fit that a few wrong measurements do not bend: least absolute relative errors first (by reweighting), whatever is far
 * from it is set aside by name, and least squares over the rest.
 *
 * Source of the weights: Iteratively reweighted least squares, E. J. Schlossmacher (1973).
 */
export function robustFit(rows: readonly FitRow[]): RobustFit | undefined {
  let weights: readonly number[] = rows.map(() => 1);
  let steady: readonly number[] | undefined;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const before = steady;
    const found = nonNegativeFit(rows, weights);
    if (found === undefined) return undefined;
    steady = found;
    if (before?.every((one, term) => Math.abs(one - at(found, term)) <= SETTLED * Math.abs(one))) break;
    weights = rows.map((row) => 1 / Math.max(SMALLEST_ERROR, Math.abs(relativeError(found, row))));
  }
  if (steady === undefined) return undefined;
  const middle = steady;
  const sizes = rows.map((row) => Math.abs(relativeError(middle, row)));
  const limit = Math.max(LEAST_OUTLIER, OUTLIER_SIGMAS * 1.4826 * median(sizes));
  const kept = rows.filter((_, index) => at(sizes, index) <= limit);
  const coefficients = nonNegativeFit(
    kept,
    kept.map(() => 1),
  );
  if (coefficients === undefined) return undefined;
  const errorsOf = (some: readonly FitRow[]) => some.map((row) => Math.abs(relativeError(coefficients, row)));
  return {
    coefficients,
    error: {
      measurements: rows.length,
      mape: mean(errorsOf(kept)),
      mapeOfAll: mean(errorsOf(rows)),
      worst: Math.max(...errorsOf(kept)),
      outliers: rows.flatMap((row, index) =>
        at(sizes, index) <= limit ? [] : [{ index, measured: row.value, fitted: fittedValue(coefficients, row.terms) }],
      ),
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (at(sorted, half - 1) + at(sorted, half)) / 2 : at(sorted, Math.floor(half));
}
