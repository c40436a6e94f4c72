import {
  cronFloorOf,
  effectiveReplicas,
  graphViewOf,
  isGraphDeployment,
  isObject,
  type JsonObject,
  type LiveStatus,
  objectAt,
  type ReplicaOwner,
  type Scaler,
  scalerOf,
  stringAt,
  valueAt,
} from '../../api/index.ts';
import type { LiveEvidence } from './guardrail.ts';

interface GraphPlace {
  readonly name: string;
  readonly namespace: string;
}

/** What Git says of a service, to compare with what is live. */
export interface GitNumber {
  readonly service: string;
  readonly replicas: number;
  readonly owner: ReplicaOwner;
}

/**
 * Whether a cluster's objects show a service as settled: the operator has seen the newest spec and calls the graph ready,
 * what is live is what Git says, and every replica of the service is updated and ready. Whatever is not shown is not so.
 */
export function liveEvidence(status: LiveStatus | undefined, graph: GraphPlace, git: GitNumber): LiveEvidence {
  if (status === undefined) return { kind: 'not-given' };
  const label = `${graph.namespace}/${graph.name}`;
  const live = liveGraph(status, graph);
  if (live === undefined) return { kind: 'no-status', reason: `the status shows no graph ${label}` };
  const report = serviceReport(live, git.service);
  if (report === undefined) {
    return { kind: 'no-status', reason: `the status of ${label} does not report ${git.service}` };
  }
  const desired = desiredReplicas(live, git.service);
  if (desired === undefined) {
    return {
      kind: 'no-status',
      reason: `the status of ${label} does not show the replicas that ${git.service} asks for`,
    };
  }
  return (
    autoscalerUnseen(status, graph, git) ??
    heldFor('drift', driftOf(status, graph, git, desired)) ??
    heldFor('not-ready', graphUnrest(live, label) ?? serviceUnrest(report, git.service, desired)) ?? { kind: 'settled' }
  );
}

/** Ready replicas of a service; undefined where the status does not say. */
export function liveReadyReplicas(
  status: LiveStatus | undefined,
  graph: GraphPlace,
  service: string,
): number | undefined {
  const live = status === undefined ? undefined : liveGraph(status, graph);
  const report = live === undefined ? undefined : serviceReport(live, service);
  return report === undefined ? undefined : readyOf(report);
}

/** The live object of a graph, if the status shows it. */
export function liveGraph(status: LiveStatus, { name, namespace }: GraphPlace): JsonObject | undefined {
  const found: unknown = status.items.find(
    (item) => item.metadata.name === name && item.metadata.namespace === namespace && isGraphDeployment(item),
  );
  return isGraphDeployment(found) ? found : undefined;
}

/** `status.services` in v1alpha1, `status.components` in v1beta1. */
function serviceReport(live: JsonObject, service: string): JsonObject | undefined {
  return objectAt(live, 'status', 'services', service) ?? objectAt(live, 'status', 'components', service);
}

function desiredReplicas(live: JsonObject, service: string): number | undefined {
  const view = graphViewOf(live);
  const found = view.ok ? view.value.services.find(({ name }) => name === service) : undefined;
  return found === undefined ? undefined : effectiveReplicas(found.replicas);
}

/** Where an autoscaler drives the service, only its own object shows whether its floor is the one in Git. */
function autoscalerUnseen(status: LiveStatus, graph: GraphPlace, { owner }: GitNumber): LiveEvidence | undefined {
  if (owner.kind !== 'autoscaler' || liveScaler(status, graph, owner.scaler) !== undefined) return undefined;
  return { kind: 'no-status', reason: `the status does not show ${owner.scaler.kind} "${owner.scaler.name}"` };
}

function driftOf(status: LiveStatus, graph: GraphPlace, git: GitNumber, desired: number): string | undefined {
  const { owner, replicas, service } = git;
  switch (owner.kind) {
    case 'autoscaler': {
      const { kind, name, max } = owner.scaler;
      const live = liveScaler(status, graph, owner.scaler);
      if (live?.kind !== kind) return undefined;
      const what = `${kind} "${name}"`;
      const min = liveFloor(live, owner.scaler);
      if (min !== replicas) return `the minimum of ${what} is ${said(min)} live and ${replicas} in Git`;
      if (live.max !== max) return `the maximum of ${what} is ${said(live.max)} live and ${said(max)} in Git`;
      const isOutside = desired < replicas || (max !== undefined && desired > max);
      return isOutside ? `${service} has ${desired} live, outside of what ${what} allows` : undefined;
    }
    case 'adapter': {
      const live = liveScaler(status, graph, owner.scaler);
      if (live?.kind === 'adapter' && live.replicas !== replicas) {
        return `scaling adapter "${live.name}" says ${said(live.replicas)} live and ${replicas} in Git`;
      }
      return desired === replicas ? undefined : `${service} has ${desired} live and ${replicas} in Git`;
    }
    case 'graph':
    case 'nobody':
      return desired === replicas ? undefined : `${service} has ${desired} live and ${replicas} in Git`;
  }
}

/** The floor that is meant: the one of all hours, or that of the cron trigger which is looked at. */
function liveFloor(
  live: Extract<Scaler, { readonly kind: 'hpa' | 'keda' }>,
  git: Extract<Scaler, { readonly kind: 'hpa' | 'keda' }>,
): number | undefined {
  const cron = cronFloorOf(git);
  if (cron === undefined) return live.min;
  const { timeZone, start, end } = cron;
  return live.crons?.find((one) => one.timeZone === timeZone && one.start === start && one.end === end)?.replicas;
}

/** Replicas that Git and the cluster ask for and that are not ready yet; undefined where the status does not say. */
export function startingReplicas(
  status: LiveStatus | undefined,
  graph: GraphPlace,
  { service, replicas }: Pick<GitNumber, 'service' | 'replicas'>,
): number | undefined {
  const ready = liveReadyReplicas(status, graph, service);
  return ready === undefined ? undefined : Math.max(0, replicas - ready);
}

function liveScaler(status: LiveStatus, { namespace }: GraphPlace, { kind, name }: Scaler): Scaler | undefined {
  for (const item of status.items) {
    if (item.metadata.name !== name || item.metadata.namespace !== namespace || !isObject(item)) continue;
    const scaler = scalerOf(item);
    if (scaler?.kind === kind) return scaler;
  }
  return undefined;
}

function said(count: number | undefined): string {
  return count === undefined ? 'not readable' : `${count}`;
}

/** Operators before 1.0 report no generation of their own; then the one in the Ready condition counts, if there is any. */
function graphUnrest(live: JsonObject, label: string): string | undefined {
  const conditions = valueAt(live, 'status', 'conditions');
  const ready = (Array.isArray(conditions) ? conditions : []).find((one) => stringAt(one, 'type') === 'Ready');
  const generation = numberAt(live, 'metadata', 'generation');
  const observed = numberAt(live, 'status', 'observedGeneration') ?? numberAt(ready, 'observedGeneration');
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return `the operator has seen generation ${observed} of ${label}, and ${generation} is there`;
  }
  const state = stringAt(live, 'status', 'state');
  if (state !== undefined && state !== 'successful') return `${label} is ${state === '' ? 'not reconciled' : state}`;
  const isReady = stringAt(ready, 'status');
  if (isReady === undefined || isReady === 'True') return undefined;
  const reason = stringAt(ready, 'reason');
  return `${label} is not ready${reason === undefined || reason === '' ? '' : ` (${reason})`}`;
}

function serviceUnrest(report: JsonObject, service: string, desired: number): string | undefined {
  const counts = [
    ['running', numberAt(report, 'replicas')],
    ['updated', numberAt(report, 'updatedReplicas')],
    ['ready', readyOf(report)],
  ] as const;
  const wrong = counts.find(([, count]) => count !== desired);
  if (wrong === undefined) return undefined;
  const [what, count] = wrong;
  if (count === undefined) return `the status does not say how many replicas of ${service} are ${what}`;
  return `${service} has ${count} of ${desired} replicas ${what}`;
}

/** Which of the two the operator fills depends on what runs the pods; both are optional. */
function readyOf(report: JsonObject): number | undefined {
  return numberAt(report, 'readyReplicas') ?? numberAt(report, 'availableReplicas');
}

function heldFor(kind: 'drift' | 'not-ready', reason: string | undefined): LiveEvidence | undefined {
  return reason === undefined ? undefined : { kind, reason };
}

function numberAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}
