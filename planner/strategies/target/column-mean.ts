import type { TargetColumn } from '../../../api/index.ts';
import { cellAt, type TrafficSeries } from '../../metrics/index.ts';
import type { EndedStretch } from '../measured-series.ts';

/** What a column says over a stretch of time. */
export type ColumnMean =
  | { readonly kind: 'measured'; readonly value: number }
  /** Some buckets have no data; `atLeast` counts them as zero. */
  | { readonly kind: 'partial'; readonly atLeast: number; readonly missing: number; readonly buckets: number }
  /** A mean over requests, where there were none. */
  | { readonly kind: 'no-traffic' }
  | { readonly kind: 'missing'; readonly reason: string };

const COUNTS: ReadonlySet<TargetColumn> = new Set(['requestCount', 'startedCount']);

/** Means over requests, which say nothing of a bucket without any. */
const OVER_REQUESTS: ReadonlySet<TargetColumn> = new Set([
  ...(['islTokens', 'oslTokens', 'ttftMs', 'ttftP50Ms', 'ttftP90Ms', 'ttftP99Ms'] as const),
  ...(['itlMs', 'itlP50Ms', 'itlP90Ms', 'itlP99Ms', 'requestSeconds'] as const),
  ...(['islP95Tokens', 'oslP95Tokens'] as const),
]);

/** Mean of a column over a stretch: of counts per second, of latencies and lengths weighed by requests. */
export function columnMean(series: TrafficSeries, column: TargetColumn, stretch: EndedStretch): ColumnMean {
  return OVER_REQUESTS.has(column) ? meanOverRequests(series, column, stretch) : meanOverTime(series, column, stretch);
}

function meanOverTime(series: TrafficSeries, column: TargetColumn, { first, end }: EndedStretch): ColumnMean {
  const cells = series.columns[column];
  const unit = COUNTS.has(column) ? series.bucketSeconds : 1;
  let [sum, measured] = [0, 0];
  for (let index = first; index < end; index += 1) {
    const cell = cellAt(cells, index);
    if (cell === null) continue;
    if (!isPossible(cell)) return impossible(column, cell);
    sum += cell / unit;
    measured += 1;
  }
  const buckets = end - first;
  if (measured === 0) return { kind: 'missing', reason: `${column} is not measured` };
  const mean = sum / buckets;
  if (!Number.isFinite(mean)) return impossible(column, mean);
  if (measured < buckets) return { kind: 'partial', atLeast: mean, missing: buckets - measured, buckets };
  return { kind: 'measured', value: mean };
}

function meanOverRequests(series: TrafficSeries, column: TargetColumn, { first, end }: EndedStretch): ColumnMean {
  let [sum, requests] = [0, 0];
  for (let index = first; index < end; index += 1) {
    const count = cellAt(series.columns.requestCount, index);
    const cell = cellAt(series.columns[column], index);
    if (count === null) return { kind: 'missing', reason: `requestCount is missing beside ${column}` };
    if (!isPossible(count)) return impossible('requestCount', count);
    if (count === 0) continue;
    if (cell === null) return { kind: 'missing', reason: `${column} is missing in a bucket with requests` };
    if (!isPossible(cell)) return impossible(column, cell);
    sum += cell * count;
    requests += count;
  }
  if (requests === 0) return { kind: 'no-traffic' };
  const mean = sum / requests;
  return Number.isFinite(mean) ? { kind: 'measured', value: mean } : impossible(column, mean);
}

function isPossible(cell: number): boolean {
  return Number.isFinite(cell) && cell >= 0;
}

function impossible(column: string, cell: number): ColumnMean {
  return { kind: 'missing', reason: `impossible value: ${column} is ${cell}` };
}
