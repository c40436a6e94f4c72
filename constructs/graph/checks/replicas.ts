import { isAtLeast } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import { boundsOf, type DeclaredService } from '../service.ts';
import type { Check } from './finding.ts';

/** Most replicas that pins, plans and policies speak of. */
const MAX_REPLICAS = 10_000;

export const checkReplicas: Check = (graph) =>
  graph.services.flatMap((service) =>
    [...bounds(service), ...adapter(graph, service), ...unset(graph, service), ...minAvailable(graph, service)].map(
      (message) => ({ service: service.name, message }),
    ),
  );

function bounds({ replicas }: DeclaredService): readonly string[] {
  if (replicas === undefined) return [];
  const { min, max } = boundsOf(replicas);
  const wrong = [...new Set([min, max])].filter((count) => !isCount(count));
  if (wrong.length > 0) return [`replicas ${wrong.join(' and ')} must be whole, from 0 to ${MAX_REPLICAS}`];
  return min > max ? [`replicas: min ${min} is above max ${max}`] : [];
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0 && count <= MAX_REPLICAS;
}

/** Up to operator 1.0 an absent count stops the operator in v1alpha1, and a count that Argo CD or Flux keeps is refused. */
function adapter({ apiVersion, operatorVersion }: DeclaredGraph, { replicas }: DeclaredService): readonly string[] {
  if (replicas !== undefined || apiVersion !== 'v1alpha1' || isAtLeast(operatorVersion, '1.1.0')) return [];
  return [
    `scalingAdapter needs operator 1.1.0 in v1alpha1, and operatorVersion is "${operatorVersion}", which stops at a service without replicas`,
  ];
}

function unset({ operatorVersion }: DeclaredGraph, { isReplicasUnset }: DeclaredService): readonly string[] {
  if (!isReplicasUnset || isAtLeast(operatorVersion, '1.1.0')) return [];
  return [`replicas: 'unset' stops operator ${operatorVersion}; give a number`];
}

/** Against the least count that the pins may hold, since the field cannot be changed afterwards. */
function minAvailable(graph: DeclaredGraph, { options, replicas }: DeclaredService): readonly string[] {
  const { minAvailable: least } = options;
  if (least === undefined) return [];
  if (!Number.isSafeInteger(least) || least < 1) return [`minAvailable ${least} must be a whole number of at least 1`];
  const messages: string[] = [];
  if (graph.isOffGrove()) messages.push('minAvailable needs Grove, which this graph turns off');
  const { min, max } = boundsOf(replicas ?? 1);
  const lowest = min === 0 ? Math.min(1, max) : min;
  if (lowest !== 0 && least > lowest) {
    messages.push(`minAvailable ${least} is above the replicas, which may be ${lowest}; operators refuse that`);
  }
  return messages;
}
