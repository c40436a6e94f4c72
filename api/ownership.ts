import type { DocumentPath, GraphView, ServiceView } from './graph-view.ts';
import { isObject, type JsonObject, stringAt, valueAt } from './json.ts';
import { dynamoApiVersionOf, SCALING_ADAPTER_KIND, scalingAdapterName } from './names.ts';
import { isAtLeast, type OperatorVersion } from './operator-versions.ts';

/** Something in the same repository that scales a service: an autoscaler, or a committed scaling adapter. */
export type Scaler =
  | {
      readonly kind: 'hpa' | 'keda';
      readonly name: string;
      readonly namespace: string | undefined;
      /** The scaling adapter it writes to. */
      readonly adapterName: string;
      readonly min: number | undefined;
      readonly max: number | undefined;
      readonly minPath: DocumentPath;
      readonly maxPath: DocumentPath;
    }
  | {
      readonly kind: 'adapter';
      readonly name: string;
      readonly namespace: string | undefined;
      readonly graph: string;
      readonly service: string;
      readonly replicas: number | undefined;
      readonly replicasPath: DocumentPath;
    };

/** Who decides how many replicas a service has, and so where its number may be edited. */
export type ReplicaOwner =
  /** No adapter: the count in the graph deployment. */
  | { readonly kind: 'graph' }
  /** Adapter on and driven by an autoscaler: its floor and ceiling. */
  | { readonly kind: 'autoscaler'; readonly scaler: Scaler & { readonly kind: 'hpa' | 'keda' } }
  /** Adapter on, its manifest committed, and an operator that adopts it. */
  | { readonly kind: 'adapter'; readonly scaler: Scaler & { readonly kind: 'adapter' } }
  /** Nothing in the repository may set the number; the reason says why and what to do. */
  | { readonly kind: 'nobody'; readonly reason: string };

/** The scaler that a HorizontalPodAutoscaler, ScaledObject or scaling adapter document describes, if it is one. */
export function scalerOf(document: JsonObject): Scaler | undefined {
  const name = stringAt(document, 'metadata', 'name');
  if (name === undefined) return undefined;
  const namespace = stringAt(document, 'metadata', 'namespace');
  if (document.kind === SCALING_ADAPTER_KIND && dynamoApiVersionOf(document.apiVersion) !== undefined) {
    const graph = stringAt(document, 'spec', 'dgdRef', 'name');
    const service =
      stringAt(document, 'spec', 'dgdRef', 'serviceName') ?? stringAt(document, 'spec', 'dgdRef', 'componentName');
    if (graph === undefined || service === undefined) return undefined;
    const replicas = integerAt(document, 'spec', 'replicas');
    return { kind: 'adapter', name, namespace, graph, service, replicas, replicasPath: ['spec', 'replicas'] };
  }
  const target = valueAt(document, 'spec', 'scaleTargetRef');
  if (!isObject(target) || target.kind !== SCALING_ADAPTER_KIND) return undefined;
  const adapterName = stringAt(target, 'name');
  if (adapterName === undefined) return undefined;
  if (document.kind === 'HorizontalPodAutoscaler') {
    return {
      ...{ kind: 'hpa', name, namespace, adapterName },
      min: integerAt(document, 'spec', 'minReplicas') ?? 1,
      max: integerAt(document, 'spec', 'maxReplicas'),
      minPath: ['spec', 'minReplicas'],
      maxPath: ['spec', 'maxReplicas'],
    };
  }
  if (document.kind === 'ScaledObject') {
    return {
      ...{ kind: 'keda', name, namespace, adapterName },
      min: integerAt(document, 'spec', 'minReplicaCount') ?? 0,
      max: integerAt(document, 'spec', 'maxReplicaCount') ?? 100,
      minPath: ['spec', 'minReplicaCount'],
      maxPath: ['spec', 'maxReplicaCount'],
    };
  }
  return undefined;
}

/**
 * Owner of a service's count. With the adapter on, the operator's webhook refuses Argo CD and Flux any change of the
 * graph's own number, so it moves to what drives the adapter (operator 0.9 to 1.5).
 */
export function replicaOwner(
  graph: GraphView,
  service: ServiceView,
  scalers: readonly Scaler[],
  operatorVersion: OperatorVersion,
): ReplicaOwner {
  if (service.scalingAdapter === 'off') return { kind: 'graph' };
  const adapterName = scalingAdapterName(graph.name, service.name);
  const near = scalers.filter((scaler) => scaler.namespace === undefined || scaler.namespace === graph.namespace);
  const adapters = near
    .filter((scaler) => scaler.kind === 'adapter')
    .filter((scaler) => scaler.graph === graph.name && scaler.service === service.name);
  const names = new Set([adapterName, ...adapters.map((adapter) => adapter.name)]);
  const autoscalers = near
    .filter((scaler) => scaler.kind !== 'adapter')
    .filter((scaler) => names.has(scaler.adapterName));

  const [autoscaler, rival] = autoscalers;
  if (autoscaler !== undefined && rival !== undefined) {
    return nobody(
      `${autoscaler.kind} "${autoscaler.name}" and ${rival.kind} "${rival.name}" both scale "${adapterName}"; keep one`,
    );
  }
  if (autoscaler !== undefined) return { kind: 'autoscaler', scaler: autoscaler };
  const [adapter, otherAdapter] = adapters;
  if (adapter === undefined) {
    return nobody(
      `the scaling adapter is on, and neither an autoscaler nor a scaling adapter manifest for "${adapterName}" is in the repository`,
    );
  }
  if (otherAdapter !== undefined)
    return nobody(`"${adapter.name}" and "${otherAdapter.name}" both drive this service; keep one`);
  if (!isAtLeast(operatorVersion, '1.4.0')) {
    return nobody(
      `operator ${operatorVersion} overwrites the committed scaling adapter "${adapter.name}"; 1.4 and later adopt it`,
    );
  }
  return { kind: 'adapter', scaler: adapter };
}

function nobody(reason: string): ReplicaOwner {
  return { kind: 'nobody', reason };
}

function integerAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : undefined;
}
