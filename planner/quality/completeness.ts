import type { TrafficColumn, TrafficSeries } from '../metrics/index.ts';
import type { MetricsNeeds, Stretch } from './question.ts';

/** Means over requests, which an idle bucket has none of. */
const ONLY_UNDER_LOAD: ReadonlySet<TrafficColumn> = new Set([
  ...(['islTokens', 'oslTokens', 'ttftMs', 'ttftP50Ms', 'ttftP90Ms', 'ttftP99Ms'] as const),
  ...(['itlMs', 'itlP50Ms', 'itlP90Ms', 'itlP99Ms', 'requestSeconds'] as const),
  ...(['islP95Tokens', 'oslP95Tokens'] as const),
]);

export function isOnlyUnderLoad(column: TrafficColumn): boolean {
  return ONLY_UNDER_LOAD.has(column);
}

/** The columns that have a part in a decision: those required, and those used that somebody measures. */
export function expectedColumns({ columns }: TrafficSeries, needs: MetricsNeeds): readonly TrafficColumn[] {
  return [...new Set([...needs.required, ...needs.used.filter((column) => columns[column] !== undefined)])];
}

export interface Completeness {
  readonly buckets: number;
  readonly complete: number;
  /** In the order in which they were first seen to lack. */
  readonly lacking: readonly TrafficColumn[];
  /** What is missing; undefined where all are complete. */
  readonly gaps: Gaps | undefined;
  /** 1 for each bucket of the series that lacks something. */
  readonly marks: Uint8Array;
}

/** Where buckets lack something. */
export interface Gaps {
  readonly count: number;
  /** The first bucket of the oldest. */
  readonly oldest: number;
  /** First and last bucket of the newest. */
  readonly newest: { readonly first: number; readonly last: number };
}

/** A column that nobody measures. */
const NOTHING = new Float64Array(0);

/** How much of a stretch has all columns that it must have; an idle bucket has no means to show. */
export function completenessOf(
  { columns, length }: TrafficSeries,
  { first, end }: Stretch,
  expected: readonly TrafficColumn[],
): Completeness {
  const asked = expected.map((column) => {
    return { column, cells: columns[column] ?? NOTHING, isMean: isOnlyUnderLoad(column) };
  });
  const counts = columns.requestCount;
  const isCounted = expected.includes('requestCount');
  const lacking = new Set<TrafficColumn>();
  const marks = new Uint8Array(length);
  let [complete, gaps]: [number, Gaps | undefined] = [0, undefined];
  for (let index = first; index < end; index += 1) {
    const count = counts?.[index];
    let isComplete = true;
    for (const { column, cells, isMean } of asked) {
      if (!Number.isNaN(cells[index] ?? Number.NaN) || (isMean && count === 0)) continue;
      isComplete = false;
      // A bucket without its count lacks everything, and the count says it.
      if (column === 'requestCount' || !(isCounted && Number.isNaN(count))) lacking.add(column);
    }
    if (isComplete) complete += 1;
    else {
      gaps = widened(gaps, index);
      marks[index] = 1;
    }
  }
  return { buckets: end - first, complete, lacking: [...lacking], gaps, marks };
}

function widened(gaps: Gaps | undefined, index: number): Gaps {
  if (gaps === undefined) return { count: 1, oldest: index, newest: { first: index, last: index } };
  const { newest, count, oldest } = gaps;
  return newest.last === index - 1
    ? { count, oldest, newest: { first: newest.first, last: index } }
    : { count: count + 1, oldest, newest: { first: index, last: index } };
}
