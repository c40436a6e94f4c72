import type { HeldItem, LedgerEntry, Plan, PlanTarget } from '../../api/index.ts';

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

export function isChange({ current, target }: PlanTarget): boolean {
  return current !== target;
}

/** `2 → 4`, or `2` where nothing changes. */
export function changeText(before: number, after: number): string {
  return before === after ? `${before}` : `${before} → ${after}`;
}

/** GPUs of a service before and after; a question mark where its GPUs are unknown. */
export function gpuText({ current, target, gpusPerReplica }: PlanTarget): string {
  return gpusPerReplica === null ? '?' : changeText(current * gpusPerReplica, target * gpusPerReplica);
}

/** The sizing in one line, and each guardrail that moved it. */
export function whyText({ reasons, guardrails }: PlanTarget): string {
  const raw = reasons.findLast((reason) => reason.stage === 'raw')?.explanation;
  const marks = guardrails.map(({ guardrail, from, to }) => `${guardrail} ${changeText(from, to)}`);
  return [...(raw === undefined ? [] : [raw]), ...marks].join('; ');
}

/** `2 changes in 1 graph, +3 GPUs`. */
export function headline({ targets }: Plan): string {
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

/** RFC 3339 without the milliseconds that a plan's times do not have. */
export function shortTime(timestamp: string): string {
  return timestamp.replace('.000Z', 'Z');
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${Math.abs(count) === 1 ? '' : 's'}`;
}
