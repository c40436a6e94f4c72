import type { GraphRecording, Recording, RecordingColumn } from '../../api/index.ts';
import type { TrafficBucket, TrafficSeries } from './traffic-series.ts';

/** The series of every graph in a recording, in its order. A column that was not recorded is no data throughout. */
export function recordedSeries(recording: Recording): readonly TrafficSeries[] {
  const startMs = Date.parse(recording.start);
  return recording.graphs.map((graph) => ({
    deployment: graph.deployment,
    namespace: graph.namespace,
    environment: graph.environment,
    model: graph.model,
    startMs,
    bucketSeconds: recording.bucketSeconds,
    buckets: bucketsOf(graph),
  }));
}

function bucketsOf({ columns, buckets }: GraphRecording): readonly TrafficBucket[] {
  const reader = (column: RecordingColumn) => {
    const position = columns.indexOf(column);
    return (row: readonly (number | null)[]): number | null => row[position] ?? null;
  };
  const [requestCount, islTokens, oslTokens] = [reader('requestCount'), reader('islTokens'), reader('oslTokens')];
  const [ttftMs, itlMs, requestSeconds] = [reader('ttftMs'), reader('itlMs'), reader('requestSeconds')];
  const decodeReady = reader('decodeReady');
  return buckets.map((row) => ({
    requestCount: requestCount(row),
    islTokens: islTokens(row),
    oslTokens: oslTokens(row),
    ttftMs: ttftMs(row),
    itlMs: itlMs(row),
    requestSeconds: requestSeconds(row),
    decodeReady: decodeReady(row),
  }));
}
