import type { MetricsEvidence, Result, ServiceView } from '../../api/index.ts';
import type { FoundSeries } from './find-series.ts';

/** A graph as its metrics name it. */
export interface MeasuredGraph {
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  /** Value of the frontend's `dynamo_namespace` label. */
  readonly dynamoNamespace: string;
  /** Value of the metrics' `model` label, whatever its case; undefined where manifest and config do not say. */
  readonly model: string | undefined;
  readonly services: readonly ServiceView[];
}

/** A stretch of time of one graph, in buckets that begin at multiples of their length since 1970. */
export interface SeriesRequest {
  readonly graph: MeasuredGraph;
  /** Start of the first bucket, milliseconds since 1970. */
  readonly startMs: number;
  /** End of the last bucket; no bucket ends later. */
  readonly endMs: number;
  readonly bucketSeconds: number;
}

/** A place that metrics are read from: one file of this folder for each kind. */
export interface MetricsSource {
  /** In words, without address and secrets: `Prometheus`. */
  readonly description: string;
  /**
   * What was measured of one graph. A graph that the source knows nothing of is unavailable, with the reason.
   * @returns a problem where the source itself fails, so that no graph can be read.
   */
  read(request: SeriesRequest): Promise<Result<FoundSeries>>;
  /** What was read until now, for the plan to name. */
  evidence(): MetricsEvidence;
}
