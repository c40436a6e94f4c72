import type { ForecastErrors } from '../../api/index.ts';
import { isAbove, type PastForecast } from '../forecast/calibrate.ts';

/** How good forecasts of the past were; undefined where there are none to judge, or nothing came. */
export function pastErrors(
  past: readonly PastForecast[],
  level: number,
  meanDemand: number,
): ForecastErrors | undefined {
  let [absolute, pinball, covered, provision, came] = [0, 0, 0, 0, 0];
  for (const { median, upper, outcome } of past) {
    absolute += Math.abs(outcome - median);
    pinball += outcome > upper ? level * (outcome - upper) : (1 - level) * (upper - outcome);
    covered += isAbove(outcome, upper) ? 0 : 1;
    provision += upper;
    came += outcome;
  }
  if (!(came > 0) || !(meanDemand > 0)) return undefined;
  return {
    forecasts: past.length,
    wape: rounded(absolute / came),
    pinball: rounded(pinball / came),
    coverage: rounded(covered / past.length),
    meanProvision: rounded(provision / past.length / meanDemand),
  };
}

/** Four digits tell two candidates apart, and are the same on every machine. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
