import { GRAPH_DEPLOYMENT_KIND, type LiveStatus, objectAt, valueAt } from '../../api/index.ts';
import type { Evidence } from './guardrail.ts';

/**
 * Whether a cluster's objects show a service as running: its graph is among them, and the operator reports on the service
 * (`status.services` in v1alpha1, `status.components` in v1beta1).
 */
export function liveEvidence(
  status: LiveStatus | undefined,
  graph: { readonly name: string; readonly namespace: string },
  service: string,
): Evidence {
  if (status === undefined) return unseen('live status is unknown (no --status)');
  const found = status.items.find(
    ({ kind, metadata }) =>
      kind === GRAPH_DEPLOYMENT_KIND && metadata.name === graph.name && metadata.namespace === graph.namespace,
  );
  if (found === undefined) return unseen(`the status shows no graph ${graph.namespace}/${graph.name}`);
  const isReported = ['services', 'components'].some((key) => {
    const services = objectAt(found, 'status', key);
    return services !== undefined && valueAt(services, service) !== undefined;
  });
  return isReported
    ? { kind: 'seen' }
    : unseen(`the status of ${graph.namespace}/${graph.name} does not report ${service}`);
}

function unseen(reason: string): Evidence {
  return { kind: 'unseen', reason };
}
