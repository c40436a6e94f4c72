import type { GraphRecording, Recording } from '../../../api/index.ts';
import type { TrafficColumn, TrafficColumns, TrafficSeries } from '../traffic-series.ts';

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
    length: graph.buckets.length,
    columns: packedColumns(graph),
    provenance: { source: recording.source, queries: graph.queries ?? {} },
  }));
}

function packedColumns({ columns, buckets }: GraphRecording): TrafficColumns {
  const packed: { [column in TrafficColumn]?: Float64Array } = {};
  for (const [position, column] of columns.entries()) {
    const cells = new Float64Array(buckets.length);
    for (let index = 0; index < buckets.length; index += 1) cells[index] = buckets[index]?.[position] ?? Number.NaN;
    packed[column] = cells;
  }
  return packed;
}
