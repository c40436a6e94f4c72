import { MOST_CONTEXT_VARIATION } from '../../capacity/index.ts';
import { cellAt, type TrafficSeries } from '../../metrics/index.ts';
import { formatQuantity as q } from '../../quantity.ts';
import { ASSUMED_LENGTH_VARIATION, squaredVariationOf } from '../../queueing/index.ts';
import { meanOver, type RecentTraffic } from './recent-traffic.ts';

/** Counts are too few to tell bursts from chance below this. */
const LEAST_PAIRS = 30;
/** Squared variation of the time between arrivals where counts do not tell. */
const DEFAULT_VARIATION = 2;
const VARIATION_BOUNDS = { lowest: 1, highest: 4 } as const;

/** A squared variation (variance over squared mean), and where it comes from. */
export interface Variation {
  readonly value: number;
  readonly words: string;
}

/**
 * How bursty arrivals are, from how much the counts of neighbouring buckets differ beyond their mean (the index of
 * dispersion, which for a renewal stream tends to the squared variation of its gaps). Slow swings of the load are the
 * forecast's business, so it is kept within 1 and 4.
 *
 * Source: D. R. Cox and P. A. W. Lewis, The Statistical Analysis of Series of Events (1966), ch. 4.
 */
export function arrivalVariation(
  series: TrafficSeries,
  { first, end }: Pick<RecentTraffic, 'first' | 'end'>,
  given: number | undefined,
): Variation {
  if (given !== undefined) return { value: given, words: 'given in the config' };
  let [pairs, squares, total] = [0, 0, 0];
  for (let index = first + 1; index < end; index += 1) {
    const before = cellAt(series.columns.requestCount, index - 1);
    const after = cellAt(series.columns.requestCount, index);
    if (before === null || after === null) continue;
    pairs += 1;
    squares += (after - before) ** 2 / 2;
    total += (after + before) / 2;
  }
  if (pairs < LEAST_PAIRS || total === 0) {
    return {
      value: DEFAULT_VARIATION,
      words: `assumed, since ${LEAST_PAIRS} pairs of buckets are needed to measure it`,
    };
  }
  const measured = squares / total;
  const value = Math.min(VARIATION_BOUNDS.highest, Math.max(VARIATION_BOUNDS.lowest, measured));
  const words = `${Number(measured.toPrecision(3))} measured over ${pairs} pairs of buckets, kept within 1 and 4`;
  return { value, words };
}

/** How much prompt lengths differ: from their mean and 95th percentile, as a lognormal distribution has them. */
export function islVariation(series: TrafficSeries, recent: RecentTraffic, given: number | undefined): Variation {
  if (given !== undefined) return { value: given, words: 'given in the config' };
  return measuredLengths(recent.islTokens, meanOver(series, 'islP95Tokens', recent), 'prompt');
}

/** How much output lengths differ, from the same of theirs. */
export function oslVariation(series: TrafficSeries, recent: RecentTraffic): Variation {
  const { value, words } = measuredLengths(recent.oslTokens, meanOver(series, 'oslP95Tokens', recent), 'output');
  const most = value > MOST_CONTEXT_VARIATION ? `, and ${MOST_CONTEXT_VARIATION} is the most that counts` : '';
  return { value, words: words + most };
}

function measuredLengths(meanTokens: number, p95Tokens: number | undefined, what: 'prompt' | 'output'): Variation {
  if (p95Tokens === undefined || !(p95Tokens > 0)) {
    return {
      value: ASSUMED_LENGTH_VARIATION,
      words: `assumed, since the metrics have no percentile of ${what} lengths`,
    };
  }
  return {
    value: squaredVariationOf(meanTokens, p95Tokens),
    words: `from a 95th percentile of ${q(p95Tokens)} tokens`,
  };
}
