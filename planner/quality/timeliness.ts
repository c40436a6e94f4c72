import { isoTime, type TrafficColumn, type TrafficSeries } from '../metrics/index.ts';
import type { QualitySettings } from './question.ts';
import type { Refusal } from './verdict.ts';

/** How many buckets of a series' length have ended at a time, counted from its start, whether it has them or not. */
export function endedBuckets({ startMs, bucketSeconds }: TrafficSeries, atMs: number): number {
  return Math.max(0, Math.floor((atMs - startMs) / (bucketSeconds * 1000)));
}

/** Why the newest of so many buckets with data is too old: older than a bucket and three scrapes. */
export function staleness(
  { columns, length, bucketSeconds, startMs }: TrafficSeries,
  ended: number,
  { scrapeSeconds }: QualitySettings,
): Refusal | undefined {
  const counts = columns.requestCount;
  if (counts === undefined) return { code: 'no-data', reason: 'the metrics have no column requestCount' };
  let newest = Math.min(length, ended) - 1;
  while (newest >= 0 && Number.isNaN(counts[newest])) newest -= 1;
  if (newest < 0) return { code: 'no-data', reason: 'requestCount is missing in every bucket' };
  const limitSeconds = bucketSeconds + 3 * scrapeSeconds;
  if ((ended - 1 - newest) * bucketSeconds <= limitSeconds) return undefined;
  const [end, now] = [newest + 1, ended].map((index) => isoTime(startMs + index * bucketSeconds * 1000));
  const reason = `the newest data ends at ${end}, more than ${limitSeconds} s (a bucket and three scrapes) before ${now}`;
  return { code: 'stale-data', reason };
}

/**
 * The series with so many buckets, empty ones where it ends earlier: what was not written down is as missing as what is
 * written down as missing.
 */
export function padded(series: TrafficSeries, length: number): TrafficSeries {
  if (length <= series.length) return series;
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  for (const [column, cells] of Object.entries(series.columns) as [TrafficColumn, Float64Array][]) {
    const longer = new Float64Array(length).fill(Number.NaN);
    longer.set(cells);
    columns[column] = longer;
  }
  return { ...series, length, columns };
}
