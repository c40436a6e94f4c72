import {
  isGraphDeployment,
  isObject,
  type JsonObject,
  type LiveStatus,
  type MergeRequest,
  objectAt,
  type Plan,
  type ProposedChange,
  valueAt,
} from '../../api/index.ts';

/**
 * How a status shows that the cluster runs what a merged proposal asked for: every service has its replicas ready, and the
 * operator has seen the newest spec. Undefined where it does not, or does not say, or where the base wants something else
 * by now.
 */
export function deliveredWords(merged: MergeRequest, plan: Plan, status: LiveStatus): string | undefined {
  const changes = [
    ...new Map(merged.changes.map((change) => [`${change.namespace}/${change.service}`, change])).values(),
  ];
  const words = changes.map((change) => readyWords(change, plan, status));
  return words.length === 0 || words.includes(undefined) ? undefined : words.join(', ');
}

function readyWords(change: ProposedChange, plan: Plan, status: LiveStatus): string | undefined {
  const { deployment: name, namespace, environment, service, to } = change;
  const target = plan.targets.find(
    (one) =>
      one.service === service &&
      one.namespace === namespace &&
      one.deployment === name &&
      one.environment === environment,
  );
  const live: unknown = status.items.find(
    (item) => item.metadata.name === name && item.metadata.namespace === namespace && isGraphDeployment(item),
  );
  if (target?.current !== to || !isObject(live) || !isSeen(live)) return undefined;
  // `status.services` in v1alpha1, `status.components` in v1beta1; which count the operator fills depends on what runs the pods.
  const report = objectAt(live, 'status', 'services', service) ?? objectAt(live, 'status', 'components', service);
  if (report === undefined) return undefined;
  const ready = countAt(report, 'readyReplicas') ?? countAt(report, 'availableReplicas');
  const running = countAt(report, 'replicas');
  const isFloor = target.owner === 'autoscaler';
  const isReady = isFloor ? ready !== undefined && ready >= to : ready === to && running === to;
  if (!isReady) return undefined;
  return isFloor ? `${service} has at least ${to} ready` : `${service} has ${to} ready`;
}

function isSeen(live: JsonObject): boolean {
  const generation = countAt(live, 'metadata', 'generation');
  const observed = countAt(live, 'status', 'observedGeneration');
  return generation === undefined || observed === undefined || generation === observed;
}

function countAt(object: JsonObject, ...path: readonly string[]): number | undefined {
  const value = valueAt(object, ...path);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
