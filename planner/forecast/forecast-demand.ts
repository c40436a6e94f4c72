import type { DemandQuantity, FittedForecast, FittedModel, ForecastSetting } from '../../api/index.ts';
import { isoTime, type TrafficSeries } from '../metrics/index.ts';
import { defaultMethod } from './default-method.ts';
import { type DemandForecast, type ForecastHorizon, forecastMaximum } from './demand-forecast.ts';
import { demandHistory } from './demand-history.ts';

/** Forecasts are made in buckets of about this length: shorter ones are mostly noise, longer ones hide a rise. */
export const WIDEST_FORECAST_SECONDS = 300;

export interface DemandQuestion {
  readonly quantity: DemandQuantity;
  readonly setting: ForecastSetting;
  /** What `fit` wrote for this graph, if it did. */
  readonly fitted: FittedModel | undefined;
  /** Time that is forecast from, milliseconds since 1970; later data does not count. */
  readonly atMs: number;
}

/** Forecasts the highest value of a quantity over the time that a decision has to serve. */
export function forecastDemand(series: TrafficSeries, question: DemandQuestion): DemandForecast {
  const { quantity, setting, atMs } = question;
  const endMs = series.startMs + series.length * series.bucketSeconds * 1000;
  if (atMs - endMs > setting.leadSeconds * 1000) {
    const reason = `the newest data ends at ${isoTime(endMs)}, more than the lead of ${setting.leadSeconds} s before ${isoTime(atMs)}`;
    return { kind: 'none', reason };
  }
  const { bucketSeconds, method, horizon } = demandMethod(series, question);
  const history = demandHistory(series, quantity, bucketSeconds, atMs);
  if (history === undefined) {
    const reason = `the model was fitted to buckets of ${bucketSeconds} s, and the metrics come in buckets of ${series.bucketSeconds} s; run dynamo-gitops fit`;
    return { kind: 'none', reason };
  }
  return forecastMaximum(history.values, bucketSeconds, method, horizon);
}

/** How a quantity is forecast: in buckets of which length, by which method, and over which of them. */
export function demandMethod(
  series: TrafficSeries,
  { quantity, setting, fitted }: DemandQuestion,
): { readonly bucketSeconds: number; readonly method: FittedForecast; readonly horizon: ForecastHorizon } {
  const bucketSeconds = fitted?.bucketSeconds ?? forecastBucketSeconds(series.bucketSeconds, setting);
  const method = fitted === undefined ? undefined : methodOf(fitted, quantity, setting);
  return {
    bucketSeconds,
    method: method ?? defaultMethod(bucketSeconds),
    horizon: horizonIn(setting, bucketSeconds),
  };
}

/** Stored errors are those of one horizon, and say nothing about another. */
function methodOf(fitted: FittedModel, quantity: DemandQuantity, setting: ForecastSetting): FittedForecast | undefined {
  const method = fitted.quantities[quantity];
  const { leadSeconds, holdSeconds } = fitted.horizon;
  const isSame = leadSeconds === setting.leadSeconds && holdSeconds === setting.holdSeconds;
  return method === undefined || isSame ? method : { ...method, residualQuantiles: [] };
}

/** The length of buckets that metrics of a bucket length are forecast in: a multiple of it, no longer than lead and hold. */
export function forecastBucketSeconds(
  seriesBucketSeconds: number,
  setting: Pick<ForecastSetting, 'leadSeconds' | 'holdSeconds'>,
): number {
  const widest = Math.min(WIDEST_FORECAST_SECONDS, setting.leadSeconds, setting.holdSeconds);
  return seriesBucketSeconds * Math.max(1, Math.floor(widest / seriesBucketSeconds));
}

/** A horizon in buckets; a part of a bucket counts as a whole one. */
export function horizonIn(setting: ForecastSetting, bucketSeconds: number): ForecastHorizon {
  return {
    leadBuckets: Math.max(1, Math.ceil(setting.leadSeconds / bucketSeconds)),
    holdBuckets: Math.max(1, Math.ceil(setting.holdSeconds / bucketSeconds)),
    level: setting.level,
  };
}
