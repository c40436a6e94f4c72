import type { TrafficColumn } from '../metrics/index.ts';

/** What a strategy takes from the metrics, so that they can be judged for it. */
export interface MetricsNeeds {
  /** Without these nothing can be decided. */
  readonly required: readonly TrafficColumn[];
  /** These have a part in the decision wherever they are measured at all. */
  readonly used: readonly TrafficColumn[];
  /** Length of the newest stretch, which decides. */
  readonly decidingSeconds: number;
  /** How far back a bucket still has a part in the decision; at least the stretch that decides. */
  readonly memorySeconds: number;
  /** Older losses that the strategy counts with itself, by the most that they can have held; none where it is left out. */
  readonly bounded?: {
    /** What has a part in a decision for longer than `settledSeconds`. */
    readonly columns: readonly TrafficColumn[];
    /** A newer loss is not bounded. */
    readonly settledSeconds: number;
  };
}

/** Limits of the checks, from the config. */
export interface QualitySettings {
  /** Share of the scrapes that a bucket, and of the buckets that a stretch must have, 0 to 1. */
  readonly minCoverage: number;
  /** Seconds between two scrapes of a target. */
  readonly scrapeSeconds: number;
  /** How far back metrics are read at all. */
  readonly historySeconds: number;
}

/** What is asked of a graph's metrics. */
export interface QualityQuestion {
  readonly needs: MetricsNeeds;
  readonly settings: QualitySettings;
  /** The time that the plan speaks of. */
  readonly atMs: number;
  /** Value that the metrics' `model` label should have; undefined where manifest and config do not say. */
  readonly model: string | undefined;
  /** GPUs of one decode replica; undefined where they cannot be counted. */
  readonly decodeGpusPerReplica: number | undefined;
}

/** Buckets `first` up to but not including `end`. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
}
