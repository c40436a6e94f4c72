import type { FittedForecast, ResidualSpace } from '../../api/index.ts';
import { counted } from '../quantity.ts';
import { type Calibrated, calibrate, isAbove, originStride, residualsNeeded } from './calibrate.ts';
import { modelWords } from './models/model-words.ts';
import { pointForecasts } from './models/point-forecasts.ts';
import { type Residuals, residualsIn } from './residual-space.ts';
import { spanMaxima } from './span-maxima.ts';

/** The stretch of time that a number is chosen for, in buckets of the history. */
export interface ForecastHorizon {
  /** Buckets from the newest one to the first that counts: 1 is the next one. */
  readonly leadBuckets: number;
  /** Buckets that count, from that one on. */
  readonly holdBuckets: number;
  /** Share of the time in which the demand is to stay at or below `upper`: 0.95. */
  readonly level: number;
}

/** The highest demand within a horizon, or why nothing can be said about it. */
export type DemandForecast =
  | {
      readonly kind: 'forecast';
      /** As likely to be exceeded as not. */
      readonly median: number;
      /** Exceeded in a share of 1 − `level` of the cases; never below `median`, never below 0. */
      readonly upper: number;
      readonly level: number;
      /** In words: `last value`; also where the errors are not the history's own. */
      readonly method: string;
      readonly residualSpace: ResidualSpace;
      /** Past errors that the quantiles rest on. */
      readonly residuals: number;
      /** Share of the past forecasts whose upper was enough; null where the history has too few to tell. */
      readonly coverage: number | null;
      /** Buckets of the history without data; none of them counted as zero. */
      readonly gaps: number;
    }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Forecasts the highest value within a horizon, with quantiles that rest on the model's own past errors over the same
 * horizon. Pure; one pass over the history. Scaled history gives a scaled forecast, as long as it has errors of its own.
 * @param history one value a bucket, oldest first; what is no possible demand is no data, which is not zero.
 * @param method from `fit`, for buckets of this length; else {@link defaultMethod}.
 */
export function forecastMaximum(
  history: Float64Array,
  bucketSeconds: number,
  method: FittedForecast,
  horizon: ForecastHorizon,
): DemandForecast {
  const measured = measuredOf(history);
  const newest = measured.values.findLastIndex((value) => !Number.isNaN(value));
  if (newest < 0) return { kind: 'none', reason: 'no bucket of the history has data' };
  const age = history.length - 1 - newest;
  if (age > horizon.leadBuckets) {
    const reason = `the newest ${counted(age, 'bucket')} have no data, which is more than the lead of ${horizon.leadBuckets}`;
    return { kind: 'none', reason };
  }
  const points = pointForecasts(measured.values, method.model, horizon, bucketSeconds);
  const residuals = residualsIn(method.residualSpace, measured.mean);
  const calibrated = calibrate({
    ...{ points, residuals, horizon },
    maxima: spanMaxima(measured.values, horizon),
    windowBuckets: Math.round(method.calibrationSeconds / bucketSeconds),
  });
  const quantiles = quantilesOf(calibrated, method, horizon.level);
  if (quantiles === undefined) {
    const { count } = calibrated.window;
    const needed = residualsNeeded(horizon.level);
    const tells = `the history of ${counted(history.length, 'bucket')} tells of ${counted(count, 'past error')}, and a level of ${horizon.level} needs ${needed}`;
    const minutes = Math.ceil(((needed - count) * originStride(horizon) * bucketSeconds) / 60);
    const reason = `${tells}; it takes ${counted(minutes, 'minute')} more of measured traffic within metrics.historyHours, or a lower forecast.level`;
    return { kind: 'none', reason };
  }
  const bounds = boundsOf(points.at(-1) ?? Number.NaN, residuals, quantiles);
  const { past } = calibrated;
  return {
    kind: 'forecast',
    ...bounds,
    level: horizon.level,
    method: quantiles.isOwn ? modelWords(method.model) : `${modelWords(method.model)}, with the errors of its fit`,
    residualSpace: method.residualSpace,
    residuals: calibrated.window.count,
    coverage:
      past.length === 0 ? null : past.filter(({ outcome, upper }) => !isAbove(outcome, upper)).length / past.length,
    gaps: measured.gaps,
  };
}

/** Beyond any demand per second; more is a defect of what was measured, and sums of it would overflow. */
const MOST_DEMAND = 1e15;

interface Measured {
  readonly values: Float64Array;
  readonly gaps: number;
  /** 0 where nothing was measured. */
  readonly mean: number;
}

/** A history in which all that is no demand is NaN. */
export function measuredOf(history: Float64Array): Measured {
  const values = Float64Array.from(history);
  let [gaps, sum] = [0, 0];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (value >= 0 && value <= MOST_DEMAND) {
      sum += value;
    } else {
      values[index] = Number.NaN;
      gaps += 1;
    }
  }
  return { values, gaps, mean: gaps === values.length ? 0 : sum / (values.length - gaps) };
}

interface Quantiles {
  readonly median: number;
  readonly upper: number;
}

/** Its own errors first, since they follow the load; those of the training range where the history is too short. */
function quantilesOf({ window, adaptedLevel }: Calibrated, method: FittedForecast, level: number) {
  if (window.count >= residualsNeeded(level)) {
    return { isOwn: true, median: window.quantile(0.5) ?? 0, upper: window.quantile(adaptedLevel) ?? 0 };
  }
  const [median, upper] = [storedQuantile(method, 0.5), storedQuantile(method, level)];
  return median === undefined || upper === undefined ? undefined : { isOwn: false, median, upper };
}

/** Between two levels that the file has, the upper one: never less than was asked for. */
export function storedQuantile({ residualQuantiles }: FittedForecast, level: number): number | undefined {
  return residualQuantiles.find((stored) => stored.level >= level - 1e-9)?.residual;
}

function boundsOf(point: number, residuals: Residuals, quantiles: Quantiles): Quantiles {
  const median = residuals.apply(point, quantiles.median);
  return { median, upper: Math.max(median, residuals.apply(point, quantiles.upper)) };
}
