import { type HeldItem, type Plan, type PlanTarget, SCHEMA_VERSION } from '../../api/index.ts';

/** The part of a plan that concerns one service, or all of it. */
export interface Explanation {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly kind: 'explanation';
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly targets: readonly PlanTarget[];
  readonly held: readonly HeldItem[];
}

/** A service of a graph, in one environment where that is said. */
export interface ServiceQuery {
  readonly environment: string | undefined;
  readonly deployment: string;
  readonly service: string;
}

/** `chat/decode` or `prod/chat/decode`; undefined for anything else. */
export function parseServiceQuery(text: string): ServiceQuery | undefined {
  const parts = text.split('/');
  const [service, deployment, environment] = parts.toReversed();
  if (parts.length > 3 || parts.includes('') || service === undefined || deployment === undefined) return undefined;
  return { environment, deployment, service };
}

/** A service whose whole graph is held is explained by what holds the graph. Undefined where the plan has neither. */
export function explain(plan: Plan, query: ServiceQuery | undefined): Explanation | undefined {
  const isAsked = (item: PlanTarget | HeldItem): boolean =>
    query === undefined ||
    (item.deployment === query.deployment &&
      (item.service === null || item.service === query.service) &&
      (query.environment === undefined || item.environment === query.environment));
  const [targets, held] = [plan.targets.filter(isAsked), plan.held.filter(isAsked)];
  if (query !== undefined && targets.length === 0 && held.length === 0) return undefined;
  const { createdAt, expiresAt } = plan;
  return { schemaVersion: SCHEMA_VERSION, kind: 'explanation', createdAt, expiresAt, targets, held };
}
