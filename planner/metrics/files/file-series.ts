import type { TrafficColumns } from '../traffic-series.ts';

/** A graph as a file names it. */
export interface NamedPlace {
  readonly deployment: string;
  readonly namespace: string;
  readonly environment: string | undefined;
}

/** What a file measured of one graph. */
export interface FileSeries {
  /** Undefined where the file names no graph, as a trace does not. */
  readonly place: NamedPlace | undefined;
  /** Undefined where the file names no model. */
  readonly model: string | undefined;
  readonly startMs: number;
  readonly bucketSeconds: number;
  readonly length: number;
  readonly columns: TrafficColumns;
}

/** A file of metrics as it was read. */
export interface ReadFile {
  /** What the numbers are, in a sentence. */
  readonly source: string;
  readonly series: readonly FileSeries[];
}

/** Buckets from the first to the last row of a graph; more are a mistake in a time, and would not fit in memory. */
export const MOST_BUCKETS = 2_000_000;
