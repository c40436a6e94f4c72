/** Which buckets a point forecast speaks of, counted from the newest one. */
export interface ForecastSpan {
  /** 1 is the next bucket. */
  readonly leadBuckets: number;
  readonly holdBuckets: number;
}

/** The last bucket that counts. */
export function lastBucket({ leadBuckets, holdBuckets }: ForecastSpan): number {
  return leadBuckets + holdBuckets - 1;
}
