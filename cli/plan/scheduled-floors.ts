import {
  type Config,
  type CronFloor,
  type DeploymentConfig,
  isNamedBy,
  parseCron,
  type ReplicaOwner,
  type Scaler,
  WEEKDAYS,
} from '../../api/index.ts';
import { type ResolvedFleet, type ResolvedGraph, resolveNumber } from '../../manifests/index.ts';
import { type DecidingWindow, decidingWindow, windowText } from '../../planner/index.ts';
import { visibleText } from '../../report/index.ts';

type KedaScaler = Extract<Scaler, { readonly kind: 'hpa' | 'keda' }>;

export interface ScheduledFloors {
  /** Owners whose floor is the one of a cron trigger now, and all others as they are. */
  readonly owners: ResolvedGraph['owners'];
  /** What people may build so that a schedule needs no change of a number each time, in words. */
  readonly advice: readonly string[];
}

/**
 * The floors of a graph at a time. Where a schedule sizes a service and KEDA has a cron trigger for the very hours, that
 * trigger's count is the number to keep right: set once, it needs no change when the hours begin and end. What has no
 * trigger is advised, and never built.
 */
export function scheduledFloors(
  fleet: ResolvedFleet,
  graph: ResolvedGraph,
  { deployments }: Config,
  isPinned: boolean,
  at: Date,
): ScheduledFloors {
  const { view, policy } = graph;
  const named = { name: view.name, namespace: view.namespace, environment: policy?.environment };
  const deployment = deployments.find((one) => isNamedBy(one, named));
  if (deployment === undefined) return { owners: graph.owners, advice: [] };
  const owners = new Map(graph.owners);
  const advice: string[] = [];
  for (const [service, owner] of graph.owners) {
    const window = owner.kind === 'autoscaler' ? windowOf(deployment, service, at) : undefined;
    if (owner.kind !== 'autoscaler' || owner.scaler.kind !== 'keda' || window === undefined) continue;
    const found = (owner.scaler.crons ?? []).find((cron) => isTriggerOf(cron, window));
    const scheduled = found === undefined ? undefined : withFloor(owner, found);
    if (
      scheduled !== undefined &&
      !isPinned &&
      isEditable(fleet, { ...graph, owners: new Map([[service, scheduled]]) }, service)
    ) {
      owners.set(service, scheduled);
    } else {
      const label = [deployment.environment ?? named.environment, view.name, service]
        .filter((part) => part !== undefined)
        .join('/');
      advice.push(visibleText(`${label}: ${adviceOf(owner.scaler, found, window)}`));
    }
  }
  return { owners, advice };
}

function windowOf({ strategy, services }: DeploymentConfig, service: string, at: Date): DecidingWindow | undefined {
  const own = Object.hasOwn(services, service) ? services[service]?.strategy : undefined;
  const settings = own ?? strategy;
  return settings.kind === 'schedule' ? decidingWindow(settings, service, at.getTime()) : undefined;
}

function withFloor(
  owner: Extract<ReplicaOwner, { readonly kind: 'autoscaler' }>,
  { replicas, path }: CronFloor,
): ReplicaOwner {
  return { ...owner, scaler: { ...owner.scaler, min: replicas, minPath: path } };
}

/** What a constructs app or a kustomization renders has its count elsewhere, where no rule finds it. */
function isEditable(fleet: ResolvedFleet, graph: ResolvedGraph, service: string): boolean {
  const found = resolveNumber(fleet, graph, service);
  return found?.kind === 'written' && found.synth === undefined;
}

/** Whether a trigger is on exactly while a window lasts. */
function isTriggerOf({ timeZone, start, end }: CronFloor, window: DecidingWindow): boolean {
  const expressions = cronsOf(window);
  return timeZone === window.timeZone && isSameCron(start, expressions.start) && isSameCron(end, expressions.end);
}

function isSameCron(first: string, second: string): boolean {
  const [a, b] = [parseCron(first), parseCron(second)];
  if (a.kind !== 'cron' || b.kind !== 'cron') return false;
  const fields = ['minutes', 'hours', 'daysOfMonth', 'months'] as const;
  const days = [a, b].map(({ cron }) => [...cron.daysOfWeek].filter((day) => day !== SUNDAY_TOO));
  return isSameSet(days[0] ?? [], days[1] ?? []) && fields.every((field) => isSameSet(a.cron[field], b.cron[field]));
}

/** Cron counts Sunday twice, as 0 and as 7. */
const SUNDAY_TOO = 7;

function isSameSet(first: Iterable<number>, second: Iterable<number>): boolean {
  const [a, b] = [new Set(first), new Set(second)];
  return a.size === b.size && [...a].every((value) => b.has(value));
}

/** The cron expressions at which a window begins and ends; one that lasts past midnight ends a day later. */
function cronsOf({ days, from, to }: DecidingWindow): { readonly start: string; readonly end: string } {
  const isNextDay = to <= from || to === '24:00';
  return { start: cronOf(from, days, 0), end: cronOf(to, days, isNextDay ? 1 : 0) };
}

function cronOf(time: string, days: DecidingWindow['days'], later: number): string {
  const [hour, minute] = (time === '24:00' ? '00:00' : time).split(':').map(Number);
  // WEEKDAYS begin on Monday, and cron counts from Sunday.
  const numbers = days.map((day) => (WEEKDAYS.indexOf(day) + 1 + later) % 7).sort((a, b) => a - b);
  return `${minute} ${hour} * * ${numbers.length === WEEKDAYS.length ? '*' : numbers.join(',')}`;
}

function adviceOf({ name }: KedaScaler, found: CronFloor | undefined, window: DecidingWindow): string {
  const hours = `${windowText(window)} in ${window.timeZone}`;
  if (found !== undefined) {
    return `keda "${name}" has a cron trigger for ${hours}, which is rendered from elsewhere; set desiredReplicas "${window.replicas}" there once, size the service with kind fixed, and its floor need not change again`;
  }
  const { start, end } = cronsOf(window);
  const trigger = JSON.stringify({
    type: 'cron',
    metadata: { timezone: window.timeZone, start, end, desiredReplicas: String(window.replicas) },
  });
  return `the floor of keda "${name}" changes whenever ${hours} begins or ends; with this trigger it would not have to: ${trigger}`;
}
