import { type BucketState, bucketStatesOf } from './bucket-state.ts';
import { cellAt, type TrafficSeries, wholeColumn } from './traffic-series.ts';

/** A mean over the requests of a window, or why there is none. */
export type Mean =
  | { readonly kind: 'measured'; readonly value: number }
  | { readonly kind: 'missing'; readonly reason: string };

/** What may be missing in a window that has traffic. */
export type WindowMeasure = 'ttftMs' | 'itlMs' | 'requestSeconds' | 'decodeReady';

/** One decision interval of a series. */
export type TrafficWindow =
  | ({
      readonly kind: 'traffic';
      readonly endMs: number;
      readonly requestCount: number;
      readonly islTokens: number;
      readonly oslTokens: number;
    } & { readonly [measure in WindowMeasure]: Mean })
  | { readonly kind: 'no-traffic'; readonly endMs: number }
  | { readonly kind: 'no-data'; readonly endMs: number; readonly reason: string };

export type BusyWindow = TrafficWindow & { readonly kind: 'traffic' };

export type SeriesWindows =
  /** Oldest first; the last one decides. */
  | {
      readonly kind: 'windows';
      readonly earlier: readonly TrafficWindow[];
      readonly deciding: TrafficWindow;
    }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Cuts a series into whole windows, aligned to the end of the newest bucket that has ended at `atMs`. Older buckets that
 * fill no whole window are left out.
 */
export function windowsUntil(series: TrafficSeries, intervalSeconds: number, atMs: number): SeriesWindows {
  const { bucketSeconds, startMs } = series;
  const perWindow = intervalSeconds / bucketSeconds;
  if (!Number.isInteger(perWindow)) {
    return none(
      `the interval of ${intervalSeconds} s is not a multiple of the recording's buckets of ${bucketSeconds} s`,
    );
  }
  const bucketMs = bucketSeconds * 1000;
  const ended = Math.min(series.length, Math.floor((atMs - startMs) / bucketMs));
  if (ended < 1) return none(`no bucket of the recording has ended at ${isoTime(atMs)}`);
  const newestEndMs = startMs + ended * bucketMs;
  if (atMs - newestEndMs > intervalSeconds * 1000) {
    return none(
      `the newest data ends at ${isoTime(newestEndMs)}, more than one interval of ${intervalSeconds} s before ${isoTime(atMs)}`,
    );
  }
  const windows: TrafficWindow[] = [];
  const columns = windowColumns(series);
  for (let end = ended; end >= perWindow; end -= perWindow) {
    windows.push(windowOf(columns, { first: end - perWindow, end }, startMs + end * bucketMs));
  }
  const [deciding, ...earlier] = windows;
  if (deciding === undefined) {
    return none(
      `${ended} of ${perWindow} buckets of the deciding window exist; the recording is shorter than one interval`,
    );
  }
  return { kind: 'windows', deciding, earlier: earlier.reverse() };
}

/** Buckets `first` up to but not including `end`. */
interface Buckets {
  readonly first: number;
  readonly end: number;
}

/** What windows are made of, bucket by bucket. */
type WindowColumns = { readonly [column in MeanMeasure | 'requestCount' | 'decodeReady']: Float64Array } & {
  readonly stateAt: (index: number) => BucketState;
};

function windowColumns(series: TrafficSeries): WindowColumns {
  return {
    stateAt: bucketStatesOf(series),
    requestCount: wholeColumn(series, 'requestCount'),
    islTokens: wholeColumn(series, 'islTokens'),
    oslTokens: wholeColumn(series, 'oslTokens'),
    ttftMs: wholeColumn(series, 'ttftMs'),
    itlMs: wholeColumn(series, 'itlMs'),
    requestSeconds: wholeColumn(series, 'requestSeconds'),
    decodeReady: wholeColumn(series, 'decodeReady'),
  };
}

function windowOf(columns: WindowColumns, buckets: Buckets, endMs: number): TrafficWindow {
  const { stateAt, requestCount: counts } = columns;
  const what = new Set<string>();
  let [missing, busy, requestCount] = [0, 0, 0];
  for (let index = buckets.first; index < buckets.end; index += 1) {
    const state = stateAt(index);
    switch (state.kind) {
      case 'implausible':
        return { kind: 'no-data', endMs, reason: `impossible value: ${state.why}` };
      case 'missing':
        what.add(state.what);
        missing += 1;
        break;
      case 'traffic':
        busy += 1;
        requestCount += counts[index] ?? 0;
        break;
      case 'no-traffic':
        break;
    }
  }
  if (missing > 0) {
    const all = buckets.end - buckets.first;
    const reason = `${[...what].join(' and ')} is missing: ${all - missing} of ${all} buckets have data`;
    return { kind: 'no-data', endMs, reason };
  }
  if (busy === 0) return { kind: 'no-traffic', endMs };
  const window: BusyWindow = {
    ...{ kind: 'traffic', endMs, requestCount },
    islTokens: numberOf(meanOf(columns, 'islTokens', buckets)),
    oslTokens: numberOf(meanOf(columns, 'oslTokens', buckets)),
    ttftMs: meanOf(columns, 'ttftMs', buckets),
    // One observation per generated token, so a bucket weighs as many tokens as it put out.
    itlMs: meanOf(columns, 'itlMs', buckets, columns.oslTokens),
    requestSeconds: meanOf(columns, 'requestSeconds', buckets),
    // A level, not a mean over requests: what was ready when the window ended.
    decodeReady: levelOf(cellAt(columns.decodeReady, buckets.end - 1), 'decodeReady'),
  };
  const sums = [window.requestCount, window.islTokens, window.oslTokens];
  return sums.every(Number.isFinite)
    ? window
    : { kind: 'no-data', endMs, reason: 'impossible value: the sums overflow' };
}

type MeanMeasure = Exclude<WindowMeasure, 'decodeReady'> | 'islTokens' | 'oslTokens';

/** Over the requests of buckets with traffic, or over what each of those requests counts for. */
function meanOf(
  columns: WindowColumns,
  measure: MeanMeasure,
  { first, end }: Buckets,
  perRequest?: Float64Array,
): Mean {
  const { [measure]: cells, requestCount } = columns;
  let sum = 0;
  let weight = 0;
  let busy = 0;
  let measured = 0;
  let last = Number.NaN;
  for (let index = first; index < end; index += 1) {
    const requests = requestCount[index] ?? 0;
    if (requests === 0) continue;
    busy += 1;
    const value = cells[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    measured += 1;
    last = value;
    const weightOf = perRequest === undefined ? requests : requests * (perRequest[index] ?? 0);
    sum += value * weightOf;
    weight += weightOf;
  }
  if (measured < busy) {
    const reason = `${measure} is missing: ${measured} of ${busy} buckets with traffic have it`;
    return { kind: 'missing', reason };
  }
  // A mean of one bucket is that bucket's number, not its product and quotient.
  const value = busy === 1 ? last : sum / weight;
  return Number.isFinite(value)
    ? { kind: 'measured', value }
    : { kind: 'missing', reason: `impossible value: the sums of ${measure} overflow` };
}

function levelOf(value: number | null, measure: WindowMeasure): Mean {
  return value === null
    ? { kind: 'missing', reason: `${measure} is missing in the last bucket` }
    : { kind: 'measured', value };
}

function numberOf(mean: Mean): number {
  return mean.kind === 'measured' ? mean.value : Number.NaN;
}

function none(reason: string): SeriesWindows {
  return { kind: 'none', reason };
}

/** RFC 3339 in UTC, without the milliseconds where there are none. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
