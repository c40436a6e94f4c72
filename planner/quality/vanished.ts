import { cellAt, isoTime, type TrafficColumn, type TrafficSeries } from '../metrics/index.ts';
import { listed } from '../quantity.ts';
import { completenessOf } from './completeness.ts';
import type { MetricsNeeds, Stretch } from './question.ts';

/** What doubts are made of, whether a strategy looks at it or not: whoever loses one of these may have lost a doubt. */
const DOUBTFUL: readonly TrafficColumn[] = [
  ...(['coverage', 'requestCount', 'startedCount'] as const),
  ...(['oslTokens', 'ttftMs', 'itlMs', 'requestSeconds'] as const),
];

/**
 * Columns that the series has and the stretch that decides has not, in words. A column that was never there is not missed:
 * nobody can tell it from one that nobody measures.
 */
export function vanishedColumns(
  series: TrafficSeries,
  deciding: Stretch,
  expected: readonly TrafficColumn[],
): readonly string[] {
  const others = DOUBTFUL.filter((column) => series.columns[column] !== undefined && !expected.includes(column));
  const { lacking } = completenessOf(series, deciding, others);
  if (lacking.length === 0) return [];
  const [is, it] = lacking.length === 1 ? ['is', 'it'] : ['are', 'they'];
  return [
    `${listed(lacking)} ${is} missing in the ${windowWords(series, deciding)}, and nobody can tell whether ${it} would contradict the rest`,
  ];
}

/**
 * Where a strategy looks at levels alone: little of a level is no load or no metrics, and only a count of requests tells which.
 */
export function unprovenLull(series: TrafficSeries, deciding: Stretch, { required }: MetricsNeeds): readonly string[] {
  if (required.includes('requestCount')) return [];
  const { requestCount, startedCount } = series.columns;
  for (let index = deciding.first; index < deciding.end; index += 1) {
    if (cellAt(requestCount, index) !== null || cellAt(startedCount, index) !== null) continue;
    const where = windowWords(series, deciding);
    return [`requests were not counted throughout the ${where}, so that a lull cannot be told from lost metrics`];
  }
  return [];
}

function windowWords({ startMs, bucketSeconds }: TrafficSeries, { first, end }: Stretch): string {
  return `window of ${(end - first) * bucketSeconds} s to ${isoTime(startMs + end * bucketSeconds * 1000)}`;
}
