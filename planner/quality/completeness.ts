import type { TrafficColumn, TrafficSeries } from '../metrics/index.ts';
import type { MetricsNeeds, Stretch } from './question.ts';

/** Means over requests, which an idle bucket has none of. */
const ONLY_UNDER_LOAD: ReadonlySet<TrafficColumn> = new Set([
  ...(['islTokens', 'oslTokens', 'ttftMs', 'ttftP50Ms', 'ttftP90Ms', 'ttftP99Ms'] as const),
  ...(['itlMs', 'itlP50Ms', 'itlP90Ms', 'itlP99Ms', 'requestSeconds'] as const),
]);

export function isOnlyUnderLoad(column: TrafficColumn): boolean {
  return ONLY_UNDER_LOAD.has(column);
}

/** The columns that have a part in a decision: those required, and those used that somebody measures. */
export function expectedColumns({ columns }: TrafficSeries, needs: MetricsNeeds): readonly TrafficColumn[] {
  return [...new Set([...needs.required, ...needs.used.filter((column) => columns[column] !== undefined)])];
}

/** What a bucket lacks of the columns that it must have; an idle one has no means to show. */
export function lackingColumns(
  { columns }: TrafficSeries,
  index: number,
  expected: readonly TrafficColumn[],
): readonly TrafficColumn[] {
  const isIdle = columns.requestCount?.[index] === 0;
  return expected.filter(
    (column) => !(isIdle && isOnlyUnderLoad(column)) && Number.isNaN(columns[column]?.[index] ?? Number.NaN),
  );
}

export interface Completeness {
  readonly buckets: number;
  readonly complete: number;
  /** In the order in which they were first seen to lack. */
  readonly lacking: readonly TrafficColumn[];
  /** The newest bucket that lacks something; undefined where all are complete. */
  readonly newest: number | undefined;
}

export function completenessOf(
  series: TrafficSeries,
  { first, end }: Stretch,
  expected: readonly TrafficColumn[],
): Completeness {
  const lacking = new Set<TrafficColumn>();
  let [complete, newest]: [number, number | undefined] = [0, undefined];
  for (let index = first; index < end; index += 1) {
    const missing = lackingColumns(series, index, expected);
    if (missing.length === 0) complete += 1;
    else newest = index;
    for (const column of missing) {
      // Without the count nobody knows whether there should be means.
      if (column === 'requestCount' || missing[0] !== 'requestCount') lacking.add(column);
    }
  }
  return { buckets: end - first, complete, lacking: [...lacking], newest };
}
