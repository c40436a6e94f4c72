import { normalProbability, normalQuantile } from './normal.ts';

/** What decode is expected to be asked for, on engines whose time between tokens grows with the batch. */
export interface DecodeLoad {
  readonly outputTokensPerSecond: number;
  /** Variance over squared mean of the time between arrivals. */
  readonly arrivalVariation: number;
  /** Time between tokens of a batch of none, and what each request adds. */
  readonly fixedMs: number;
  readonly slopeMs: number;
  /** Most requests that an engine takes at once, for its memory or its settings. */
  readonly mostBatch: number;
}

/** Requests at once on one engine that keep the ITL target, and what they make of it. */
export interface BatchLimit {
  readonly batch: number;
  /** At that batch, milliseconds. */
  readonly itlMs: number;
  readonly boundBy: 'itl' | 'batch';
  /** Whether the target is met at all; if not, the batch is one request. */
  readonly isMet: boolean;
}

export function batchLimit({ fixedMs, slopeMs, mostBatch }: DecodeLoad, targetItlMs: number): BatchLimit {
  const allowed = slopeMs === 0 ? Number.POSITIVE_INFINITY : (targetItlMs - fixedMs) / slopeMs;
  const capped = Math.min(allowed, mostBatch);
  const batch = Math.max(1, capped);
  const isMet = fixedMs + slopeMs * batch <= targetItlMs * (1 + 1e-12);
  return {
    batch,
    itlMs: fixedMs + slopeMs * batch,
    boundBy: allowed <= mostBatch * (1 + 1e-9) ? 'itl' : 'batch',
    isMet,
  };
}

/** Requests being decoded at once over all engines, at a time between tokens (Little's law). */
export function requestsAtOnce({ outputTokensPerSecond }: DecodeLoad, itlMs: number): number {
  return (outputTokensPerSecond * itlMs) / 1000;
}

/**
 * Standard deviation of the number at once. In a pool that nobody waits for it is Poisson for Poisson arrivals; burstier
 * ones widen it by (ca² + 1)/2.
 *
 * Source: W. Whitt, Heavy-traffic approximations for service systems with blocking, AT&T BLTJ 63 (1984): peakedness.
 */
function spreadAtOnce(load: DecodeLoad, atOnce: number): number {
  return Math.sqrt((atOnce * (load.arrivalVariation + 1)) / 2);
}

/**
 * Engines that hold the requests at once, except for the share `1 − percentile` of the time: the mean, and a margin of so
 * many standard deviations (square-root staffing, S. Halfin and W. Whitt, Oper. Res. 29 (1981)).
 */
export function decodeReplicas(load: DecodeLoad, limit: BatchLimit, percentile: number): number {
  const atOnce = requestsAtOnce(load, limit.itlMs);
  return (atOnce + normalQuantile(percentile) * spreadAtOnce(load, atOnce)) / limit.batch;
}

/** Share of the time that so many engines hold all requests within the batch limit. */
export function decodeAttainment(load: DecodeLoad, limit: BatchLimit, replicas: number): number {
  const atOnce = requestsAtOnce(load, limit.itlMs);
  if (atOnce === 0) return 1;
  return normalProbability((replicas * limit.batch - atOnce) / spreadAtOnce(load, atOnce));
}

/**
 * Time between tokens that a share of the time is not exceeded with so many engines, milliseconds. More requests at once
 * make tokens slower, which leaves more requests at once; infinite where that has no end, or no engine holds them.
 */
export function itlPercentileMs(load: DecodeLoad, replicas: number, percentile: number): number {
  const margin = normalQuantile(percentile);
  let itlMs = load.fixedMs;
  for (let step = 0; step < 10_000; step += 1) {
    const atOnce = requestsAtOnce(load, itlMs);
    const batch = Math.max(1, (atOnce + margin * spreadAtOnce(load, atOnce)) / replicas);
    if (batch > load.mostBatch) return Number.POSITIVE_INFINITY;
    const next = load.fixedMs + load.slopeMs * batch;
    if (next - itlMs <= 1e-9 * next) return next;
    itlMs = next;
  }
  return Number.POSITIVE_INFINITY;
}
