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

/**
 * What a plan says of one service. One whose whole graph is held is explained by what holds the graph; that nobody plans a
 * graph of that name elsewhere concerns it only where nothing else does. Undefined where the plan does not know it.
 */
export function explain(plan: Plan, query: ServiceQuery | undefined): Explanation | undefined {
  const { createdAt, expiresAt } = plan;
  const isAsked = (item: PlanTarget | HeldItem): boolean => query === undefined || concerns(item, query);
  const [targets, found] = [plan.targets.filter(isAsked), plan.held.filter(isAsked)];
  if (query !== undefined && targets.length === 0 && found.length === 0) return undefined;
  const planned = found.filter((item) => item.code !== 'not-planned');
  const held = query === undefined || targets.length + planned.length === 0 ? found : planned;
  return { schemaVersion: SCHEMA_VERSION, kind: 'explanation', createdAt, expiresAt, targets, held };
}

function concerns(item: PlanTarget | HeldItem, { environment, deployment, service }: ServiceQuery): boolean {
  const isPlace = item.deployment === deployment && (environment === undefined || item.environment === environment);
  return isPlace && (servicesIn(item)?.includes(service) ?? true);
}

/** Undefined for a graph that is held by a plan that does not say what it has. */
function servicesIn(item: PlanTarget | HeldItem): readonly string[] | undefined {
  if (item.service !== null) return [item.service];
  return 'services' in item ? item.services : undefined;
}

/** `prod/chat/decode` for every service that the plan knows, planned or held, in its order. */
export function servicesOf({ targets, held }: Plan): readonly string[] {
  const names = [...targets, ...held].flatMap((item) => {
    const place = [item.environment, item.deployment].filter((part) => part !== null);
    return (servicesIn(item) ?? ['*']).map((service) => [...place, service].join('/'));
  });
  return [...new Set(names)];
}
