import { type GuardrailMark, isWorkerRole, type ServiceView } from '../../api/index.ts';
import { type BudgetedService, fitBudgets, type Known } from '../budget/index.ts';
import type { GuardedRole } from '../guardrails/index.ts';
import { currentReplicas, type SizedService } from '../strategies/index.ts';
import type { PlaceableGraph } from './place.ts';

interface Guarded {
  readonly sized: { readonly service: ServiceView };
  readonly role: GuardedRole;
}

/**
 * Keeps a graph's workers within the `maxGpus` of its strategy. The strategy has shared it out between prefill and decode
 * already; where a guardrail then keeps one of them from being lowered, what was meant for the other is not there.
 */
export function withinMaxGpus<Service extends Guarded>(
  { deployment, member, name, namespace, environment }: PlaceableGraph,
  sized: readonly SizedService[],
  guarded: readonly Service[],
): readonly Service[] {
  const maxGpus = deployment.strategy.kind === 'sla' ? deployment.strategy.maxGpus : undefined;
  if (maxGpus === undefined) return guarded;
  const services = sized
    .filter(({ service }) => isWorkerRole(service.role))
    .map(({ service, gpusPerReplica }): BudgetedService => {
      const planned = guarded.find((one) => one.sized.service.name === service.name);
      return {
        name: service.name,
        current: currentReplicas(service, member.owners.get(service.name)),
        gpusPerReplica: knownGpus(gpusPerReplica),
        target: planned?.role.replicas,
        min: planned?.role.facts.limits.min?.replicas ?? 1,
      };
    });
  const { cuts } = fitBudgets([{ name, namespace, environment, services }], [{ name: 'maxGpus', gpus: maxGpus }]);
  const marks = new Map<string | undefined, GuardrailMark>(cuts.map((cut) => [services[cut.service]?.name, cut.mark]));
  return guarded.map((one) => {
    const mark = marks.get(one.sized.service.name);
    if (mark === undefined) return one;
    return { ...one, role: { ...one.role, replicas: mark.to, marks: [...one.role.marks, mark] } };
  });
}

function knownGpus(count: number | null): Known<number> {
  return count === null
    ? { kind: 'unknown', reason: 'the manifest does not say them' }
    : { kind: 'known', value: count };
}
