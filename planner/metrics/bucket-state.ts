import { cellAt, type TrafficBucket, type TrafficSeries, wholeColumn } from './traffic-series.ts';

/** Three states, never two: a frontend that served nobody is known; one that was not measured is not. */
export type BucketState =
  | { readonly kind: 'traffic' }
  | { readonly kind: 'no-traffic' }
  | { readonly kind: 'missing'; readonly what: string }
  | { readonly kind: 'implausible'; readonly why: string };

/** Quantities that are above zero whenever a request was served: 0 ms under load is a broken exporter, not a fast one. */
export const POSITIVE_UNDER_LOAD = ['islTokens', 'oslTokens', 'ttftMs', 'itlMs', 'requestSeconds'] as const;

/** What decides on a bucket's state. */
export type StateCells = Pick<TrafficBucket, (typeof STATE_COLUMNS)[number]>;
const STATE_COLUMNS = ['requestCount', ...POSITIVE_UNDER_LOAD, 'decodeReady'] as const;

/** Reads these cells of any bucket of a series: a week of minutes is looked at bucket by bucket. */
export function stateCellsOf({ columns }: TrafficSeries): (index: number) => StateCells {
  const { requestCount, islTokens, oslTokens, ttftMs, itlMs, requestSeconds, decodeReady } = columns;
  return (index) => ({
    requestCount: cellAt(requestCount, index),
    islTokens: cellAt(islTokens, index),
    oslTokens: cellAt(oslTokens, index),
    ttftMs: cellAt(ttftMs, index),
    itlMs: cellAt(itlMs, index),
    requestSeconds: cellAt(requestSeconds, index),
    decodeReady: cellAt(decodeReady, index),
  });
}

/** The state of any bucket of a series. A usual one, which nearly all are, is told without making an object of its cells. */
export function bucketStatesOf(series: TrafficSeries): (index: number) => BucketState {
  const cellsAt = stateCellsOf(series);
  const requestCount = wholeColumn(series, 'requestCount');
  const islTokens = wholeColumn(series, 'islTokens');
  const oslTokens = wholeColumn(series, 'oslTokens');
  const ttftMs = wholeColumn(series, 'ttftMs');
  const itlMs = wholeColumn(series, 'itlMs');
  const requestSeconds = wholeColumn(series, 'requestSeconds');
  const decodeReady = wholeColumn(series, 'decodeReady');
  return (index) =>
    isPositive(requestCount[index] ?? Number.NaN) &&
    isPositive(islTokens[index] ?? Number.NaN) &&
    isPositive(oslTokens[index] ?? Number.NaN) &&
    !isSuspect(ttftMs[index] ?? Number.NaN) &&
    !isSuspect(itlMs[index] ?? Number.NaN) &&
    !isSuspect(requestSeconds[index] ?? Number.NaN) &&
    !isSuspect(decodeReady[index] ?? Number.NaN)
      ? TRAFFIC
      : bucketState(cellsAt(index));
}

function isPositive(cell: number): boolean {
  return cell > 0 && cell <= Number.MAX_VALUE;
}

/** Measured, and not above zero. NaN compares as false: what is missing is no suspect. */
function isSuspect(cell: number): boolean {
  return cell <= 0 || cell > Number.MAX_VALUE;
}

const TRAFFIC: BucketState = { kind: 'traffic' };

/** Whether a bucket can be counted on. Latencies may be missing: not every strategy needs them. */
export function bucketState(bucket: StateCells): BucketState {
  const { requestCount, decodeReady } = bucket;
  if (requestCount === null) return { kind: 'missing', what: 'requestCount' };
  if (!isCount(requestCount)) return { kind: 'implausible', why: `requestCount is ${requestCount}` };
  if (decodeReady !== null && !isCount(decodeReady)) {
    return { kind: 'implausible', why: `decodeReady is ${decodeReady}` };
  }
  if (requestCount === 0) return { kind: 'no-traffic' };
  for (const name of POSITIVE_UNDER_LOAD) {
    const value = bucket[name];
    if (value !== null && !(Number.isFinite(value) && value > 0)) {
      return { kind: 'implausible', why: `${name} is ${value} with ${requestCount} requests` };
    }
  }
  if (bucket.islTokens === null) return { kind: 'missing', what: 'islTokens' };
  if (bucket.oslTokens === null) return { kind: 'missing', what: 'oslTokens' };
  return TRAFFIC;
}

function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
