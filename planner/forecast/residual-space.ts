import type { ResidualSpace } from '../../api/index.ts';

/** Where differences between forecast and outcome are taken, so that they are alike at low and at high load. */
export interface Residuals {
  /** How far the outcome lay above the point. */
  of(outcome: number, point: number): number;
  /** The outcome that lies so far above the point; never below 0. */
  apply(point: number, residual: number): number;
}

/** Logarithms stop at this share of the mean, or an empty night would count for infinitely much. */
const LOG_FLOOR = 0.01;

/** @param mean of the measured history: only the logarithm needs it, for its floor. */
export function residualsIn(space: ResidualSpace, mean: number): Residuals {
  switch (space) {
    case 'additive':
      return within(
        (value) => value,
        (moved) => moved,
        0,
      );
    case 'sqrt':
      return within(Math.sqrt, (moved) => Math.max(0, moved) ** 2, 0);
    case 'log':
      return within(Math.log, Math.exp, LOG_FLOOR * mean);
  }
}

function within(
  there: (value: number) => number,
  back: (moved: number) => number,
  /** What is below counts as much. */
  floor: number,
): Residuals {
  const moved = (value: number): number => there(Math.max(value, floor));
  return {
    of: (outcome, point) => (outcome === point ? 0 : moved(outcome) - moved(point)),
    // Without an error the point stays to the last digit, which the way there and back would not promise.
    apply: (point, residual) => (residual === 0 ? Math.max(point, floor) : Math.max(0, back(moved(point) + residual))),
  };
}
