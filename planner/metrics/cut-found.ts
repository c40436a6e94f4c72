import { cutSeries } from './cut-series.ts';
import type { FoundSeries } from './find-series.ts';
import type { SeriesRequest } from './source.ts';
import { isoTime } from './traffic-windows.ts';

/** What is asked for of a series that holds more; one that ended before that is stale, which is not empty. */
export function cutFound(
  found: FoundSeries,
  { startMs, endMs }: Pick<SeriesRequest, 'startMs' | 'endMs'>,
): FoundSeries {
  if (found.kind === 'unavailable') return found;
  const { series } = found;
  const lastEndMs = series.startMs + series.length * series.bucketSeconds * 1000;
  if (series.length > 0 && lastEndMs <= startMs) {
    const hours = Math.round((endMs - startMs) / 3_600_000);
    const reason = `the metrics end at ${isoTime(lastEndMs)}, and those from ${isoTime(startMs)} on count (metrics.historyHours: ${hours}); record anew, or give the time to plan for with --at`;
    return { kind: 'unavailable', code: 'stale-data', reason };
  }
  return { kind: 'series', series: cutSeries(series, startMs, endMs) };
}
