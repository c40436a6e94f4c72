import { cellAt, type TrafficSeries } from '../metrics/index.ts';
import type { Stretch } from './question.ts';

/** How many times the busiest other bucket a count must be before nobody believes it. */
const SPIKE_FACTOR = 100;
/** Below this a jump is a graph that woke up. */
const SPIKE_REQUESTS = 1000;
/** Buckets to compare with; fewer say nothing. */
const ENOUGH_OTHERS = 5;

export type SpikeVerdict =
  | { readonly kind: 'plausible' }
  /** A counter that was read from two servers in turn, or reset, is counted whole; no demand grows like that. */
  | { readonly kind: 'spike'; readonly index: number; readonly why: string }
  /** A jump that nothing can be held against, since what was before it is missing. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Lengths below this are what somebody may have sent. */
const LONG_TOKENS = 100_000;

/** Whether a mean length is as far above those of the others, so that nobody has sent it. */
export function isFarTooLong(cells: Float64Array | undefined, index: number, others: Stretch): boolean {
  const { highest, second, at, known } = highestOf(cells, others);
  return at === index && highest >= LONG_TOKENS && highest > SPIKE_FACTOR * second && known > ENOUGH_OTHERS;
}

/** Compares each bucket of the deciding stretch with the others up to `others.end`. */
export function findSpike(series: TrafficSeries, deciding: Stretch, others: Stretch): SpikeVerdict {
  const { highest, second, at, known } = highestOf(series.columns.requestCount, others);
  if (highest < SPIKE_REQUESTS || at < deciding.first || at >= deciding.end) return { kind: 'plausible' };
  if (highest <= SPIKE_FACTOR * second) return { kind: 'plausible' };
  const wanted = others.end - others.first;
  if (known <= ENOUGH_OTHERS) {
    const why = `${highest} requests are far more than in any bucket before, of which ${wanted - known} are missing`;
    return known === wanted ? { kind: 'plausible' } : { kind: 'unknown', why };
  }
  const why = `${highest} requests are more than ${SPIKE_FACTOR} times those of any other bucket (${second} at most), as where a counter was reset`;
  return { kind: 'spike', index: at, why };
}

/** The two highest of a stretch, where the highest is, and how many are known. */
function highestOf(cells: Float64Array | undefined, { first, end }: Stretch) {
  let [highest, second, at, known] = [0, 0, -1, 0];
  for (let index = first; index < end; index += 1) {
    const value = cellAt(cells, index);
    if (value === null) continue;
    known += 1;
    if (value > highest) [highest, second, at] = [value, highest, index];
    else if (value > second) second = value;
  }
  return { highest, second, at, known };
}
