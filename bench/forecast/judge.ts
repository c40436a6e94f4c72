import type { FittedForecast, ForecastErrors, ForecastModel } from '../../api/index.ts';
import { fitQuantity } from '../../planner/fit/fit-quantity.ts';
import { pastErrors } from '../../planner/fit/past-errors.ts';
import { calibrate, type PastForecast } from '../../planner/forecast/calibrate.ts';
import { CALIBRATION_SECONDS, defaultMethod } from '../../planner/forecast/default-method.ts';
import { type ForecastHorizon, measuredOf } from '../../planner/forecast/demand-forecast.ts';
import { pointForecasts } from '../../planner/forecast/models/point-forecasts.ts';
import { residualsIn } from '../../planner/forecast/residual-space.ts';
import { spanMaxima } from '../../planner/forecast/span-maxima.ts';
import type { Trace } from './traces.ts';

export type Method = Pick<FittedForecast, 'model' | 'residualSpace'>;

/** Absolute error of the points over what came, for one bucket at the lead, over the judged part. */
export function pointWape({ values, bucketSeconds, leadBuckets, judgedBuckets }: Trace, model: ForecastModel): number {
  const span = { leadBuckets, holdBuckets: 1 };
  const points = pointForecasts(values, model, span, bucketSeconds);
  const outcomes = spanMaxima(values, span);
  let [error, came] = [0, 0];
  // Judged by when the outcome fell, as the forecast of the first judged bucket was made before it.
  for (let origin = values.length - judgedBuckets - leadBuckets; origin < values.length; origin += 1) {
    const [point, outcome] = [points[origin] ?? Number.NaN, outcomes[origin] ?? Number.NaN];
    if (Number.isNaN(point) || Number.isNaN(outcome)) continue;
    error += Math.abs(outcome - point);
    came += outcome;
  }
  return error / came;
}

/** The upper forecasts of one method over the judged part, each from the past alone. */
export function methodErrors(trace: Trace, method: Method, horizon: ForecastHorizon): ForecastErrors | undefined {
  const first = trace.values.length - trace.judgedBuckets;
  return errorsOf(
    trace,
    forecastsOf(trace, method, horizon).filter(({ origin }) => origin >= first),
    horizon,
  );
}

/** What `fit` would have done: fitted again after every day, on what was known then; where it refuses, the default. */
export function fittedErrors(trace: Trace, horizon: ForecastHorizon): ForecastErrors | undefined {
  const dayBuckets = Math.round(86_400 / trace.bucketSeconds);
  const past: PastForecast[] = [];
  for (let day = trace.values.length - trace.judgedBuckets; day < trace.values.length; day += dayBuckets) {
    const fit = fitQuantity(trace.values.slice(0, day), trace.bucketSeconds, horizon);
    const method: Method = fit.kind === 'fitted' ? fit.quantity : defaultMethod(trace.bucketSeconds);
    const forecasts = forecastsOf(trace, method, horizon);
    past.push(...forecasts.filter(({ origin }) => origin >= day && origin < day + dayBuckets));
  }
  return errorsOf(trace, past, horizon);
}

function forecastsOf({ values, bucketSeconds }: Trace, method: Method, horizon: ForecastHorizon) {
  return calibrate({
    points: pointForecasts(values, method.model, horizon, bucketSeconds),
    maxima: spanMaxima(values, horizon),
    residuals: residualsIn(method.residualSpace, measuredOf(values).mean),
    horizon,
    windowBuckets: Math.round(CALIBRATION_SECONDS / bucketSeconds),
  }).past;
}

function errorsOf({ values, judgedBuckets }: Trace, past: readonly PastForecast[], horizon: ForecastHorizon) {
  return pastErrors(past, horizon.level, measuredOf(values.slice(-judgedBuckets)).mean);
}
