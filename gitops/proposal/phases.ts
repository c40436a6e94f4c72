import {
  type HeldItem,
  isInBudget,
  type LedgerEntry,
  type LiveStatus,
  type MergeRequest,
  type Plan,
  type PlanTarget,
} from '../../api/index.ts';
import { subjectName } from '../../report/index.ts';
import type { EditGroup } from '../edit-set/index.ts';
import { runningReplicas } from './running-replicas.ts';

/** What of a graph's changes is proposed now, and what waits for it. */
export interface Phased {
  /** The plan as this proposal tells it: what waits is held, and budgets are without it. */
  readonly plan: Plan;
  readonly group: EditGroup;
  /** Empty where nothing waits. */
  readonly waiting: readonly HeldItem[];
}

export interface PhaseEvidence {
  /** The branch's last proposal, where it was merged. */
  readonly merged: MergeRequest | undefined;
  /** The very status that the plan was made with; undefined where nobody has it. */
  readonly status: LiveStatus | undefined;
  /** What people of the forge write before a number. */
  readonly sign: string;
}

/** GPUs that a budget gets back from a service, and is yet to see. */
interface Pending {
  readonly gpus: number;
  readonly words: string;
}

/**
 * One commit for all numbers of a graph, unless a budget cannot hold what grows before what shrinks is gone: then what
 * grows is phase 2 of 2, and waits until the first is merged and the status shows it. Floors of autoscalers free nothing
 * that anybody could count on.
 */
export function inPhases(plan: Plan, group: EditGroup, evidence: PhaseEvidence): Phased {
  const whole: Phased = { plan, group, waiting: [] };
  const own = plan.targets.filter((target) => subjectName(target) === subjectName(group));
  const growing = own.filter((target) => gpusAdded(target) > 0);
  if (growing.length === 0) return whole;
  const planned = own.flatMap(plannedShrink);
  const unseen = own.flatMap((target) => (gpusAdded(target) > 0 ? [] : unseenShrink(target, evidence)));
  if (planned.length === 0 && unseen.length === 0) return whole;
  const waiting = growing.flatMap((target): readonly (readonly [PlanTarget, string])[] => {
    const tight = plan.ledger.find((entry) => isTight(plan, entry, target, unseen));
    return tight === undefined ? [] : [[target, waitingReason(tight, planned, unseen)]];
  });
  if (waiting.length === 0) return whole;
  const later = new Set(waiting.map(([target]) => target));
  const items = waiting.map(([target, reason]) => heldTarget(target, reason));
  return {
    plan: {
      ...plan,
      targets: plan.targets.filter((target) => !later.has(target)),
      held: [...plan.held, ...items],
      ledger: plan.ledger.map((entry) => ledgerWithout(entry, [...later])),
    },
    group: { ...group, edits: group.edits.filter(({ target }) => !later.has(target)) },
    waiting: items,
  };
}

function gpusAdded({ current, target, gpusPerReplica }: PlanTarget): number {
  return (target - current) * (gpusPerReplica ?? 0);
}

function plannedShrink(target: PlanTarget): readonly Pending[] {
  if (target.owner === 'autoscaler' || gpusAdded(target) >= 0) return [];
  return [{ gpus: -gpusAdded(target), words: `${target.service} goes from ${target.current} to ${target.target}` }];
}

/** A merged scale-down that no status shows yet: the replicas may still be there. */
function unseenShrink(target: PlanTarget, { merged, status, sign }: PhaseEvidence): readonly Pending[] {
  const { namespace, deployment, service, environment, current, gpusPerReplica } = target;
  const change = merged?.changes.find(
    (one) =>
      one.service === service &&
      one.namespace === namespace &&
      one.deployment === deployment &&
      one.environment === environment &&
      one.to === current &&
      one.from > one.to,
  );
  if (merged === undefined || change === undefined || target.owner === 'autoscaler' || gpusPerReplica === 0) return [];
  const running = status === undefined ? undefined : runningReplicas(status, { namespace, name: deployment }, service);
  if (running !== undefined && running <= current) return [];
  const gpus = gpusPerReplica === null ? Number.POSITIVE_INFINITY : (change.from - change.to) * gpusPerReplica;
  const seen = running === undefined ? 'no status that was given shows it' : `${running} of its replicas still run`;
  return [{ gpus, words: `${sign}${merged.number} took ${service} from ${change.from} to ${change.to}, and ${seen}` }];
}

/** Whether a budget would be exceeded if all that grows in it grew before anything shrinks. */
function isTight(plan: Plan, entry: LedgerEntry, target: PlanTarget, unseen: readonly Pending[]): boolean {
  if (entry.beforeGpus === null || !isCounted(entry, target)) return false;
  const taken = entry.beforeGpus + sum(unseen.map(({ gpus }) => gpus));
  const growth = plan.targets.filter((one) => isCounted(entry, one)).map((one) => Math.max(0, gpusAdded(one)));
  return taken + sum(growth) > entry.limitGpus;
}

function isCounted({ scope = {} }: LedgerEntry, { deployment, environment, namespace }: PlanTarget): boolean {
  return isInBudget(scope, { name: deployment, environment, namespace });
}

function waitingReason(
  { budget, beforeGpus, limitGpus }: LedgerEntry,
  planned: readonly Pending[],
  unseen: readonly Pending[],
): string {
  const first = [...unseen, ...planned].map(({ words }) => words).join('; ');
  const until =
    planned.length > 0
      ? 'it waits until that is merged and a status shows it'
      : 'it waits until a status shows it: give plan a --status of now, and propose the file';
  return `phase 2 of 2: ${first}; budget "${budget}" has ${beforeGpus} of ${limitGpus} GPUs taken, so ${until}`;
}

function heldTarget({ deployment, namespace, environment, service }: PlanTarget, reason: string): HeldItem {
  return { deployment, namespace, environment, service, code: 'phase', reason };
}

function ledgerWithout(entry: LedgerEntry, later: readonly PlanTarget[]): LedgerEntry {
  if (entry.afterGpus === null) return entry;
  const added = sum(later.filter((target) => isCounted(entry, target)).map(gpusAdded));
  return { ...entry, afterGpus: Math.max(0, entry.afterGpus - added) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
