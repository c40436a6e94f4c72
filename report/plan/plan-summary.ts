import type { GuardrailMark, HeldItem, LedgerEntry, Plan, PlanTarget, Pricing } from '../../api/index.ts';
import { changeText, isChange, plural } from '../blocks/index.ts';

/** A graph of the plan with its targets, in the plan's order. */
export interface GraphTargets {
  readonly label: string;
  readonly namespace: string;
  readonly targets: readonly PlanTarget[];
}

export function targetsByGraph(targets: readonly PlanTarget[]): readonly GraphTargets[] {
  const graphs = new Map<string, GraphTargets>();
  for (const target of targets) {
    const { environment, namespace, deployment } = target;
    const key = `${environment}/${namespace}/${deployment}`;
    const label = `${environment}/${deployment}`;
    graphs.set(key, { label, namespace, targets: [...(graphs.get(key)?.targets ?? []), target] });
  }
  return [...graphs.values()];
}

/** GPUs of a service before and after; a question mark where its GPUs are unknown. */
export function gpuText({ current, target, gpusPerReplica }: PlanTarget): string {
  return gpusPerReplica === null ? '?' : changeText(current * gpusPerReplica, target * gpusPerReplica);
}

/** `2 changes in 1 graph, +3 GPUs; 1 scale-down waits; 1 held`: what a plan comes to, and what it would have liked to. */
export function headline(plan: Plan): string {
  const { refused } = heldApart(plan.held);
  const waiting = plan.targets.filter((target) => isWaiting(target) && !isHeld(target, refused)).length;
  const stuck = [
    ...(waiting === 0 ? [] : [`${plural(waiting, 'scale-down')} ${waiting === 1 ? 'waits' : 'wait'}`]),
    ...(refused.length === 0 ? [] : [`${refused.length} held`]),
  ];
  const unmet = unmetSlas(plan).length;
  const warning = unmet === 0 ? [] : [`the SLA cannot be met by ${plural(unmet, 'service')}`];
  const isAllHeld = stuck.length > 0 && plan.targets.every((target) => isWaiting(target) || isHeld(target, refused));
  return [changesText(plan), ...(isAllHeld ? ['all held'] : []), ...stuck, ...warning].join('; ');
}

function changesText({ targets }: Plan): string {
  const changes = targets.filter(isChange);
  if (changes.length === 0) return 'no changes';
  const graphs = targetsByGraph(changes).length;
  const gpus = changes.reduce<number | null>(
    (sum, { current, target, gpusPerReplica }) =>
      sum === null || gpusPerReplica === null ? null : sum + (target - current) * gpusPerReplica,
    0,
  );
  const delta = gpus === null ? 'GPUs unknown' : `${gpus > 0 ? '+' : ''}${plural(gpus, 'GPU')}`;
  return `${plural(changes.length, 'change')} in ${plural(graphs, 'graph')}, ${delta}`;
}

const WAITS: readonly GuardrailMark['guardrail'][] = [
  ...(['no-status', 'not-ready', 'drift', 'no-history', 'data-quality', 'stabilization'] as const),
];

/** Whether the plan wanted fewer replicas and nothing but missing evidence keeps them. */
function isWaiting(target: PlanTarget): boolean {
  return (
    !isChange(target) && target.guardrails.some(({ guardrail, from, to }) => WAITS.includes(guardrail) && from < to)
  );
}

function isHeld({ environment, namespace, deployment, service }: PlanTarget, refused: readonly HeldItem[]): boolean {
  return refused.some(
    (item) =>
      item.service === service &&
      item.deployment === deployment &&
      item.namespace === namespace &&
      item.environment === environment,
  );
}

/** `prod/chat/decode needs 551 replicas, and at most 5 (declared in code), so the SLA …`, for each maximum that cuts a demand. */
export function unmetSlas({ targets }: Plan): readonly string[] {
  return targets.flatMap(({ environment, deployment, service, guardrails }) =>
    guardrails
      .filter(({ guardrail, from, to }) => guardrail === 'max' && to < from)
      .map(({ from, explanation }) => `${environment}/${deployment}/${service} needs ${from}, allowed ${explanation}`),
  );
}

/** `prod/chat` or `prod/chat/decode`. */
export function heldLabel({ environment, deployment, service }: HeldItem): string {
  return [environment, deployment, service].filter((part) => part !== null).join('/');
}

/** Graphs that nobody asked to plan are named together; every other held item has a reason worth reading. */
export function heldApart(held: readonly HeldItem[]): {
  readonly refused: readonly HeldItem[];
  readonly notPlanned: readonly string[];
} {
  return {
    refused: held.filter((item) => item.code !== 'not-planned'),
    notPlanned: held.filter((item) => item.code === 'not-planned').map(heldLabel),
  };
}

/** `5 → 8 of 16 GPUs`. */
export function ledgerText({ beforeGpus, afterGpus, limitGpus, unknown }: LedgerEntry): string {
  if (beforeGpus === null || afterGpus === null) {
    return `? of ${plural(limitGpus, 'GPU')}: the GPUs of ${unknown.join(', ')} are unknown`;
  }
  return `${changeText(beforeGpus, afterGpus)} of ${plural(limitGpus, 'GPU')}`;
}

export function isOverBudget({ afterGpus, limitGpus }: LedgerEntry): boolean {
  return afterGpus !== null && afterGpus > limitGpus;
}

/** What may be done with the plan at the time that it is shown, and at what price. */
export interface PlanOutlook {
  /** File that the plan was written to, for the command to run next. */
  readonly savedAs?: string | undefined;
  /** The clock, which `--at` does not turn back. */
  readonly now?: Date | undefined;
  /** Where a price is configured, GPUs are shown with their cost. */
  readonly pricing?: Pricing | undefined;
}

/** Whether a proposal of the plan would be refused as out of date. */
export function isExpired({ expiresAt }: Plan, { now }: PlanOutlook): boolean {
  return now !== undefined && Date.parse(expiresAt) < now.getTime();
}

export function validityText(plan: Plan, outlook: PlanOutlook): string {
  return `${isExpired(plan, outlook) ? 'expired at' : 'valid until'} ${shortTime(plan.expiresAt)}`;
}

/** RFC 3339 without the milliseconds that a plan's times do not have. */
export function shortTime(timestamp: string): string {
  return timestamp.replace('.000Z', 'Z');
}
