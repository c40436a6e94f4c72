import { RECORDING_COLUMNS, type Recording } from '../../api/index.ts';
import { recordedSeries, type TrafficBucket, type TrafficColumn, type TrafficSeries } from '../../planner/index.ts';

export const NOTHING: TrafficBucket = noData();

function noData(): TrafficBucket {
  const cells: { [column in TrafficColumn]?: null } = {};
  for (const column of RECORDING_COLUMNS) cells[column] = null;
  return cells as TrafficBucket;
}

/** A bucket in which everything was measured. */
export function busy(change: Partial<TrafficBucket> = {}): TrafficBucket {
  return {
    ...NOTHING,
    ...{ requestCount: 600, islTokens: 1000, oslTokens: 200, ttftMs: 20, itlMs: 10, requestSeconds: 2, decodeReady: 2 },
    ...change,
  };
}

export const IDLE: TrafficBucket = { ...NOTHING, requestCount: 0, decodeReady: 2 };

export const START = '2026-01-01T00:00:00Z';

export function series(buckets: readonly TrafficBucket[], bucketSeconds = 60): TrafficSeries {
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  for (const column of RECORDING_COLUMNS) {
    // Of what nobody measures there is no column.
    const isThere = COLUMNS.some((one) => one === column) || buckets.some((one) => one[column] !== null);
    if (isThere) columns[column] = Float64Array.from(buckets, (one) => one[column] ?? Number.NaN);
  }
  return {
    ...{ deployment: 'chat', namespace: 'llm', environment: 'prod', model: 'acme/model' },
    ...{ startMs: Date.parse(START), bucketSeconds, length: buckets.length, columns },
    provenance: { source: 'made up for a test', queries: {} },
  };
}

/** Milliseconds since 1970, counted in seconds from the start of the recording. */
export function msAt(seconds: number): number {
  return Date.parse(START) + seconds * 1000;
}

/** The same as series, in the way that a plan takes them. */
export function seriesOf(...graphs: Parameters<typeof recording>): readonly TrafficSeries[] {
  return recordedSeries(recording(...graphs));
}

const COLUMNS = ['requestCount', 'islTokens', 'oslTokens', 'ttftMs', 'itlMs', 'requestSeconds', 'decodeReady'] as const;

export interface RecordedGraph {
  readonly name: string;
  readonly namespace: string;
  readonly environment?: string;
  readonly model?: string;
  readonly buckets: readonly TrafficBucket[];
}

export function recording(graphs: readonly RecordedGraph[], bucketSeconds = 60): Recording {
  return {
    schemaVersion: 1,
    kind: 'recording',
    source: 'made up for a test',
    start: START,
    bucketSeconds,
    graphs: graphs.map(({ name, namespace, environment, model, buckets }) => ({
      deployment: name,
      namespace,
      ...(environment === undefined ? {} : { environment }),
      model: model ?? 'acme/model',
      columns: [...COLUMNS],
      buckets: buckets.map((bucket) => COLUMNS.map((column) => bucket[column])),
    })),
  };
}
