import type { FittedForecast } from '../../../api/index.ts';
import { residualsNeeded } from '../calibrate.ts';
import { type ForecastHorizon, storedQuantile } from '../demand-forecast.ts';
import { residualsIn } from '../residual-space.ts';
import { spanMaxima } from '../span-maxima.ts';
import { calibrateRange, mostOf } from './calibrate-range.ts';
import { pointRange } from './point-range.ts';
import { meanRange, type ValueRange } from './value-range.ts';

/** Sums in another order differ in their last digits. */
const ROUNDING = 1 + 1e-9;

/**
 * The highest `upper` that `forecastMaximum` may give for any history with its values within a range, or more than that:
 * never less. The range that is a single number everywhere gives that of the history. Undefined where there would be none.
 */
export function highestForecast(
  range: ValueRange,
  bucketSeconds: number,
  method: FittedForecast,
  horizon: ForecastHorizon,
): number | undefined {
  const mean = meanRange(range);
  // Only logarithms have a floor that depends on the mean.
  const means = method.residualSpace === 'log' ? [mean.lowest, mean.highest] : [mean.highest];
  const residuals = means.map((one) => residualsIn(method.residualSpace, one));
  const points = pointRange(range, method.model, horizon, bucketSeconds);
  const { window, adaptedLevel } = calibrateRange({
    ...{ points, residuals, horizon },
    maxima: { lowest: spanMaxima(range.lowest, horizon), highest: spanMaxima(range.highest, horizon) },
    windowBuckets: Math.round(method.calibrationSeconds / bucketSeconds),
  });
  const isOwn = window.count >= residualsNeeded(horizon.level);
  const errors = isOwn
    ? [window.quantile(0.5), window.quantile(adaptedLevel)]
    : [storedQuantile(method, 0.5), storedQuantile(method, horizon.level)];
  const point = points.highest.at(-1);
  const [median, upper] = errors;
  if (point === undefined || median === undefined || upper === undefined) return undefined;
  return ROUNDING * Math.max(mostOf(residuals, point, median), mostOf(residuals, point, upper));
}
