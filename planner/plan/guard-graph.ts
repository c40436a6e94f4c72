import {
  cronFloorOf,
  type HeldItem,
  type PlanTarget,
  type ReplicaOwner,
  type ScalarLocation,
  type ServiceView,
  type Sla,
} from '../../api/index.ts';
import {
  applyGuardrails,
  type GitNumber,
  type GraphHold,
  type GuardedRole,
  type GuardrailFacts,
  type GuardrailSetting,
  graphHolds,
  guardrailSetting,
  historyEvidence,
  keepRatio,
  lately,
  liveEvidence,
  type ReplicaLimits,
  startingReplicas,
} from '../guardrails/index.ts';
import type { TrafficSeries } from '../metrics/index.ts';
import { currentReplicas, type SizedService } from '../strategies/index.ts';
import { demandChart } from './demand-chart.ts';
import type { PlanSetting } from './input.ts';
import { latencyOutlooks } from './latency-outlooks.ts';
import type { PlaceableGraph } from './place.ts';
import { heldItem } from './planned-graph.ts';
import { withinMaxGpus } from './within-max-gpus.ts';

/** A raw number, and why the metrics that it was computed from must not lower it. */
export interface JudgedService extends SizedService {
  readonly doubts: readonly string[];
  /** What was lost of them so long ago that `atWorst` bounds it. */
  readonly loss?: string;
  /** Undefined where none is declared. */
  readonly sla: Sla | undefined;
  /** What it was sized by, where it was measured. */
  readonly series: TrafficSeries | undefined;
}

export interface GuardedGraph {
  readonly services: readonly { readonly target: PlanTarget; readonly min: number }[];
  readonly held: readonly HeldItem[];
}

/**
 * Takes the raw numbers of a graph's services through the guardrails to the numbers that Git may hold, or says of a service
 * why it must stay.
 */
export function guardGraph(
  graph: PlaceableGraph,
  sized: readonly JudgedService[],
  limits: ReadonlyMap<string, ReplicaLimits>,
  setting: PlanSetting,
): GuardedGraph {
  const held: HeldItem[] = [];
  const guarded: GuardedService[] = [];
  const guardrails = guardrailSetting(setting.config, graph.deployment);
  const holds = graphHolds(graph, graph.member.view, {
    ...{ status: setting.status, freezes: setting.config.freezes, atMs: setting.at.getTime() },
  });
  for (const one of sized) {
    const found = limits.get(one.service.name);
    if (found === undefined) continue;
    const number = editableNumber(graph, one.service);
    if (number.kind === 'held') {
      held.push(heldItem(graph, one.service.name, number.code, number.reason));
      continue;
    }
    const facts = boundedFacts(one, guardrailFacts(graph, one, number, { limits: found, guardrails, holds, setting }));
    guarded.push({ sized: one, number, role: { facts, ...applyGuardrails(one.raw, facts) } });
  }
  const fitted = withinMaxGpus(graph, sized, inProportion(guarded, guardrails));
  const services = fitted.map(({ sized: one, number, role }) => {
    const refused = refusedBy(role);
    if (refused !== undefined) held.push(heldItem(graph, one.service.name, refused.code, refused.reason));
    return { min: role.facts.limits.min?.replicas ?? 1, target: targetOf(graph, one, number, role, setting) };
  });
  return { services, held };
}

interface GuardedService {
  readonly sized: JudgedService;
  readonly number: EditableNumber;
  readonly role: GuardedRole;
}

/** A number that a plan may change: how much it is, who owns it, and where it stands. */
interface EditableNumber {
  readonly kind: 'editable';
  readonly current: number;
  readonly owner: Exclude<ReplicaOwner, { readonly kind: 'nobody' }>;
  readonly locations: readonly ScalarLocation[];
  readonly through: readonly string[] | undefined;
  readonly graphFiles: readonly string[] | undefined;
}

type HeldNumber = { readonly kind: 'held'; readonly code: HeldItem['code']; readonly reason: string };

function editableNumber(graph: PlaceableGraph, service: ServiceView): EditableNumber | HeldNumber {
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
  const { locations, through, graphFiles } = number;
  return { kind: 'editable', current: current.value, owner, locations, through, graphFiles };
}

function guardrailFacts(
  graph: PlaceableGraph,
  { service, demandReplicas, isRelative, doubts }: JudgedService,
  { current, owner }: EditableNumber,
  given: {
    readonly limits: ReplicaLimits;
    readonly guardrails: GuardrailSetting;
    readonly holds: readonly GraphHold[];
    readonly setting: PlanSetting;
  },
): GuardrailFacts {
  const { status, history, at } = given.setting;
  const git = { service: service.name, replicas: current, owner };
  const live = startingReplicas(status, graph, git);
  const atMs = at.getTime();
  return {
    ...{ role: service.role, current, limits: given.limits, setting: given.guardrails, holds: given.holds },
    ...{ doubts, demandReplicas, isRelative: isRelative ?? false },
    starting:
      live === undefined
        ? { source: 'history', count: lately(history, graph, service.name, given.guardrails.leadSeconds, atMs) }
        : { source: 'status', count: live },
    status: liveEvidence(status, graph, git),
    history: historyEvidence(history, graph, followedNumber(git), given.guardrails, atMs),
  };
}

/** With the number that is left after all guardrails of the worst that lost buckets can have been. */
function boundedFacts({ atWorst, loss }: JudgedService, facts: GuardrailFacts): GuardrailFacts {
  if (atWorst === undefined || loss === undefined) return facts;
  const { replicas } = applyGuardrails(atWorst.raw, { ...facts, demandReplicas: atWorst.demandReplicas });
  return { ...facts, loss: { words: loss, replicasAtWorst: replicas } };
}

/** A history follows the floor of all hours, and not what a cron trigger makes of it. */
function followedNumber({ service, replicas, owner }: GitNumber): Parameters<typeof historyEvidence>[2] {
  const isTimed = owner.kind === 'autoscaler' && cronFloorOf(owner.scaler) !== undefined;
  return { service, replicas: isTimed ? undefined : replicas };
}

/** Prefill and decode of a graph that has one of each kept in proportion; all others as they are. */
function inProportion(
  guarded: readonly GuardedService[],
  { prefillPerDecode }: GuardrailSetting,
): readonly GuardedService[] {
  const [prefill, otherPrefill] = guarded.filter(({ sized }) => sized.service.role === 'prefill');
  const [decode, otherDecode] = guarded.filter(({ sized }) => sized.service.role === 'decode');
  if (!prefill || !decode || otherPrefill || otherDecode) return guarded;
  const pair = keepRatio({ prefill: prefill.role, decode: decode.role }, prefillPerDecode);
  return guarded.map((one) => {
    if (one === prefill) return { ...one, role: pair.prefill };
    return one === decode ? { ...one, role: pair.decode } : one;
  });
}

/** Guardrails that somebody must do something about, where they alone keep a number. */
const REFUSALS = ['no-status', 'not-ready', 'drift', 'no-history', 'change-budget', 'freeze', 'paused'] as const;

/** What stands in the way of a change that is wanted; that nobody gave a status or a history is said once, not held. */
function refusedBy({ facts, replicas, marks }: GuardedRole): Omit<HeldNumber, 'kind'> | undefined {
  const last = marks.at(-1);
  const code = last?.guardrail === 'gpu-budget' ? 'over-budget' : REFUSALS.find((one) => one === last?.guardrail);
  if (last === undefined || code === undefined || replicas !== facts.current) return undefined;
  if (code === 'no-status' && facts.status.kind === 'not-given') return undefined;
  if (code === 'no-history' && facts.history.kind === 'not-given') return undefined;
  return { code, reason: last.explanation };
}

function targetOf(
  graph: PlaceableGraph,
  sized: JudgedService,
  { current, owner, locations, through, graphFiles }: EditableNumber,
  role: GuardedRole,
  { at }: PlanSetting,
): PlanTarget {
  const { service, gpusPerReplica, reasons } = sized;
  const latencies = latencyOutlooks(sized, role.replicas);
  const demand = role.replicas === current ? undefined : demandChart(sized, at.getTime());
  return {
    deployment: graph.name,
    namespace: graph.namespace,
    environment: graph.environment,
    service: service.name,
    role: service.role,
    current,
    target: role.replicas,
    owner: owner.kind,
    gpusPerReplica,
    locations: locations.map((location) => ({ ...location, path: [...location.path] })),
    ...(through === undefined ? {} : { through: [...through] }),
    ...(graphFiles === undefined ? {} : { graphFiles: [...graphFiles] }),
    reasons: [...reasons],
    guardrails: [...role.marks],
    ...(latencies.length === 0 ? {} : { latencies: [...latencies] }),
    ...(demand === undefined ? {} : { demand }),
    ...(role.replicas > current ? { leadSeconds: role.facts.setting.leadSeconds } : {}),
  };
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

function held(code: HeldItem['code'], reason: string): HeldNumber {
  return { kind: 'held', code, reason };
}
