import {
  type GraphView,
  graphViewOf,
  isGraphDeployment,
  isObject,
  type OperatorVersion,
  POLICY_ANNOTATION,
  type Policy,
  type Problem,
  parseJsonDocument,
  policySchema,
  type ReplicaOwner,
  type Result,
  replicaOwner,
  scalerProblems,
  succeed,
} from '../../api/index.ts';
import type { ManifestDocument, ManifestFile } from '../read/manifest.ts';
import { type LocatedScaler, locateScalers, scalersByGraph } from './scalers.ts';

/** The graphs of a repository, each with what owns its replica counts. */
export interface Fleet {
  /** In the order of the files; a graph that cannot be read, or whose declared policy cannot, is a problem instead. */
  readonly graphs: readonly FleetGraph[];
  readonly problems: readonly Problem[];
}

export interface FleetGraph {
  readonly view: GraphView;
  readonly file: string;
  /** Position of the graph's document in its file, from 0. */
  readonly document: number;
  /** First line of the document, from 1. */
  readonly line: number;
  /** What the author declared in code; undefined for a graph that was not rendered from constructs. */
  readonly policy: Policy | undefined;
  /** By service name. */
  readonly owners: ReadonlyMap<string, ReplicaOwner>;
  /** By service name: the document of the autoscaler or scaling adapter that owns the count. */
  readonly scalerLocations: ReadonlyMap<string, DocumentLocation>;
}

export interface DocumentLocation {
  readonly file: string;
  /** Position in the file, from 0. */
  readonly document: number;
}

/** Reads the graphs out of a set of files, together with the autoscalers and scaling adapters beside them. */
export function fleetOf(files: readonly ManifestFile[], operatorVersion: OperatorVersion): Fleet {
  return fleetOfDocuments(
    files.flatMap((file) => file.documents),
    operatorVersion,
  );
}

/** The same of documents, as files have them or as a renderer leaves them. */
export function fleetOfDocuments(documents: readonly ManifestDocument[], operatorVersion: OperatorVersion): Fleet {
  const problems: Problem[] = [];
  const found: Omit<FleetGraph, 'owners' | 'scalerLocations'>[] = [];
  for (const document of documents) {
    problems.push(...at(document, scalerProblems(document.value)), ...graphsInList(document));
    if (!isGraphDeployment(document.value)) continue;
    const view = graphViewOf(document.value);
    const policy = view.ok ? policyOf(view.value, document) : view;
    if (!view.ok || !policy.ok) {
      problems.push(...at(document, policy.ok ? [] : policy.error));
      continue;
    }
    const { file, index, line } = document;
    found.push({ view: view.value, file, document: index, line, policy: policy.value });
  }
  problems.push(...duplicates(found));

  const scalers = scalersByGraph(found, locateScalers(documents));
  const graphs = found.map((graph) => ({
    ...graph,
    ...ownersOf(graph.view, scalers.get(graph) ?? [], operatorVersion),
  }));
  return { graphs, problems };
}

function ownersOf(
  view: GraphView,
  scalers: readonly LocatedScaler[],
  operatorVersion: OperatorVersion,
): Pick<FleetGraph, 'owners' | 'scalerLocations'> {
  const owners = new Map<string, ReplicaOwner>();
  const scalerLocations = new Map<string, DocumentLocation>();
  const candidates = scalers.map((located) => located.scaler);
  for (const service of view.services) {
    const owner = replicaOwner(view, service, candidates, operatorVersion);
    owners.set(service.name, owner);
    const located = 'scaler' in owner ? scalers.find(({ scaler }) => scaler === owner.scaler) : undefined;
    if (located !== undefined) scalerLocations.set(service.name, located.location);
  }
  return { owners, scalerLocations };
}

function policyOf(view: GraphView, { file }: ManifestDocument): Result<Policy | undefined> {
  const text = Object.hasOwn(view.annotations, POLICY_ANNOTATION) ? view.annotations[POLICY_ANNOTATION] : undefined;
  if (text === undefined) return succeed(undefined);
  const parsed = parseJsonDocument(policySchema, text, file);
  if (parsed.ok) return parsed;
  const annotation = `metadata.annotations["${POLICY_ANNOTATION}"]`;
  return {
    ok: false,
    // Its lines are those of the annotation's text, which is not how a reader finds it in the file.
    error: parsed.error.map(({ line: _line, column: _column, ...problem }) => ({
      ...problem,
      path: problem.path === undefined ? annotation : `${annotation}.${problem.path}`,
      hint: 'synth writes this annotation; do not edit it by hand',
    })),
  };
}

/** The same graph of the same environment twice: nobody can tell which one the cluster runs. */
function duplicates(graphs: readonly Pick<FleetGraph, 'view' | 'file' | 'line' | 'policy'>[]): readonly Problem[] {
  const first = new Map<string, Pick<FleetGraph, 'file' | 'line'>>();
  return graphs.flatMap(({ view, file, line, policy }): readonly Problem[] => {
    const key = JSON.stringify([view.namespace, view.name, policy?.environment]);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, { file, line });
      return [];
    }
    const message = `the graph "${view.name}" stands also in ${earlier.file}:${earlier.line}`;
    const hint = 'a graph of one namespace and environment is written once; name the folders of one environment';
    return [{ code: 'duplicate', file, line, path: 'metadata.name', message, hint }];
  });
}

/** Graphs inside a `kind: List`, as `kubectl get -o yaml` prints it, which are not read. */
function graphsInList({ file, line, value }: ManifestDocument): readonly Problem[] {
  const items = value.kind === 'List' && Array.isArray(value.items) ? value.items : [];
  const graph = items.findIndex((item) => isObject(item) && isGraphDeployment(item));
  if (graph < 0) return [];
  const message = 'a graph inside a List is not read';
  return [{ code: 'refused', file, line, path: `items[${graph}]`, message, hint: 'make it a document of its own' }];
}

function at({ file, line }: ManifestDocument, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ file, line, ...problem }));
}
