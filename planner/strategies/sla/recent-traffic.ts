import { cellAt, isoTime, type TrafficColumn, type TrafficSeries } from '../../metrics/index.ts';

/** What the newest stretch of a series is made of. */
export interface RecentTraffic {
  /** First bucket of the stretch, and the one after its last. */
  readonly first: number;
  readonly end: number;
  readonly endMs: number;
  readonly seconds: number;
  /** Requests in the stretch. */
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Means over the requests. */
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Buckets with traffic. */
  readonly busy: number;
}

/** How the newest buckets stand. */
export type TrafficState =
  | { readonly kind: 'traffic'; readonly recent: RecentTraffic }
  /** So long without any request, every bucket of it measured. */
  | { readonly kind: 'idle'; readonly sinceMs: number; readonly seconds: number; readonly inFlight: number }
  | { readonly kind: 'no-data'; readonly reason: string };

/** Whether there is traffic in the newest `decidingSeconds`, and what it looked like over the last `recentSeconds`. */
export function trafficState(
  series: TrafficSeries,
  { decidingSeconds, recentSeconds, atMs }: { decidingSeconds: number; recentSeconds: number; atMs: number },
): TrafficState {
  const bucketMs = series.bucketSeconds * 1000;
  const end = Math.min(series.length, Math.floor((atMs - series.startMs) / bucketMs));
  const endMs = series.startMs + end * bucketMs;
  if (end < 1) return { kind: 'no-data', reason: `no bucket of the metrics has ended at ${isoTime(atMs)}` };
  const deciding = Math.max(0, end - Math.max(1, Math.ceil(decidingSeconds / series.bucketSeconds)));
  const counts = series.columns.requestCount;
  let [known, busy] = [0, 0];
  for (let index = deciding; index < end; index += 1) {
    const count = cellAt(counts, index);
    if (count === null) continue;
    known += 1;
    if (count > 0) busy += 1;
  }
  if (known === 0) {
    const reason = `none of the ${end - deciding} buckets to ${isoTime(endMs)} that decide has data`;
    return { kind: 'no-data', reason };
  }
  if (busy === 0) return idleSince(series, end);
  const first = Math.max(0, end - Math.ceil(recentSeconds / series.bucketSeconds));
  return { kind: 'traffic', recent: recentTraffic(series, first, end) };
}

function idleSince(series: TrafficSeries, end: number): TrafficState {
  const { requestCount, concurrency } = series.columns;
  let since = end;
  while (since > 0 && cellAt(requestCount, since - 1) === 0) since -= 1;
  const sinceMs = series.startMs + since * series.bucketSeconds * 1000;
  const seconds = (end - since) * series.bucketSeconds;
  return { kind: 'idle', sinceMs, seconds, inFlight: cellAt(concurrency, end - 1) ?? 0 };
}

function recentTraffic(series: TrafficSeries, first: number, end: number): RecentTraffic {
  const { requestCount, islTokens, oslTokens } = series.columns;
  let [known, requests, busy, weight, prompts, outputs] = [0, 0, 0, 0, 0, 0];
  for (let index = first; index < end; index += 1) {
    const count = cellAt(requestCount, index);
    if (count === null) continue;
    known += 1;
    requests += count;
    const [isl, osl] = [cellAt(islTokens, index), cellAt(oslTokens, index)];
    if (count === 0 || isl === null || osl === null) continue;
    busy += 1;
    weight += count;
    prompts += count * isl;
    outputs += count * osl;
  }
  const seconds = known * series.bucketSeconds;
  return {
    ...{ first, end, endMs: series.startMs + end * series.bucketSeconds * 1000, seconds, requests, busy },
    requestsPerSecond: requests / seconds,
    islTokens: prompts / weight,
    oslTokens: outputs / weight,
  };
}

/** Mean of a measured column over a stretch, weighted by requests; undefined where no busy bucket has it. */
export function meanOver(
  series: TrafficSeries,
  column: TrafficColumn,
  { first, end }: Pick<RecentTraffic, 'first' | 'end'>,
): number | undefined {
  let [sum, weight] = [0, 0];
  for (let index = first; index < end; index += 1) {
    const [count, value] = [cellAt(series.columns.requestCount, index), cellAt(series.columns[column], index)];
    if (count === null || count === 0 || value === null) continue;
    sum += count * value;
    weight += count;
  }
  return weight === 0 ? undefined : sum / weight;
}

/** Whether a latency is beyond its target, or nobody can tell. */
export function isMissed(measuredMs: number | undefined, targetMs: number): boolean {
  return measuredMs === undefined || measuredMs > targetMs;
}
