import { isoTime, type TrafficSeries } from '../metrics/index.ts';
import { type Hold, hold, type StrategyContext } from './strategy.ts';

export type MeasuredSeries = { readonly kind: 'series'; readonly series: TrafficSeries } | Hold;

/** The series of the graph's model, or why there is none. */
export function measuredSeries({ metrics, deployment, view }: StrategyContext): MeasuredSeries {
  if (metrics.kind === 'unavailable') return hold(metrics.code ?? 'no-data', metrics.reason);
  const { series } = metrics;
  const model = deployment.model ?? view.services.find((service) => service.modelName !== undefined)?.modelName;
  if (model !== undefined && series.model.toLowerCase() !== model.toLowerCase()) {
    return hold('no-data', `the metrics are of the model "${series.model}", and the graph serves "${model}"`);
  }
  return { kind: 'series', series };
}

/** Buckets `first` up to but not including `end`, and when the last of them ended. */
export interface EndedStretch {
  readonly first: number;
  readonly end: number;
  readonly endMs: number;
}

export type FoundStretch = { readonly kind: 'stretch'; readonly stretch: EndedStretch } | Hold;

/**
 * The newest buckets that have ended at `atMs`, as many as make up `seconds`, or all where there are fewer.
 * @returns a hold where the series ended longer ago than that
 */
export function newestStretch(series: TrafficSeries, seconds: number, atMs: number): FoundStretch {
  const { startMs, bucketSeconds, length } = series;
  const bucketMs = bucketSeconds * 1000;
  const end = Math.min(length, Math.floor((atMs - startMs) / bucketMs));
  if (end < 1) return hold('no-data', `no bucket of the metrics has ended at ${isoTime(atMs)}`);
  const endMs = startMs + end * bucketMs;
  if (atMs - endMs > Math.max(seconds * 1000, bucketMs)) {
    return hold('no-data', `the newest data ends at ${isoTime(endMs)}, more than ${seconds} s before ${isoTime(atMs)}`);
  }
  return { kind: 'stretch', stretch: { first: Math.max(0, end - bucketsIn(seconds, series)), end, endMs } };
}

/** As {@link newestStretch}, and a hold where the series is shorter. */
export function wholeStretch(series: TrafficSeries, seconds: number, atMs: number): FoundStretch {
  const found = newestStretch(series, seconds, atMs);
  if (found.kind === 'held') return found;
  const { first, end } = found.stretch;
  if (end - first === bucketsIn(seconds, series)) return found;
  return hold('no-data', `the metrics are ${end * series.bucketSeconds} s long, shorter than ${seconds} s`);
}

/** Whole buckets that make up a time, at least one. */
export function bucketsIn(seconds: number, { bucketSeconds }: TrafficSeries): number {
  return Math.max(1, Math.ceil(seconds / bucketSeconds));
}
