import { at } from '../numeric.ts';

/** One measurement: what it depends on, and what came out, above 0. */
export interface FitRow {
  readonly terms: readonly number[];
  readonly value: number;
}

/**
 * Coefficients, none below zero, of the sum of terms that comes closest to the values, by the weighted squares of relative
 * errors. With so few terms every set of non-zero coefficients is tried, which is exact. Undefined where no set has one
 * solution.
 */
export function nonNegativeFit(rows: readonly FitRow[], weights: readonly number[]): readonly number[] | undefined {
  const count = rows[0]?.terms.length ?? 0;
  let best: { readonly coefficients: readonly number[]; readonly error: number } | undefined;
  for (let mask = 1; mask < 1 << count; mask += 1) {
    const used = Array.from({ length: count }, (_, term) => term).filter((term) => (mask >> term) & 1);
    const coefficients = solveFor(rows, weights, used, count);
    if (coefficients === undefined) continue;
    const error = rows.reduce((sum, row, index) => sum + at(weights, index) * relativeError(coefficients, row) ** 2, 0);
    if (best === undefined || error < best.error) best = { coefficients, error };
  }
  return best?.coefficients;
}

/** The sum of terms, each times its coefficient. */
export function fittedValue(coefficients: readonly number[], terms: readonly number[]): number {
  return terms.reduce((sum, term, index) => sum + term * at(coefficients, index), 0);
}

/** By how much of the measured value a fitted one is above it. */
export function relativeError(coefficients: readonly number[], { terms, value }: FitRow): number {
  return fittedValue(coefficients, terms) / value - 1;
}

function solveFor(
  rows: readonly FitRow[],
  weights: readonly number[],
  used: readonly number[],
  count: number,
): readonly number[] | undefined {
  // Terms reach from 1 to 10⁸ tokens squared, so each is scaled to the same size before the system is solved.
  const scales = used.map((term) =>
    Math.sqrt(rows.reduce((sum, { terms, value }) => sum + (at(terms, term) / value) ** 2, 0)),
  );
  if (scales.some((scale) => scale === 0)) return undefined;
  const scaled = rows.map(({ terms, value }) => used.map((term, index) => at(terms, term) / value / at(scales, index)));
  const matrix = used.map((_, i) =>
    [...used.map((_, j) => j), used.length].map((j) =>
      scaled.reduce((sum, row, k) => sum + at(weights, k) * at(row, i) * (j === used.length ? 1 : at(row, j)), 0),
    ),
  );
  const solved = eliminated(matrix);
  if (solved?.every((value) => value >= 0) !== true) return undefined;
  const coefficients = new Array<number>(count).fill(0);
  used.forEach((term, index) => {
    coefficients[term] = at(solved, index) / at(scales, index);
  });
  return coefficients;
}

/** A pivot this small, relative to its row's size of about 1, means that two terms say the same. */
const SINGULAR = 1e-10;

/** Gaussian elimination with row exchange; each row carries its right side at the end. */
function eliminated(system: readonly (readonly number[])[]): readonly number[] | undefined {
  const rows = system.map((row) => [...row]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(at(at(rows, row), column)) > Math.abs(at(at(rows, pivot), column))) pivot = row;
    }
    const chosen = at(rows, pivot);
    rows[pivot] = at(rows, column);
    rows[column] = chosen;
    if (Math.abs(at(chosen, column)) < SINGULAR) return undefined;
    for (const [index, row] of rows.entries()) {
      if (index === column) continue;
      const factor = at(row, column) / at(chosen, column);
      for (let k = column; k <= size; k += 1) row[k] = at(row, k) - factor * at(chosen, k);
    }
  }
  return rows.map((row, index) => at(row, size) / at(row, index));
}
