import {
  CONFIG_FILE,
  fail,
  type HeldItem,
  type PlanTarget,
  type Problem,
  type ReplicaOwner,
  type Result,
  succeed,
} from '../../api/index.ts';
import { graphLabel } from '../budget/index.ts';
import {
  applyGuardrails,
  declaredBounds,
  type Limit,
  liveEvidence,
  type ReplicaLimits,
  replicaLimits,
} from '../guardrails/index.ts';
import type { SizedService } from '../strategies/index.ts';
import { currentReplicas } from './current-number.ts';
import type { PlanSetting } from './input.ts';
import type { PlaceableGraph } from './place.ts';

export type GuardedService =
  | { readonly kind: 'target'; readonly target: PlanTarget; readonly min: number }
  | { readonly kind: 'held'; readonly code: HeldItem['code']; readonly reason: string };

/** Takes a service's raw number through the guardrails to the number that Git may hold, or says why it must stay. */
export function guardService(
  graph: PlaceableGraph,
  { service, raw, gpusPerReplica, reasons }: SizedService,
  limits: ReplicaLimits,
  { status, history }: PlanSetting,
  doubts: readonly string[],
): GuardedService {
  const owner = graph.member.owners.get(service.name) ?? {
    kind: 'nobody',
    reason: 'nobody is known to own its number',
  };
  if (owner.kind === 'nobody') return held('owner', owner.reason);
  const unwritten = unwrittenNumber(service.replicas, owner);
  if (unwritten !== undefined) return held('unreadable-number', unwritten);
  const current = currentReplicas(service, owner);
  if (current.kind === 'unknown') return held('unreadable-number', current.reason);
  const number = graph.member.numbers.get(service.name);
  if (number === undefined) return held('unreadable-number', 'its place in the manifest was not found');
  if (number.kind === 'refused') return held(number.code, number.reason);

  const guarded = applyGuardrails(raw, {
    role: service.role,
    current: current.value,
    limits,
    status: liveEvidence(status, graph, { service: service.name, replicas: current.value, owner }),
    history: { kind: history === undefined ? 'not-given' : 'seen' },
    doubts,
  });
  return {
    kind: 'target',
    min: limits.min?.replicas ?? 1,
    target: {
      deployment: graph.name,
      namespace: graph.namespace,
      environment: graph.environment,
      service: service.name,
      role: service.role,
      current: current.value,
      target: guarded.replicas,
      owner: owner.kind,
      gpusPerReplica,
      locations: number.locations.map((location) => ({ ...location, path: [...location.path] })),
      reasons: [...reasons],
      guardrails: [...guarded.marks],
    },
  };
}

/** Limits of every service that the config or the author names, so that a contradiction is found whatever is planned. */
export function limitsOf(graph: PlaceableGraph): Result<ReadonlyMap<string, ReplicaLimits>> {
  const { deployment, member, configPath } = graph;
  const problems: Problem[] = [];
  const limits = new Map<string, ReplicaLimits>();
  const names = member.view.services.map((service) => service.name);
  for (const name of Object.keys(deployment.services)) {
    if (names.includes(name)) continue;
    const message = `${graphLabel(graph)} has no service "${name}"`;
    const hint = `it has ${names.map((one) => `"${one}"`).join(', ')}`;
    problems.push({ code: 'not-found', file: CONFIG_FILE, path: `${configPath}.services.${name}`, message, hint });
  }
  for (const service of member.view.services) {
    const config = Object.hasOwn(deployment.services, service.name) ? deployment.services[service.name] : undefined;
    const found = replicaLimits({
      service: `${graph.name}/${service.name}`,
      role: service.role,
      author: declaredBounds(member.policy, service.name),
      config: config ?? {},
      configPath: `${configPath}.services.${service.name}`,
      autoscalerMax: autoscalerMax(member.owners.get(service.name)),
    });
    if (found.ok) limits.set(service.name, found.value);
    else problems.push(...found.error);
  }
  return problems.length > 0 ? fail(...problems) : succeed(limits);
}

function autoscalerMax(owner: ReplicaOwner | undefined): Limit | undefined {
  if (owner?.kind !== 'autoscaler' || owner.scaler.max === undefined) return undefined;
  return { replicas: owner.scaler.max, source: `maximum of ${owner.scaler.kind} "${owner.scaler.name}"` };
}

function unwrittenNumber(replicas: SizedService['service']['replicas'], owner: ReplicaOwner): string | undefined {
  if (owner.kind === 'autoscaler' && owner.scaler.max === undefined) {
    return `the maximum of ${owner.scaler.kind} "${owner.scaler.name}" cannot be read, and its minimum must not pass it`;
  }
  if (owner.kind !== 'graph') return undefined;
  switch (replicas.kind) {
    case 'explicit':
      return undefined;
    case 'absent':
      return 'the manifest writes no replicas (the operator runs 1), so there is no number to edit; write it out';
    case 'unreadable':
      return `replicas is ${replicas.text}, which is not a number of replicas`;
  }
}

function held(code: HeldItem['code'], reason: string): GuardedService {
  return { kind: 'held', code, reason };
}
