import type { DynamoLoadSettings } from '../../../api/index.ts';
import { cellAt, isoTime, type TrafficSeries } from '../../metrics/index.ts';
import type { EndedStretch } from '../measured-series.ts';
import type { LoadSignal } from './signal.ts';
import { boundedThresholds, type LoadThresholds } from './threshold-signal.ts';
import type { RankLoad } from './worker-load.ts';

/** What was measured of one quantity over an interval, bucket by bucket. */
export type RecordedLoad =
  | { readonly kind: 'measured'; readonly values: readonly number[]; readonly mean: number }
  | { readonly kind: 'missing'; readonly reason: string };

/** Requests that wait for prefill, or the prompt tokens of as many average requests. */
export function recordedQueue(
  series: TrafficSeries,
  stretch: EndedStretch,
  unit: DynamoLoadSettings['prefill']['unit'],
): RecordedLoad {
  const waiting = recordedLevel(series, 'queueDepth', stretch, Number.POSITIVE_INFINITY);
  if (waiting.kind === 'missing' || unit === 'requests' || waiting.mean === 0) return waiting;
  const islTokens = meanPromptTokens(series, stretch);
  if (islTokens === undefined) {
    return missing(`islTokens is missing in the ${within(series, stretch)}, so the queue has no length in tokens`);
  }
  return loadOf(waiting.values.map((value) => value * islTokens));
}

/** Share of the KV cache in use, 0 to 1. */
export function recordedKvUsage(series: TrafficSeries, stretch: EndedStretch): RecordedLoad {
  return recordedLevel(series, 'kvUsage', stretch, 1);
}

/** A bucket without data may have been the one that matters, so all of them must be there. */
function recordedLevel(
  series: TrafficSeries,
  column: 'queueDepth' | 'kvUsage',
  stretch: EndedStretch,
  most: number,
): RecordedLoad {
  const values: number[] = [];
  for (let index = stretch.first; index < stretch.end; index += 1) {
    const cell = cellAt(series.columns[column], index);
    if (cell === null) continue;
    if (!Number.isFinite(cell) || cell < 0 || cell > most) return missing(`impossible value: ${column} is ${cell}`);
    values.push(cell);
  }
  const buckets = stretch.end - stretch.first;
  if (values.length === buckets) return loadOf(values);
  return missing(
    `${column} is missing in the ${within(series, stretch)}: ${values.length} of ${buckets} buckets have data`,
  );
}

function loadOf(values: readonly number[]): RecordedLoad {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isFinite(mean) ? { kind: 'measured', values, mean } : missing('impossible value: the sums overflow');
}

function meanPromptTokens({ columns }: TrafficSeries, { first, end }: EndedStretch): number | undefined {
  let [tokens, requests] = [0, 0];
  for (let index = first; index < end; index += 1) {
    const [count, isl] = [cellAt(columns.requestCount, index), cellAt(columns.islTokens, index)];
    if (count === null || isl === null || !(count > 0) || !(isl > 0)) continue;
    tokens += count * isl;
    requests += count;
  }
  return requests === 0 ? undefined : tokens / requests;
}

function within(series: TrafficSeries, { first, end, endMs }: EndedStretch): string {
  return `interval of ${(end - first) * series.bucketSeconds} s to ${isoTime(endMs)}`;
}

function missing(reason: string): RecordedLoad {
  return { kind: 'missing', reason };
}

/** Ready replicas over an interval; undefined where nobody counted them, `changing` where they did not stay. */
export function recordedReady(
  { columns }: TrafficSeries,
  column: 'prefillReady' | 'decodeReady',
  { first, end }: EndedStretch,
): number | 'changing' | undefined {
  const counts = Array.from({ length: end - first }, (_, index) => cellAt(columns[column], first + index)).filter(
    (count): count is number => count !== null && Number.isSafeInteger(count) && count >= 0,
  );
  const last = counts.at(-1);
  return counts.every((count) => count === last) ? last : 'changing';
}

/** A report for each ready replica, as if the load were spread evenly: recorded are means, not workers. */
export function evenReports(
  ready: number,
  load: { readonly queued?: number; readonly kvUsage?: number },
): readonly RankLoad[] {
  const none = { prefillRequests: 0, prefillTokens: 0, decodeRequests: 0, decodeKvTokens: 0 };
  return Array.from({ length: ready }, (_, index) => ({
    ...{ worker: `${index}`, rank: 0 },
    scheduled: { ...none, decodeKvTokens: load.kvUsage ?? 0 },
    queued: { ...none, prefillTokens: load.queued ?? 0 },
  }));
}

/**
 * Requests and shares are compared as the first planner does (April 2025): strictly, prefill per replica, KV as a share.
 * Tokens are compared as the load target of 2026-08 does.
 */
export function recordedThresholds({ prefill, decode }: DynamoLoadSettings): LoadThresholds {
  switch (prefill.unit) {
    case 'requests':
      return {
        prefill: {
          unit: 'tokens',
          growsAt: (load) => load > prefill.up,
          shrinksAt: (load) => load < prefill.down,
        },
        decode: { unit: 'share', growsAt: (load) => load > decode.up, shrinksAt: (load) => load < decode.down },
      };
    case 'tokens':
      return boundedThresholds({
        ...{ prefillUpTokens: prefill.up, prefillDownTokens: prefill.down },
        ...{ decodeUpPercent: decode.up * 100, decodeDownPercent: decode.down * 100 },
      });
  }
}

/**
 * Whether a queue will still be above its threshold some intervals ahead, if it goes on as it did from the first bucket
 * of the interval to the last. Source: the first planner's `NEW_PREFILL_WORKER_QUEUE_BUFFER_PERIOD`.
 */
export function queueLasts(values: readonly number[], intervals: number, growsAt: (load: number) => boolean): boolean {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined || intervals === 0) return true;
  return growsAt(last + (last - first) * intervals);
}

/** Workers that do both grow for either reason and shrink for both. */
export function eitherGrows(prefill: LoadSignal, decode: LoadSignal): LoadSignal {
  if (prefill === 'up' || decode === 'up') return 'up';
  return prefill === 'down' && decode === 'down' ? 'down' : 'stay';
}
