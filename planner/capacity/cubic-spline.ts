import { at } from './numeric.ts';

/** A smooth curve through measured points, defined between the first knot and the last. */
export type Curve = (x: number) => number;

/**
 * Cubic spline with the not-a-knot end condition: the third derivative is continuous at the second and the last but one
 * knot. This is the spline of SciPy's `interp1d(kind='cubic')`, which Dynamo's planner interpolates prefill with.
 *
 * Source: C. de Boor, A Practical Guide to Splines, ch. IV, in the form that solves for second derivatives.
 * @param knots at least four, strictly increasing
 */
export function notAKnotSpline(knots: readonly number[], values: readonly number[]): Curve {
  const widths = knots.slice(1).map((knot, index) => knot - at(knots, index));
  const slopes = widths.map((width, index) => (at(values, index + 1) - at(values, index)) / width);
  const bends = secondDerivatives(widths, slopes);
  return (x) => {
    const piece = pieceOf(knots, x);
    const width = at(widths, piece);
    const fromLeft = (x - at(knots, piece)) / width;
    const fromRight = 1 - fromLeft;
    const chord = fromRight * at(values, piece) + fromLeft * at(values, piece + 1);
    const bend =
      fromRight * (fromRight * fromRight - 1) * at(bends, piece) +
      fromLeft * (fromLeft * fromLeft - 1) * at(bends, piece + 1);
    return chord + (bend * width * width) / 6;
  };
}

function pieceOf(knots: readonly number[], x: number): number {
  const after = knots.findIndex((knot) => knot > x);
  const last = knots.length - 2;
  return after < 0 ? last : Math.min(Math.max(after - 1, 0), last);
}

/** Second derivative at every knot: a tridiagonal system over the inner knots, into which both end conditions are folded. */
function secondDerivatives(widths: readonly number[], slopes: readonly number[]): readonly number[] {
  const inner = widths.length - 1;
  const [first, second] = [at(widths, 0), at(widths, 1)];
  const [last, beforeLast] = [at(widths, inner), at(widths, inner - 1)];

  const lower = Array.from({ length: inner }, (_, row) => at(widths, row));
  const upper = Array.from({ length: inner }, (_, row) => at(widths, row + 1));
  const diagonal = Array.from({ length: inner }, (_, row) => 2 * (at(widths, row) + at(widths, row + 1)));
  const right = Array.from({ length: inner }, (_, row) => 6 * (at(slopes, row + 1) - at(slopes, row)));
  diagonal[0] = at(diagonal, 0) + (first * (first + second)) / second;
  upper[0] = at(upper, 0) - (first * first) / second;
  diagonal[inner - 1] = at(diagonal, inner - 1) + (last * (last + beforeLast)) / beforeLast;
  lower[inner - 1] = at(lower, inner - 1) - (last * last) / beforeLast;

  const solved = solveTridiagonal(lower, diagonal, upper, right);
  const atStart = ((first + second) * at(solved, 0) - first * at(solved, 1)) / second;
  const atEnd = ((last + beforeLast) * at(solved, inner - 1) - last * at(solved, inner - 2)) / beforeLast;
  return [atStart, ...solved, atEnd];
}

/** Thomas' algorithm; the spline's system is diagonally dominant, so it needs no pivoting. */
function solveTridiagonal(
  lower: readonly number[],
  diagonal: readonly number[],
  upper: readonly number[],
  right: readonly number[],
): readonly number[] {
  const pivots = [at(diagonal, 0)];
  const reduced = [at(right, 0)];
  for (let row = 1; row < diagonal.length; row++) {
    const factor = at(lower, row) / at(pivots, row - 1);
    pivots.push(at(diagonal, row) - factor * at(upper, row - 1));
    reduced.push(at(right, row) - factor * at(reduced, row - 1));
  }
  const solution = new Array<number>(diagonal.length).fill(0);
  for (let row = diagonal.length - 1; row >= 0; row--) {
    const known = row === diagonal.length - 1 ? 0 : at(upper, row) * at(solution, row + 1);
    solution[row] = (at(reduced, row) - known) / at(pivots, row);
  }
  return solution;
}
