import {
  dynamoApiVersionOf,
  type GraphView,
  graphViewOf,
  isAtLeast,
  isWorkerRole,
  type JsonObject,
  type OperatorVersion,
} from '../../api/index.ts';
import { type FieldPath, formatFieldPath } from '../field-path.ts';
import { ENABLE_GROVE, WORKLOAD_PROVIDER } from '../subject.ts';
import type { Change } from './compare.ts';

/** A service whose pods are replaced, and why. */
export interface Restart {
  readonly service: string;
  readonly isWorker: boolean;
  readonly reason: string;
}

/** Which services of a graph a change replaces the pods of: none, the one that it stands in, or all of them. */
type Reach =
  | { readonly kind: 'none' }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'all' };

const NONE: Reach = { kind: 'none' };
const ALL: Reach = { kind: 'all' };

/**
 * Fields of a service that its pods are not made of: the operator leaves them out of the hash of its workers and of the
 * pods (operator 1.0 to 1.5), or ignores them altogether.
 */
const BESIDE_PODS: ReadonlySet<string> = new Set([
  ...['replicas', 'minAvailable', 'scalingAdapter', 'isScaledByAdapter', 'topologyConstraint', 'ingress'],
  ...['autoscaling', 'dynamoNamespace', 'serviceName', 'providerOverride'],
]);

/** Fields of the graph that end up in every pod. */
const IN_EVERY_POD: ReadonlySet<string> = new Set([
  ...['envs', 'env', 'annotations', 'labels', 'backendFramework', 'restart', 'priorityClassName'],
]);

/** Annotations of the graph that the operator passes on to its pods. */
const POD_ANNOTATIONS: ReadonlySet<string> = new Set([
  'nvidia.com/enable-metrics',
  'nvidia.com/dynamo-discovery-backend',
  'nvidia.com/dynamo-kube-discovery-mode',
  'nvidia.com/vllm-distributed-executor-backend',
  'nvidia.com/kai-scheduler-queue',
  'nvidia.com/volcano-queue',
]);

/**
 * Tells the services whose pods are replaced by changes of their graph; undefined where the graph cannot be read. Where it cannot be told that a field leaves the pods
 * alone, it counts as one that does not. Which others go along is the operator's habit: on Deployments (not Grove, no
 * service of several nodes) one hash stands for all workers since 1.0, and on Grove since 1.5.
 */
export function restartsBetween(
  before: JsonObject,
  after: JsonObject,
  operator: OperatorVersion,
): (changes: readonly Change[]) => readonly Restart[] | undefined {
  const [old, now] = [viewOf(before), viewOf(after)];
  return (changes) => {
    const reaching = changes.flatMap(({ path }) => {
      const reach = reachOf(path, operator);
      return reach.kind === 'none' ? [] : [{ path, reach }];
    });
    if (reaching.length === 0) return [];
    return old === undefined || now === undefined ? undefined : replaced(reaching, old, now, operator);
  };
}

function replaced(
  reaching: readonly { readonly path: FieldPath; readonly reach: Exclude<Reach, { readonly kind: 'none' }> }[],
  old: GraphView,
  now: GraphView,
  operator: OperatorVersion,
): readonly Restart[] {
  // A service that is new or gone has no pods to replace.
  const staying = now.services.filter(({ name }) => old.services.some((service) => service.name === name));
  const found = new Map<string, string>();
  for (const { path, reach } of reaching) {
    for (const { name } of staying) {
      const isReached = reach.kind === 'all' || reach.service === name;
      if (isReached && !found.has(name)) found.set(name, `${formatFieldPath(path)} changes`);
    }
  }
  const workers = staying.filter(({ role }) => isWorkerRole(role));
  const first = workers.find(({ name }) => found.has(name));
  if (first !== undefined && workersGoTogether(now, operator)) {
    const reason = `"${first.name}" changes, and operator ${operator.replace(/\.0$/, '')} replaces all workers of a graph together`;
    for (const { name } of workers) if (!found.has(name)) found.set(name, reason);
  }
  return staying.flatMap(({ name, role }) => {
    const reason = found.get(name);
    return reason === undefined ? [] : [{ service: name, isWorker: isWorkerRole(role), reason }];
  });
}

/** The services that one change alone replaces the pods of; `all` for every one. */
export function reachOf(path: FieldPath, operator: OperatorVersion): Reach {
  const [top, field, item, inside] = path;
  if (top === 'metadata' && field === 'annotations' && typeof item === 'object') {
    // From 1.5 on the choice is made once, when the graph is created.
    if (item.key === ENABLE_GROVE) return isAtLeast(operator, '1.5.0') ? NONE : ALL;
    return POD_ANNOTATIONS.has(item.key) ? ALL : NONE;
  }
  if (top !== 'spec' || typeof field !== 'string') return NONE;
  if (field !== 'services' && field !== 'components') return IN_EVERY_POD.has(field) ? ALL : NONE;
  if (typeof item !== 'object') return item === undefined ? ALL : NONE;
  if (inside === undefined || (typeof inside === 'string' && BESIDE_PODS.has(inside))) return NONE;
  return { kind: 'service', service: item.key };
}

function workersGoTogether({ annotations, services }: GraphView, operator: OperatorVersion): boolean {
  const isOffGrove =
    annotations[ENABLE_GROVE]?.toLowerCase() === 'false' ||
    (isAtLeast(operator, '1.5.0') && annotations[WORKLOAD_PROVIDER] === 'component');
  if (!isOffGrove) return isAtLeast(operator, '1.5.0');
  const hasNodes = services.some(({ nodeCount }) => nodeCount.kind === 'unknown' || nodeCount.count > 1);
  return isAtLeast(operator, '1.0.0') && !hasNodes;
}

function viewOf(graph: JsonObject): GraphView | undefined {
  if (dynamoApiVersionOf(graph.apiVersion) === undefined) return undefined;
  const view = graphViewOf(graph);
  return view.ok ? view.value : undefined;
}
