import { effectiveReplicas, type ReplicaOwner, type ServiceView } from '../../api/index.ts';
import type { Known } from '../budget/index.ts';

/**
 * Replicas that Git asks for: the graph's own count, the floor of the autoscaler that drives it, or what its committed
 * scaling adapter says. Where nobody in the repository drives an adapter, the graph's count is what it starts with.
 */
export function currentReplicas(service: ServiceView, owner: ReplicaOwner | undefined): Known<number> {
  switch (owner?.kind) {
    case 'autoscaler': {
      const { kind, name, min } = owner.scaler;
      return known(min, `the minimum of ${kind} "${name}" cannot be read`);
    }
    case 'adapter':
      return known(owner.scaler.replicas, `the replicas of scaling adapter "${owner.scaler.name}" cannot be read`);
    case 'graph':
    case 'nobody':
    case undefined:
      return known(effectiveReplicas(service.replicas), `${service.name}: replicas cannot be read`);
  }
}

function known(value: number | undefined, reason: string): Known<number> {
  return value === undefined || value < 0 ? { kind: 'unknown', reason } : { kind: 'known', value };
}
