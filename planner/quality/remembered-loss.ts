import type { TrafficSeries } from '../metrics/index.ts';
import { type Completeness, completenessOf, expectedColumns } from './completeness.ts';
import { gapWords } from './gap-words.ts';
import type { QualityQuestion, Stretch } from './question.ts';
import type { MetricsLoss } from './verdict.ts';

/** What is missing of all that has a part in a decision. */
export type RememberedLoss =
  | { readonly kind: 'none' }
  /** It may have been anything, so no number is lowered. */
  | { readonly kind: 'doubt'; readonly words: string; readonly buckets: number }
  /** Old enough for the strategy to tell the most that it can have been. */
  | { readonly kind: 'bounded'; readonly loss: MetricsLoss; readonly buckets: number };

const NONE: RememberedLoss = { kind: 'none' };

/**
 * Tells a loss that still decides from one that only left its trace in what is learned from history. A history that begins
 * with a loss has no end to it: nobody knows whether it was measured before.
 */
export function rememberedLoss(series: TrafficSeries, memory: Stretch, question: QualityQuestion): RememberedLoss {
  const { needs } = question;
  const expected = expectedColumns(series, needs);
  const { bounded } = needs;
  if (bounded === undefined) return doubted(series, completenessOf(series, memory, expected), question);
  // The first of the settled buckets may have been compared with the one before it.
  const settledBuckets = Math.ceil(bounded.settledSeconds / series.bucketSeconds) + 1;
  const settled = { first: Math.max(memory.first, memory.end - settledBuckets), end: memory.end };
  const settledNeeds = { ...needs, memorySeconds: settledBuckets * series.bucketSeconds };
  const recent = doubted(series, completenessOf(series, settled, expected), { ...question, needs: settledNeeds });
  if (recent.kind === 'doubt') return recent;
  const lasting = expected.filter((column) => bounded.columns.includes(column));
  const all = completenessOf(series, memory, lasting);
  const whole = doubted(series, all, question);
  if (whole.kind !== 'doubt' || all.gaps?.oldest === memory.first) return whole;
  return { kind: 'bounded', loss: { marks: all.marks, words: whole.words }, buckets: whole.buckets };
}

function doubted(series: TrafficSeries, completeness: Completeness, question: QualityQuestion): RememberedLoss {
  const words = gapWords(series, completeness, question);
  const buckets = completeness.buckets - completeness.complete;
  return words === undefined ? NONE : { kind: 'doubt', words, buckets };
}
