import type { TrafficSeries } from '../../metrics/index.ts';
import { ColumnEdits } from '../../quality/column-edits.ts';
import { findSpike, isFarTooLong } from '../../quality/spikes.ts';

/** Buckets on either side that a count is compared with. */
const LOOK_AROUND = 20;

export interface PlausibleHistory {
  /** What was there, with no data in the buckets that are not believed. */
  readonly series: TrafficSeries;
  /** Why buckets are not believed, a sentence for each reason. */
  readonly notes: readonly string[];
}

/**
 * A history without what the quality gate of `plan` takes for no data: buckets that too few scrapes came in of, and counts
 * and lengths far above all around them. What is impossible in itself, such as a negative count, a workload leaves out as it is.
 */
export function plausibleHistory(series: TrafficSeries, minCoverage: number): PlausibleHistory {
  const edits = new ColumnEdits(series);
  const { islTokens, oslTokens } = series.columns;
  let [poor, spikes, long] = [0, 0, 0];
  for (let index = 0; index < series.length; index += 1) {
    const others = { first: Math.max(0, index - LOOK_AROUND), end: Math.min(series.length, index + LOOK_AROUND + 1) };
    if ((series.columns.coverage?.[index] ?? 1) < minCoverage) poor += 1;
    else if (findSpike(series, { first: index, end: index + 1 }, others).kind === 'spike') spikes += 1;
    else if (isFarTooLong(islTokens, index, others) || isFarTooLong(oslTokens, index, others)) long += 1;
    else continue;
    edits.clear(index);
  }
  return {
    series: edits.apply(),
    notes: [
      ...note(poor, `less than ${Math.round(minCoverage * 100)} % of the scrapes`),
      ...note(spikes, 'more than 100 times the requests of any around, as where a counter was reset'),
      ...note(long, 'a mean prompt or output more than 100 times as long as any around'),
    ],
  };
}

function note(count: number, what: string): readonly string[] {
  if (count === 0) return [];
  return [`${count === 1 ? '1 bucket has' : `${count} buckets have`} ${what}: not judged.`];
}
