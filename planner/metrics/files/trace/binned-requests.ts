import { fail, type Result, succeed } from '../../../../api/index.ts';
import { roundCell } from '../../round-cell.ts';
import { type FileSeries, MOST_BUCKETS, type ReadFile } from '../file-series.ts';

/** Where a trace is put in time, and how it is cut. */
export interface TraceSetting {
  /** When the trace begins, milliseconds since 1970: traces tell time from their own start. */
  readonly startMs: number;
  readonly bucketSeconds: number;
}

/** Requests of a trace, in any order. */
export class BinnedRequests {
  readonly #bucketMs: number;
  readonly #sums: number[] = [];

  constructor({ bucketSeconds }: TraceSetting) {
    this.#bucketMs = bucketSeconds * 1000;
  }

  /** @returns what is wrong, in words. */
  add(offsetMs: number, inputTokens: number, outputTokens: number): string | undefined {
    const bucket = Math.floor(offsetMs / this.#bucketMs);
    if (bucket >= MOST_BUCKETS) return `is in bucket ${bucket + 1}; at most ${MOST_BUCKETS} are read`;
    for (const [position, value] of [1, inputTokens, outputTokens].entries()) {
      const at = bucket * 3 + position;
      this.#sums[at] = (this.#sums[at] ?? 0) + value;
    }
    return undefined;
  }

  /**
   * A bucket in which nothing arrived is idle. The last one is left out, because the trace may end inside of it. A trace
   * knows arrivals only, so each request also counts as completed when it arrived.
   */
  read(file: string, format: string, { startMs, bucketSeconds }: TraceSetting): Result<ReadFile> {
    const length = Math.ceil(this.#sums.length / 3) - 1;
    if (length < 1) {
      const message = `has no whole bucket of ${bucketSeconds} s`;
      return fail({ code: 'schema', file, message, hint: 'set metrics.bucketSeconds to a shorter length' });
    }
    const sums = (bucket: number, position: number): number => this.#sums[bucket * 3 + position] ?? 0;
    const column = (cellOf: (bucket: number) => number): Float64Array =>
      Float64Array.from({ length }, (_, bucket) => roundCell(cellOf(bucket)));
    const counts = column((bucket) => sums(bucket, 0));
    const series: FileSeries = {
      ...{ place: undefined, model: undefined, startMs, bucketSeconds, length },
      columns: {
        requestCount: counts,
        startedCount: counts,
        islTokens: column((bucket) => sums(bucket, 1) / sums(bucket, 0)),
        oslTokens: column((bucket) => sums(bucket, 2) / sums(bucket, 0)),
      },
    };
    return succeed({ source: `request trace (${format}), each request counted when it arrived`, series: [series] });
  }
}

/** A count of tokens, undefined where it is none. */
export function tokensOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
