import { median } from '../../capacity/fit/robust-fit.ts';
import { contextTokens, itlMs, type PerformanceModel, prefillMs } from '../../capacity/index.ts';
import { cellAt, type TrafficSeries } from '../../metrics/index.ts';
import { promptLengths, waiting } from '../../queueing/index.ts';
import type { RecentTraffic } from './recent-traffic.ts';
import type { ModelCorrection } from './role-loads.ts';

/** Comparisons of fewer buckets are chance. */
const LEAST_BUCKETS = 6;
/** Below this utilisation next to nobody waits, so what TTFT has beyond prefill is overhead. */
const QUIET = 0.3;
/** A model that is further off than this is of another engine. */
export const WORST_FACTOR = 2;

/** What was compared, and what became of it; a factor of 1 where nothing could be compared. */
export interface ComparedModel {
  readonly correction: ModelCorrection;
  /** Measured ITL over the model's, and in how many buckets; undefined where too few could be compared. */
  readonly itl: { readonly ratio: number; readonly buckets: number } | undefined;
  /** How many times as slow prefill the measured TTFT speaks of, in buckets with enough load to tell. */
  readonly ttft: { readonly ratio: number; readonly buckets: number } | undefined;
  /** Buckets without, in which TTFT shows the overhead. */
  readonly quiet: number;
}

export const UNCOMPARED: ComparedModel = {
  correction: { prefillFactor: 1, decodeFactor: 1, overheadMs: 0 },
  itl: undefined,
  ttft: undefined,
  quiet: 0,
};

interface BusyBucket {
  readonly requestsPerSecond: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  readonly ttftMs: number | null;
  readonly itlMs: number | null;
  readonly prefillReady: number | null;
  readonly decodeReady: number | null;
}

export interface ModelComparison {
  readonly series: TrafficSeries;
  readonly recent: RecentTraffic;
  readonly islVariation: number;
  readonly oslVariation: number;
  readonly arrivalVariation: number;
  /** Whether the engines prefill and decode at once. */
  readonly interference: boolean;
}

/**
 * Compares the model with what was measured at the load that was measured with it, bucket by bucket, and takes medians: a
 * single window says little. Measurements only make the model slower, by at most {@link WORST_FACTOR}: that the engines were
 * faster for an hour, say on cached prompts, is no promise.
 */
export function compareModel(model: PerformanceModel, comparison: ModelComparison): ComparedModel {
  const { series, recent } = comparison;
  const buckets = busyBuckets(series, recent);
  const itlRatios = buckets.flatMap((bucket) => itlRatio(model, bucket, comparison));
  const waits = buckets.flatMap((bucket) => prefillView(model, bucket, comparison));
  const quiet = waits
    .filter(({ utilization }) => utilization < QUIET)
    .map(({ bucket, serviceMs }) => (bucket.ttftMs ?? 0) - serviceMs);
  const overheadMs = quiet.length < LEAST_BUCKETS ? 0 : Math.max(0, median(quiet));
  const factors = waits.filter(({ utilization }) => utilization >= QUIET).map((view) => slowdown(view, overheadMs));
  const itl = itlRatios.length < LEAST_BUCKETS ? undefined : { ratio: median(itlRatios), buckets: itlRatios.length };
  const ttft = factors.length < LEAST_BUCKETS ? undefined : { ratio: median(factors), buckets: factors.length };
  return {
    correction: {
      prefillFactor: Math.max(1, ttft?.ratio ?? 1),
      decodeFactor: Math.min(WORST_FACTOR, Math.max(1, itl?.ratio ?? 1)),
      overheadMs,
    },
    ...{ itl, ttft, quiet: quiet.length },
  };
}

function busyBuckets({ columns, bucketSeconds }: TrafficSeries, { first, end }: RecentTraffic): readonly BusyBucket[] {
  return Array.from({ length: end - first }, (_, offset) => first + offset).flatMap((index) => {
    const count = cellAt(columns.requestCount, index);
    const [islTokens, oslTokens] = [cellAt(columns.islTokens, index), cellAt(columns.oslTokens, index)];
    if (count === null || count === 0 || islTokens === null || oslTokens === null) return [];
    return [
      {
        requestsPerSecond: count / bucketSeconds,
        ...{ islTokens, oslTokens },
        ttftMs: cellAt(columns.ttftMs, index),
        itlMs: cellAt(columns.itlMs, index),
        prefillReady: cellAt(columns.prefillReady, index),
        decodeReady: cellAt(columns.decodeReady, index),
      },
    ];
  });
}

/** Measured ITL over the model's at the batch that Little's law gives each ready engine. */
function itlRatio(
  model: PerformanceModel,
  bucket: BusyBucket,
  { oslVariation, interference }: ModelComparison,
): readonly number[] {
  const { requestsPerSecond, islTokens, oslTokens, itlMs: measured, decodeReady } = bucket;
  if (measured === null || decodeReady === null || decodeReady < 1) return [];
  const batch = (requestsPerSecond * oslTokens * measured) / 1000 / decodeReady;
  const between = interference ? (batch / oslTokens) * prefillMs(model.prefill, islTokens) : 0;
  return [measured / (itlMs(model.decode, batch, contextTokens({ islTokens, oslTokens, oslVariation })) + between)];
}

interface PrefillView {
  readonly bucket: BusyBucket;
  readonly serviceMs: number;
  readonly utilization: number;
  readonly replicas: number;
  readonly serviceVariation: number;
  readonly arrivalVariation: number;
}

function prefillView(
  model: PerformanceModel,
  bucket: BusyBucket,
  { islVariation, arrivalVariation, interference }: ModelComparison,
): readonly PrefillView[] {
  const { requestsPerSecond, islTokens, ttftMs, prefillReady, decodeReady } = bucket;
  const replicas = interference ? decodeReady : prefillReady;
  if (ttftMs === null || replicas === null || replicas < 1) return [];
  const services = promptLengths(islTokens, islVariation).map((tokens) => prefillMs(model.prefill, tokens));
  const serviceMs = services.reduce((sum, one) => sum + one, 0) / services.length;
  const variance = services.reduce((sum, one) => sum + (one - serviceMs) ** 2, 0) / services.length;
  const utilization = (requestsPerSecond * serviceMs) / 1000 / replicas;
  const serviceVariation = variance / (serviceMs * serviceMs);
  return [{ bucket, serviceMs, utilization, replicas, serviceVariation, arrivalVariation }];
}

/** How many times as slow prefill must be for the queue to give the mean TTFT that was measured. */
function slowdown(view: PrefillView, overheadMs: number): number {
  const { bucket, serviceMs, utilization, replicas, serviceVariation, arrivalVariation } = view;
  const { requestsPerSecond } = bucket;
  const meanTtft = (factor: number) => {
    const meanServiceMs = serviceMs * factor;
    const work = { requestsPerSecond, meanServiceMs, arrivalVariation, serviceVariation };
    return overheadMs + meanServiceMs + waiting(work, replicas).meanMs;
  };
  const measured = bucket.ttftMs ?? 0;
  // At most what leaves the engines just short of full: they did keep up, or TTFT would have had no mean.
  let [low, high] = [0.1, Math.min(WORST_FACTOR, Math.max(0.1, 0.999 / utilization))];
  if (meanTtft(high) <= measured) return high;
  if (meanTtft(low) >= measured) return low;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (meanTtft(middle) < measured) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
