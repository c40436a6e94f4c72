import type { DemandQuantity } from '../../../api/index.ts';
import { type TrafficSeries, wholeColumn } from '../../metrics/index.ts';
import type { ValueRange } from './value-range.ts';

/** A work that may be missing from a series. */
export type WorkQuantity = Extract<DemandQuantity, 'prefillTokensPerSecond' | 'decodeTokensPerSecond'>;

/** What was lost of a series, and how much it may have held. */
export interface Loss {
  /** 1 for each bucket of the series that lacks something of which demand is made. */
  readonly marks: Uint8Array;
  /** Most tokens per second that a lost bucket is taken to have held. */
  readonly mostPerSecond: number;
}

/** Tokens in each bucket of a series; NaN where it was not measured. */
function tokensOf(series: TrafficSeries, quantity: WorkQuantity): Float64Array {
  const counts = wholeColumn(series, 'requestCount');
  const sizes = wholeColumn(series, quantity === 'prefillTokensPerSecond' ? 'islTokens' : 'oslTokens');
  return counts.map((count, index) => {
    const size = sizes[index] ?? Number.NaN;
    return count === 0 ? 0 : count > 0 && size > 0 ? count * size : Number.NaN;
  });
}

/** The most tokens per second that any bucket was measured with, of those that are not lost; 0 where there is none. */
export function highestMeasured(series: TrafficSeries, quantity: WorkQuantity, marks: Uint8Array): number {
  const highest = tokensOf(series, quantity).reduce(
    (most, tokens, index) => (marks[index] !== 1 && tokens > most ? tokens : most),
    0,
  );
  return highest / series.bucketSeconds;
}

/**
 * A work as `demandHistory` has it, in wider buckets counted back from a time, with what the lost buckets may have held.
 * Undefined where the width is none, or where the history begins with a loss: nobody knows then since when there was traffic.
 */
export function demandRange(
  series: TrafficSeries,
  quantity: WorkQuantity,
  { marks, mostPerSecond }: Loss,
  { bucketSeconds, untilMs }: { readonly bucketSeconds: number; readonly untilMs: number },
): ValueRange | undefined {
  const width = bucketSeconds / series.bucketSeconds;
  if (!Number.isInteger(width) || width < 1) return undefined;
  const end = Math.max(0, Math.floor((untilMs - series.startMs) / (series.bucketSeconds * 1000)));
  const length = Math.floor(end / width);
  const start = end - length * width;
  if (length === 0 || end > series.length || marks.indexOf(1) === 0) return undefined;
  const tokens = tokensOf(series, quantity);
  const [lowest, highest] = [new Float64Array(length), new Float64Array(length)];
  for (let bucket = 0; bucket < length; bucket += 1) {
    let [known, lost] = [0, 0];
    for (let index = start + bucket * width; index < start + (bucket + 1) * width; index += 1) {
      const one = tokens[index] ?? Number.NaN;
      if (marks[index] === 1 || Number.isNaN(one)) lost += 1;
      else known += one;
    }
    lowest[bucket] = known / bucketSeconds;
    highest[bucket] = (known + lost * mostPerSecond * series.bucketSeconds) / bucketSeconds;
  }
  return { lowest, highest };
}
