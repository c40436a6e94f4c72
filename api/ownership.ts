import type { GraphView, ServiceView } from './graph-view.ts';
import { scalingAdapterName } from './names.ts';
import { isAtLeast, type OperatorVersion } from './operator-versions.ts';
import type { Scaler } from './scaler.ts';

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
  const near = scalers.filter((scaler) => mayShareNamespace(scaler.namespace, graph.namespace));
  const adapters = near
    .filter((scaler) => scaler.kind === 'adapter')
    .filter((scaler) => scaler.graph === graph.name && scaler.service === service.name);
  const [adapter, otherAdapter] = adapters;
  if (service.scalingAdapter === 'off') {
    return adapter === undefined
      ? { kind: 'graph' }
      : nobody(
          `its scaling adapter is off, yet the scaling adapter manifest "${adapter.name}" names it; remove one or turn on the other`,
        );
  }

  const adapterName = scalingAdapterName(graph.name, service.name);
  const twin = graph.services.find(
    (other) => other.name !== service.name && scalingAdapterName(graph.name, other.name) === adapterName,
  );
  if (twin !== undefined) return nobody(`"${twin.name}" has the same scaling adapter, "${adapterName}"; rename one`);
  const names = new Set([adapterName, ...adapters.map((one) => one.name)]);
  const autoscalers = near
    .filter((scaler) => scaler.kind !== 'adapter')
    .filter((scaler) => names.has(scaler.adapterName));

  const [autoscaler, rival] = autoscalers;
  if (autoscaler !== undefined && rival !== undefined) {
    return nobody(
      `${autoscaler.kind} "${autoscaler.name}" and ${rival.kind} "${rival.name}" both scale "${autoscaler.adapterName}"; keep one`,
    );
  }
  if (autoscaler !== undefined) return { kind: 'autoscaler', scaler: autoscaler };
  if (adapter === undefined) {
    return nobody(
      `its scaling adapter is on, and neither an autoscaler nor a scaling adapter manifest for "${adapterName}" is in the repository`,
    );
  }
  if (otherAdapter !== undefined) {
    return nobody(`"${adapter.name}" and "${otherAdapter.name}" both drive this service; keep one`);
  }
  if (!isAtLeast(operatorVersion, '1.4.0')) {
    return nobody(
      `operator ${operatorVersion} overwrites the committed scaling adapter "${adapter.name}"; 1.4 and later adopt it`,
    );
  }
  return { kind: 'adapter', scaler: adapter };
}

/** A namespace that the manifest leaves open may turn out to be any. */
function mayShareNamespace(first: string | undefined, second: string | undefined): boolean {
  return first === undefined || second === undefined || first === second;
}

function nobody(reason: string): ReplicaOwner {
  return { kind: 'nobody', reason };
}
