import { type MetricsEvidence, succeed } from '../../../api/index.ts';
import { cutFound } from '../cut-found.ts';
import type { FoundSeries } from '../find-series.ts';
import type { MeasuredGraph, MetricsSource } from '../source.ts';
import type { FileSeries, ReadFile } from './file-series.ts';

/** The graph that a file is of, where the file itself does not say. */
export type FileGraph =
  | { readonly kind: 'graph'; readonly name: string; readonly namespace?: string; readonly environment?: string }
  | { readonly kind: 'in-file' };

/** A file of metrics as a source; its buckets stay as long as they are, whatever is asked for. */
export function fileSource(read: ReadFile, graph: FileGraph, evidence: MetricsEvidence): MetricsSource {
  return {
    description: read.source,
    async read(request) {
      return succeed(cutFound(findInFile(read, graph, request.graph), request));
    },
    evidence: () => evidence,
  };
}

/** The series of one graph in a file; one that stands there twice is not guessed at. */
export function findInFile({ series, source }: ReadFile, file: FileGraph, graph: MeasuredGraph): FoundSeries {
  const mine = series.filter(({ place }) => (place === undefined ? isGraph(file, graph) : isPlace(place, graph)));
  const ofModel = mine.filter(({ model }) => model === undefined || isSame(model, graph.model));
  // One that has another model stays, so that whoever judges metrics can name it.
  const [found, second] = ofModel.length > 0 ? ofModel : mine;
  if (found === undefined) {
    return { kind: 'unavailable', reason: `the file has no metrics of ${graph.name} in namespace ${graph.namespace}` };
  }
  if (second !== undefined) {
    const models = [...new Set(mine.map(({ model }) => model))].map((model) => JSON.stringify(model ?? '')).join(', ');
    return {
      kind: 'unavailable',
      reason: `the file has ${mine.length} series of this graph (models ${models}); keep one`,
    };
  }
  return {
    kind: 'series',
    series: {
      ...{ deployment: graph.name, namespace: graph.namespace, environment: graph.environment },
      model: found.model ?? graph.model ?? '',
      ...{ startMs: found.startMs, bucketSeconds: found.bucketSeconds, length: found.length, columns: found.columns },
      provenance: { source, queries: {} },
    },
  };
}

function isGraph(file: FileGraph, graph: MeasuredGraph): boolean {
  return (
    file.kind === 'graph' &&
    file.name === graph.name &&
    (file.namespace === undefined || file.namespace === graph.namespace) &&
    (file.environment === undefined || file.environment === graph.environment)
  );
}

function isPlace(
  { deployment, namespace, environment }: NonNullable<FileSeries['place']>,
  graph: MeasuredGraph,
): boolean {
  return (
    deployment === graph.name &&
    namespace === graph.namespace &&
    (environment === undefined || environment === graph.environment)
  );
}

function isSame(model: string, other: string | undefined): boolean {
  return other === undefined || model.toLowerCase() === other.toLowerCase();
}
