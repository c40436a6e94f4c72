/** What one graph's frontend measured, in buckets of equal length without gaps between them; every source gives this. */
export interface TrafficSeries {
  readonly deployment: string;
  readonly namespace: string;
  /** Undefined where the source does not tell environments apart. */
  readonly environment: string | undefined;
  /** Value of the metrics' `model` label. */
  readonly model: string;
  /** Start of the first bucket, milliseconds since 1970. */
  readonly startMs: number;
  readonly bucketSeconds: number;
  /** Oldest first. */
  readonly buckets: readonly TrafficBucket[];
}

/** Means and counts of one bucket; null is no data, which is not zero. */
export interface TrafficBucket {
  /** Requests completed; a counter's increase, so it need not be whole. */
  readonly requestCount: number | null;
  readonly islTokens: number | null;
  readonly oslTokens: number | null;
  readonly ttftMs: number | null;
  readonly itlMs: number | null;
  readonly requestSeconds: number | null;
  /** Decode workers that were ready. */
  readonly decodeReady: number | null;
}

/** What a strategy may ask of a window. */
export type TrafficMeasure = Exclude<keyof TrafficBucket, 'requestCount'>;
