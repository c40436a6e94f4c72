import type { DemandQuantity } from '../../api/index.ts';
import { type TrafficSeries, wholeColumn } from '../metrics/index.ts';

/** A quantity over time, one value a bucket; NaN is no data. */
export interface DemandHistory {
  readonly values: Float64Array;
  readonly bucketSeconds: number;
  /** End of the last bucket, milliseconds since 1970. */
  readonly endMs: number;
}

/** Of a wide bucket so much must be measured. */
const LEAST_MEASURED = 0.5;

/**
 * A quantity of a series in buckets of a wider length, counted back from a point in time; what the series does not reach
 * has no data. No traffic is a rate of
 * zero; it says nothing about lengths. A wide bucket is the mean of what was measured of it, so a gap is never a zero.
 * @param bucketSeconds a multiple of the series' own, else undefined is returned.
 */
export function demandHistory(
  series: TrafficSeries,
  quantity: DemandQuantity,
  bucketSeconds: number,
  untilMs: number = series.startMs + series.length * series.bucketSeconds * 1000,
): DemandHistory | undefined {
  const width = bucketSeconds / series.bucketSeconds;
  if (!Number.isInteger(width) || width < 1) return undefined;
  const counts = wholeColumn(series, 'requestCount');
  const end = Math.max(0, Math.floor((untilMs - series.startMs) / (series.bucketSeconds * 1000)));
  const length = Math.floor(end / width);
  const start = end - length * width;
  const isOfPrompts = quantity === 'islTokens' || quantity === 'prefillTokensPerSecond';
  const lengths = wholeColumn(series, isOfPrompts ? 'islTokens' : 'oslTokens');
  const values = new Float64Array(length);
  for (let bucket = 0; bucket < length; bucket += 1) {
    let known = 0;
    let requests = 0;
    let tokens = 0;
    for (let index = start + bucket * width; index < start + (bucket + 1) * width; index += 1) {
      const count = counts[index] ?? Number.NaN;
      const size = lengths[index] ?? Number.NaN;
      const isKnown = count >= 0 && (count === 0 || quantity === 'requestsPerSecond' || size > 0);
      if (!isKnown) continue;
      known += 1;
      requests += count;
      tokens += count === 0 ? 0 : count * size;
    }
    const seconds = known * series.bucketSeconds;
    values[bucket] = known < LEAST_MEASURED * width ? Number.NaN : valueIn(quantity, requests, tokens, seconds);
  }
  return { values, bucketSeconds, endMs: series.startMs + end * series.bucketSeconds * 1000 };
}

function valueIn(quantity: DemandQuantity, requests: number, tokens: number, seconds: number): number {
  switch (quantity) {
    case 'requestsPerSecond':
      return requests / seconds;
    case 'prefillTokensPerSecond':
    case 'decodeTokensPerSecond':
      return tokens / seconds;
    case 'islTokens':
    case 'oslTokens':
      return requests === 0 ? Number.NaN : tokens / requests;
  }
}
