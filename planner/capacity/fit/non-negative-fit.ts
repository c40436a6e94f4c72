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
  const system = normalEquations(rows, weights);
  const count = system.scales.length;
  let best: { readonly coefficients: readonly number[]; readonly error: number } | undefined;
  for (let mask = 1; mask < 1 << count; mask += 1) {
    const used = Array.from({ length: count }, (_, term) => term).filter((term) => (mask >> term) & 1);
    const coefficients = solveFor(system, used);
    if (coefficients === undefined) continue;
    const error = errorOf(system, coefficients);
    if (best === undefined || error < best.error) best = { coefficients, error };
  }
  return best?.coefficients.map((coefficient, term) => coefficient / at(system.scales, term));
}

/** The sum of terms, each times its coefficient. */
export function fittedValue(coefficients: readonly number[], terms: readonly number[]): number {
  return terms.reduce((sum, term, index) => sum + term * at(coefficients, index), 0);
}

/** By how much of the measured value a fitted one is above it. */
export function relativeError(coefficients: readonly number[], { terms, value }: FitRow): number {
  return fittedValue(coefficients, terms) / value - 1;
}

/** Sums over all rows of the products of their terms, each divided by the value and by its scale. */
interface NormalEquations {
  readonly products: readonly (readonly number[])[];
  readonly right: readonly number[];
  readonly weight: number;
  /** Terms reach from 1 to 10⁸ tokens squared; scaled they are all of the same size. */
  readonly scales: readonly number[];
}

function normalEquations(rows: readonly FitRow[], weights: readonly number[]): NormalEquations {
  const count = rows[0]?.terms.length ?? 0;
  const squares = new Array<number>(count).fill(0);
  for (const { terms, value } of rows) {
    for (let i = 0; i < count; i += 1) squares[i] = at(squares, i) + (at(terms, i) / value) ** 2;
  }
  const scales = squares.map((square) => Math.sqrt(square) || 1);
  const products = scales.map(() => new Array<number>(count).fill(0));
  const right = new Array<number>(count).fill(0);
  let weight = 0;
  for (const [index, { terms, value }] of rows.entries()) {
    const one = at(weights, index);
    weight += one;
    for (let i = 0; i < count; i += 1) {
      const scaled = (one * at(terms, i)) / value / at(scales, i);
      right[i] = at(right, i) + scaled;
      const row = at(products, i);
      for (let j = 0; j <= i; j += 1) row[j] = at(row, j) + (scaled * at(terms, j)) / value / at(scales, j);
    }
  }
  return { products, right, weight, scales };
}

function productOf({ products }: NormalEquations, i: number, j: number): number {
  return i >= j ? at(at(products, i), j) : at(at(products, j), i);
}

function errorOf(system: NormalEquations, coefficients: readonly number[]): number {
  let error = system.weight;
  for (const [i, one] of coefficients.entries()) {
    error -= 2 * one * at(system.right, i);
    for (const [j, other] of coefficients.entries()) error += one * other * productOf(system, i, j);
  }
  return error;
}

function solveFor(system: NormalEquations, used: readonly number[]): readonly number[] | undefined {
  const matrix = used.map((i) => [...used.map((j) => productOf(system, i, j)), at(system.right, i)]);
  const solved = eliminated(matrix);
  if (solved?.every((value) => value >= 0) !== true) return undefined;
  const coefficients = new Array<number>(system.scales.length).fill(0);
  used.forEach((term, index) => {
    coefficients[term] = at(solved, index);
  });
  return coefficients;
}

/** A pivot this small, relative to the largest, means that two terms say the same. */
const SINGULAR = 1e-10;

/** Gaussian elimination with row exchange; each row carries its right side at the end. */
function eliminated(system: readonly (readonly number[])[]): readonly number[] | undefined {
  const rows = system.map((row) => [...row]);
  const size = rows.length;
  const largest = Math.max(...rows.map((row, index) => Math.abs(at(row, index))));
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(at(at(rows, row), column)) > Math.abs(at(at(rows, pivot), column))) pivot = row;
    }
    const chosen = at(rows, pivot);
    rows[pivot] = at(rows, column);
    rows[column] = chosen;
    if (!(Math.abs(at(chosen, column)) > SINGULAR * largest)) return undefined;
    for (const [index, row] of rows.entries()) {
      if (index === column) continue;
      const factor = at(row, column) / at(chosen, column);
      for (let k = column; k <= size; k += 1) row[k] = at(row, k) - factor * at(chosen, k);
    }
  }
  return rows.map((row, index) => at(row, size) / at(row, index));
}
