import { DEFAULT_FRONTEND_RULE, type TargetRule } from '../../../api/index.ts';
import { policyLimit, type RatioTarget, replicasByRatio, stabilized } from '../../strategies/target/index.ts';

/** Kubernetes' own: up at once, down after five minutes. */
export const DEFAULT_BEHAVIOR: TargetRule['behavior'] = DEFAULT_FRONTEND_RULE.behavior;

/** How often a HorizontalPodAutoscaler looks. */
const SYNC_SECONDS = 15;

/**
 * One role under a HorizontalPodAutoscaler, asked once a minute: the ratio rule, stabilised over its own past
 * recommendations, within the policies. Source: Kubernetes, "Horizontal Pod Autoscaling"; the rules are those of the
 * strategy `target`.
 */
export class Autoscaler {
  readonly #behavior: TargetRule['behavior'];
  #past: number[] = [];

  constructor(behavior: TargetRule['behavior'] = DEFAULT_BEHAVIOR) {
    this.#behavior = behavior;
  }

  /** @param replicas that exist, whether they are ready or not; undefined for the value is a metric without data */
  next(replicas: number, value: number | undefined, target: RatioTarget): number {
    const { scaleUp, scaleDown } = this.#behavior;
    const tolerance = { up: scaleUp.tolerance, down: scaleDown.tolerance };
    const wanted = value === undefined ? replicas : replicasByRatio(value, target, { replicas, tolerance }).wanted;
    const within = (seconds: number): readonly number[] => [wanted, ...this.#past.slice(0, Math.floor(seconds / 60))];
    const steady = stabilized(replicas, {
      up: within(scaleUp.stabilizationWindowSeconds),
      down: within(scaleDown.stabilizationWindowSeconds),
    });
    const longest = Math.max(scaleUp.stabilizationWindowSeconds, scaleDown.stabilizationWindowSeconds);
    this.#past = [wanted, ...this.#past].slice(0, Math.floor(longest / 60));
    return this.#limited(replicas, steady);
  }

  /** The metrics are those of a minute, in which the autoscaler takes several steps. */
  #limited(replicas: number, steady: number): number {
    const direction = steady < replicas ? 'down' : 'up';
    const rules = direction === 'up' ? this.#behavior.scaleUp : this.#behavior.scaleDown;
    const longest = Math.max(...rules.policies.map(({ periodSeconds }) => periodSeconds));
    const steps = Math.max(1, Math.floor(60 / Math.max(SYNC_SECONDS, longest)));
    let reached = replicas;
    for (let step = 0; step < steps; step += 1) {
      const limit = policyLimit(rules, direction, reached, () => ({ added: 0, removed: 0 }));
      reached = direction === 'up' ? Math.min(steady, limit) : Math.max(steady, limit);
    }
    return reached;
  }
}
