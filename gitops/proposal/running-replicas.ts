import { isGraphDeployment, isObject, type LiveStatus, objectAt, valueAt } from '../../api/index.ts';

/** Replicas of a service that a status shows, ready or not; undefined where it does not say. */
export function runningReplicas(
  status: LiveStatus,
  graph: { readonly name: string; readonly namespace: string },
  service: string,
): number | undefined {
  const live: unknown = status.items.find(
    (item) =>
      item.metadata.name === graph.name && item.metadata.namespace === graph.namespace && isGraphDeployment(item),
  );
  if (!isObject(live)) return undefined;
  // `status.services` in v1alpha1, `status.components` in v1beta1.
  const report = objectAt(live, 'status', 'services', service) ?? objectAt(live, 'status', 'components', service);
  const count = report === undefined ? undefined : valueAt(report, 'replicas');
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
