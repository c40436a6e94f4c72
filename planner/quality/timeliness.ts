import { cellAt, isoTime, type TrafficColumn, type TrafficSeries } from '../metrics/index.ts';
import type { QualityQuestion } from './question.ts';
import type { Refusal } from './verdict.ts';

/** How many buckets of a series' length have ended at a time, counted from its start, whether it has them or not. */
export function endedBuckets({ startMs, bucketSeconds }: TrafficSeries, atMs: number): number {
  return Math.max(0, Math.floor((atMs - startMs) / (bucketSeconds * 1000)));
}

/** Why the newest of so many buckets with data is too old: older than a bucket and three scrapes. */
export function staleness(
  { columns, length, bucketSeconds, startMs }: TrafficSeries,
  ended: number,
  { needs, settings }: Pick<QualityQuestion, 'needs' | 'settings'>,
): Refusal | undefined {
  const { scrapeSeconds } = settings;
  const wanted = needs.required.length > 0 ? needs.required : needs.used;
  // An idle bucket has a count, and none of the means that depend on it.
  const asked = wanted.includes('requestCount') ? (['requestCount'] as const) : wanted;
  if (asked.length === 0) return undefined;
  const hasData = (index: number): boolean => asked.some((column) => cellAt(columns[column], index) !== null);
  let newest = Math.min(length, ended) - 1;
  while (newest >= 0 && !hasData(newest)) newest -= 1;
  if (newest < 0) return { code: 'no-data', reason: nothingIn(asked, columns, startMs, ended * bucketSeconds) };
  const limitSeconds = bucketSeconds + 3 * scrapeSeconds;
  if ((ended - 1 - newest) * bucketSeconds <= limitSeconds) return undefined;
  const [end, now] = [newest + 1, ended].map((index) => isoTime(startMs + index * bucketSeconds * 1000));
  const reason = `the newest data ends at ${end}, more than ${limitSeconds} s (a bucket and three scrapes) before ${now}`;
  return { code: 'stale-data', reason };
}

function nothingIn(
  asked: readonly TrafficColumn[],
  columns: TrafficSeries['columns'],
  startMs: number,
  seconds: number,
): string {
  if (asked.every((column) => columns[column] === undefined)) return `the metrics have no ${asked.join(' and no ')}`;
  const [from, to] = [startMs, startMs + seconds * 1000].map(isoTime);
  return `no bucket from ${from} to ${to} has data (${asked.join(', ')})`;
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
