import type { History, ScalingRules } from '../../../api/index.ts';
import { formatQuantity as q } from '../../quantity.ts';

/** Recommendations of the windows that stabilise, the newest included. */
export interface PastRecommendations {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/**
 * The number nearest to the current one that lies between the lowest recommendation of the window for growing and the
 * highest of the one for shrinking. Source: `stabilizeRecommendationWithBehaviors` of Kubernetes' HorizontalPodAutoscaler.
 */
export function stabilized(current: number, { up, down }: PastRecommendations): number {
  const lowest = Math.min(...up);
  const highest = Math.max(...down);
  const risen = Math.max(current, lowest);
  return risen > highest ? highest : risen;
}

/** Replicas that were added to and taken from one service by merges of a period. */
export interface RecentChange {
  readonly added: number;
  readonly removed: number;
}

export interface ServicePlace {
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  readonly service: string;
}

export function recentChange(
  history: History | undefined,
  place: ServicePlace,
  { atMs, periodSeconds }: { readonly atMs: number; readonly periodSeconds: number },
): RecentChange {
  const changes = (history?.changes ?? []).filter(
    (change) =>
      change.deployment === place.name &&
      change.namespace === place.namespace &&
      change.environment === place.environment &&
      change.service === place.service &&
      Date.parse(change.at) > atMs - periodSeconds * 1000 &&
      Date.parse(change.at) <= atMs,
  );
  return {
    added: changes.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0),
    removed: changes.reduce((sum, { from, to }) => sum + Math.max(0, from - to), 0),
  };
}

/**
 * How far the policies let a number move at once. Source: `calculateScaleUpLimitWithScalingRules` and
 * `calculateScaleDownLimitWithBehaviors` of Kubernetes' HorizontalPodAutoscaler.
 */
export function policyLimit(
  rules: ScalingRules,
  direction: 'up' | 'down',
  current: number,
  changedIn: (periodSeconds: number) => RecentChange,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map(({ type, value, periodSeconds }) => {
    const { added, removed } = changedIn(periodSeconds);
    const start = current - added + removed;
    const change = type === 'Pods' ? value : (start * value) / 100;
    return direction === 'up' ? Math.ceil(start + change) : Math.trunc(start - change);
  });
  const isWidest = rules.selectPolicy === 'Max';
  if (direction === 'up') return Math.max(current, isWidest ? Math.max(...limits) : Math.min(...limits));
  return Math.max(0, Math.min(current, isWidest ? Math.min(...limits) : Math.max(...limits)));
}

/** `Pods 4 or Percent 100`. */
export function policyWords({ selectPolicy, policies }: ScalingRules): string {
  if (selectPolicy === 'Disabled') return 'changes in this direction are disabled';
  const each = policies.map(({ type, value, periodSeconds }) => `${type} ${q(value)} in ${q(periodSeconds)} s`);
  return each.join(selectPolicy === 'Max' ? ' or ' : ' and ');
}
