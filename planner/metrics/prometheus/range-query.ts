import type { Problem } from '../../../api/index.ts';

/** One call of `/api/v1/query_range`. */
export interface RangeQuery {
  readonly promql: string;
  /** End of the first and of the last bucket that is asked for, milliseconds since 1970. */
  readonly firstEndMs: number;
  readonly lastEndMs: number;
  readonly stepSeconds: number;
}

/** What came of a call: a text to read, a refusal of this one query, or no answer at all. */
export type RangeAnswer =
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** Asks a server; the only thing that reading from Prometheus needs from the outside. */
export type AskRange = (query: RangeQuery) => Promise<RangeAnswer>;

/** Prometheus refuses more than 11,000 points a series. */
const MOST_POINTS = 11_000;

/** Label by which the answers of one request are told apart. */
export const COLUMN_LABEL = 'column';

/** Several queries as one, so that a graph takes few requests. */
export function combined(batch: ReadonlyMap<string, string>): string {
  return [...batch]
    .map(([name, query]) => `label_replace(${query}, "${COLUMN_LABEL}", "${name}", "", "")`)
    .join(' or ');
}

export interface BucketGrid {
  /** Start of the first bucket. */
  readonly startMs: number;
  readonly bucketSeconds: number;
  /** Number of buckets. */
  readonly length: number;
}

/** One call for each stretch that a server answers at once; every point is the end of a bucket. */
export function rangeQueries(promql: string, { startMs, bucketSeconds, length }: BucketGrid): readonly RangeQuery[] {
  const stepMs = bucketSeconds * 1000;
  const queries: RangeQuery[] = [];
  for (let first = 0; first < length; first += MOST_POINTS) {
    const last = Math.min(length, first + MOST_POINTS) - 1;
    queries.push({
      promql,
      firstEndMs: startMs + (first + 1) * stepMs,
      lastEndMs: startMs + (last + 1) * stepMs,
      stepSeconds: bucketSeconds,
    });
  }
  return queries;
}
