import { roundCell } from '../../round-cell.ts';
import type { TrafficColumn } from '../../traffic-series.ts';

const PREFIX = 'dynamo_frontend_';
/** Counters, whose increase is a column. */
const COUNTERS = new Map<string, TrafficColumn>([
  [`${PREFIX}requests_total`, 'requestCount'],
  [`${PREFIX}requests_started_total`, 'startedCount'],
]);
/** Histograms, whose increase of `_sum` over that of `_count` is a column, with the factor to its unit. */
const HISTOGRAMS: readonly (readonly [string, TrafficColumn, number])[] = [
  [`${PREFIX}input_sequence_tokens`, 'islTokens', 1],
  [`${PREFIX}output_sequence_tokens`, 'oslTokens', 1],
  [`${PREFIX}time_to_first_token_seconds`, 'ttftMs', 1000],
  [`${PREFIX}inter_token_latency_seconds`, 'itlMs', 1000],
  [`${PREFIX}request_duration_seconds`, 'requestSeconds', 1],
];
/** Levels, of which the last one of a bucket counts; the names of both eras. */
const GAUGES = new Map<string, TrafficColumn>([
  [`${PREFIX}inflight_requests`, 'concurrency'],
  [`${PREFIX}active_requests`, 'concurrency'],
  [`${PREFIX}queued_requests`, 'queueDepth'],
]);
const KNOWN = new Set([
  ...COUNTERS.keys(),
  ...GAUGES.keys(),
  ...HISTOGRAMS.flatMap(([name]) => [`${name}_sum`, `${name}_count`]),
]);

export function isKnownMetric(name: string): boolean {
  return KNOWN.has(name);
}

/** All samples of one model at one time: by metric, then by the labels of a series. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What happened between two snapshots, or what the last one shows where it is the only one. */
export function cellsBetween(before: Snapshot | undefined, now: Snapshot): ReadonlyMap<TrafficColumn, number> {
  const cells = new Map<TrafficColumn, number>();
  for (const [metric, column] of GAUGES) {
    const series = now.get(metric);
    if (series !== undefined) cells.set(column, roundCell([...series.values()].reduce((sum, value) => sum + value, 0)));
  }
  if (before === undefined) return cells;
  for (const [metric, column] of COUNTERS) {
    const increase = increaseOf(before, now, metric);
    if (increase !== undefined) cells.set(column, roundCell(increase));
  }
  for (const [metric, column, factor] of HISTOGRAMS) {
    const [sum, count] = [increaseOf(before, now, `${metric}_sum`), increaseOf(before, now, `${metric}_count`)];
    if (sum !== undefined && count !== undefined) cells.set(column, roundCell((factor * sum) / count));
  }
  return cells;
}

/** A counter that fell was reset, and one that is new began at 0: both have counted from 0 to what they show. */
function increaseOf(before: Snapshot, now: Snapshot, metric: string): number | undefined {
  const [old, series] = [before.get(metric), now.get(metric)];
  if (series === undefined) return undefined;
  let increase = 0;
  for (const [labels, value] of series) {
    const last = old?.get(labels) ?? 0;
    increase += value >= last ? value - last : value;
  }
  return increase;
}
