import {
  type DocumentPath,
  GRAPH_DEPLOYMENT_KIND,
  isObject,
  type JsonObject,
  MAX_REPLICA_COUNT,
  type ReplicaOwner,
  SCALING_ADAPTER_KIND,
  type ServiceView,
  stringAt,
} from '../../api/index.ts';
import type { ManifestDocument } from '../../manifests/index.ts';

/** A number that decides a service's replicas, by where it stands now. */
export interface TrackedNumber {
  readonly deployment: string;
  readonly namespace: string;
  readonly environment: string;
  readonly service: string;
  readonly file: string;
  /** Kind and name of the object that holds it, since its place in a file of several may have been another. */
  readonly kind: string;
  readonly name: string;
  readonly path: DocumentPath;
}

/** The object that holds a service's number, and where in it; undefined where nobody in the repository owns it. */
export function numberOwner(
  graph: string,
  { replicasPath }: Pick<ServiceView, 'replicasPath'>,
  owner: ReplicaOwner,
): Pick<TrackedNumber, 'kind' | 'name' | 'path'> | undefined {
  switch (owner.kind) {
    case 'graph':
      return { kind: GRAPH_DEPLOYMENT_KIND, name: graph, path: replicasPath };
    case 'autoscaler': {
      const { kind, name, minPath } = owner.scaler;
      return { kind: kind === 'hpa' ? 'HorizontalPodAutoscaler' : 'ScaledObject', name, path: minPath };
    }
    case 'adapter':
      return { kind: SCALING_ADAPTER_KIND, name: owner.scaler.name, path: owner.scaler.replicasPath };
    case 'nobody':
      return undefined;
  }
}

/** The number in an earlier state of its file; undefined where it was not there, or was no count. */
export function readNumber(documents: readonly ManifestDocument[], number: TrackedNumber): number | undefined {
  const found = documents.filter(
    ({ value }) => value.kind === number.kind && stringAt(value, 'metadata', 'name') === number.name,
  );
  const own = found.find(({ value }) => stringAt(value, 'metadata', 'namespace') === number.namespace) ?? found[0];
  const count = own === undefined ? undefined : valueAtPath(own.value, number.path);
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 && count <= MAX_REPLICA_COUNT
    ? count
    : undefined;
}

function valueAtPath(document: JsonObject, path: DocumentPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof step !== 'string') {
      return Array.isArray(value) ? value.find((item: unknown) => stringAt(item, 'name') === step.name) : undefined;
    }
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, document);
}
