import { bucketState, type StateCells, stateCellsOf } from './bucket-state.ts';
import type { TrafficSeries } from './traffic-series.ts';

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
  const cellsAt = stateCellsOf(series);
  for (let end = ended; end >= perWindow; end -= perWindow) {
    const buckets = Array.from({ length: perWindow }, (_, index) => cellsAt(end - perWindow + index));
    windows.push(windowOf(buckets, startMs + end * bucketMs));
  }
  const [deciding, ...earlier] = windows;
  if (deciding === undefined) {
    return none(
      `${ended} of ${perWindow} buckets of the deciding window exist; the recording is shorter than one interval`,
    );
  }
  return { kind: 'windows', deciding, earlier: earlier.reverse() };
}

function windowOf(buckets: readonly StateCells[], endMs: number): TrafficWindow {
  const states = buckets.map(bucketState);
  const implausible = states.find((state) => state.kind === 'implausible');
  if (implausible !== undefined) return { kind: 'no-data', endMs, reason: `impossible value: ${implausible.why}` };
  const missing = states.filter((state) => state.kind === 'missing');
  if (missing.length > 0) {
    const what = [...new Set(missing.map((state) => state.what))].join(' and ');
    const covered = buckets.length - missing.length;
    return { kind: 'no-data', endMs, reason: `${what} is missing: ${covered} of ${buckets.length} buckets have data` };
  }
  const busy = buckets.filter((_, index) => states[index]?.kind === 'traffic');
  if (busy.length === 0) return { kind: 'no-traffic', endMs };
  const window: BusyWindow = {
    kind: 'traffic',
    endMs,
    requestCount: busy.reduce((sum, bucket) => sum + requestsOf(bucket), 0),
    islTokens: numberOf(meanOf(busy, 'islTokens', requestsOf)),
    oslTokens: numberOf(meanOf(busy, 'oslTokens', requestsOf)),
    ttftMs: meanOf(busy, 'ttftMs', requestsOf),
    // One observation per generated token, so a bucket weighs as many tokens as it put out.
    itlMs: meanOf(busy, 'itlMs', (bucket) => requestsOf(bucket) * (bucket.oslTokens ?? 0)),
    requestSeconds: meanOf(busy, 'requestSeconds', requestsOf),
    // A level, not a mean over requests: what was ready when the window ended.
    decodeReady: levelOf(buckets.at(-1)?.decodeReady ?? null, 'decodeReady'),
  };
  const sums = [window.requestCount, window.islTokens, window.oslTokens];
  return sums.every(Number.isFinite)
    ? window
    : { kind: 'no-data', endMs, reason: 'impossible value: the sums overflow' };
}

type MeanMeasure = Exclude<WindowMeasure, 'decodeReady'> | 'islTokens' | 'oslTokens';

function requestsOf(bucket: StateCells): number {
  return bucket.requestCount ?? 0;
}

function meanOf(buckets: readonly StateCells[], measure: MeanMeasure, weightOf: (bucket: StateCells) => number): Mean {
  let [sum, weight, measured] = [0, 0, 0];
  for (const bucket of buckets) {
    const value = bucket[measure];
    if (value === null) continue;
    measured += 1;
    sum += value * weightOf(bucket);
    weight += weightOf(bucket);
  }
  if (measured < buckets.length) {
    const reason = `${measure} is missing: ${measured} of ${buckets.length} buckets with traffic have it`;
    return { kind: 'missing', reason };
  }
  // A mean of one bucket is that bucket's number, not its product and quotient.
  const value = buckets.length === 1 ? (buckets[0]?.[measure] ?? Number.NaN) : sum / weight;
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
