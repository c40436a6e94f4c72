import type { TrafficColumn, TrafficColumns, TrafficSeries } from './traffic-series.ts';

/** The buckets of a series that lie wholly within a stretch of time. The columns are views, not copies. */
export function cutSeries(series: TrafficSeries, startMs: number, endMs: number): TrafficSeries {
  const bucketMs = series.bucketSeconds * 1000;
  const first = Math.min(series.length, Math.max(0, Math.ceil((startMs - series.startMs) / bucketMs)));
  const end = Math.max(first, Math.min(series.length, Math.floor((endMs - series.startMs) / bucketMs)));
  if (first === 0 && end === series.length) return series;
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  for (const [column, cells] of Object.entries(series.columns) as [TrafficColumn, Float64Array][]) {
    columns[column] = cells.subarray(first, end);
  }
  const cut: TrafficColumns = columns;
  return { ...series, startMs: series.startMs + first * bucketMs, length: end - first, columns: cut };
}
