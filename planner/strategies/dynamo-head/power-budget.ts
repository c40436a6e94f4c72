import { shrinkPair } from '../../budget/shrink-pair.ts';

/** A number for each role; null where there is none: no proposal, nobody counted, or no power cap known. */
export interface PerRole {
  readonly prefill: number | null;
  readonly decode: number | null;
}

/** What both roles draw at their power caps. Source: `project_watts`, 2026-08. */
export function projectedWatts(replicas: PerRole, wattsPerReplica: PerRole): number {
  return (
    (replicas.prefill ?? 0) * (wattsPerReplica.prefill ?? 0) + (replicas.decode ?? 0) * (wattsPerReplica.decode ?? 0)
  );
}

/**
 * What both roles draw at most on the way from one state to the other, since a role may grow before the other has
 * shrunk. Source: `peak_parallel_watts`, 2026-08.
 */
export function peakWatts(current: PerRole, proposed: PerRole, wattsPerReplica: PerRole): number {
  const most = (role: keyof PerRole) => Math.max(current[role] ?? 0, proposed[role] ?? 0);
  return projectedWatts({ prefill: most('prefill'), decode: most('decode') }, wattsPerReplica);
}

/** Whether the least that may run fits. Source: `minimum_power_footprint_fits`, 2026-08. */
export function minimumsFitPower(minReplicas: PerRole, wattsPerReplica: PerRole, totalWatts: number): boolean {
  return projectedWatts(minReplicas, wattsPerReplica) <= totalWatts;
}

export interface PowerBudget {
  readonly proposed: PerRole;
  readonly current: PerRole;
  readonly wattsPerReplica: PerRole;
  readonly totalWatts: number;
  readonly minPrefill: number;
  readonly minDecode: number;
}

/** Why a proposal was changed, in Dynamo's words. */
export type PowerReason = 'power_budget_clamped' | 'power_budget_scale_up_suppressed' | 'power_rebalance_staged';

export type PowerDecision =
  /** `reason` is null where the proposal stays as it is. */
  | ({ readonly kind: 'fitted'; readonly reason: PowerReason | null } & PerRole)
  /** A pair has to shrink and its floors alone draw more than the budget. Dynamo stops with an exception. */
  | { readonly kind: 'floors-do-not-fit' };

/**
 * Lowers a proposal until it fits the power budget; nothing is ever raised.
 *
 * Where one role grows while the other shrinks and both together could draw too much on the way, the growing one waits,
 * whatever the result then draws. Otherwise a pair shrinks in proportion and no role gets more than it asked for, and a
 * single role gets what the other one leaves at its current count; where that is not even its floor it may at least
 * not grow. Source: `apply_power_budget`, 2026-08.
 */
export function applyPowerBudget(budget: PowerBudget): PowerDecision {
  const { proposed, wattsPerReplica } = budget;
  const asked = { prefill: proposed.prefill, decode: proposed.decode };
  const capped = {
    prefill: wattsPerReplica.prefill === null ? null : asked.prefill,
    decode: wattsPerReplica.decode === null ? null : asked.decode,
  };
  if (capped.prefill !== null && capped.decode !== null) {
    return fitPair(budget, { prefill: capped.prefill, decode: capped.decode });
  }
  if (capped.prefill !== null) return fitRole(budget, 'prefill', capped.prefill);
  if (capped.decode !== null) return fitRole(budget, 'decode', capped.decode);
  return { kind: 'fitted', ...asked, reason: null };
}

function fitPair(budget: PowerBudget, asked: { readonly prefill: number; readonly decode: number }): PowerDecision {
  const { wattsPerReplica, totalWatts, minPrefill, minDecode } = budget;
  const staged = stagedRebalance(budget, asked);
  if (staged !== undefined) return staged;
  if (projectedWatts(asked, wattsPerReplica) <= totalWatts) return { kind: 'fitted', ...asked, reason: null };
  const units = { unitsPerPrefill: wattsPerReplica.prefill ?? 0, unitsPerDecode: wattsPerReplica.decode ?? 0 };
  const shrunk = shrinkPair({ ...asked, ...units, minPrefill, minDecode }, totalWatts);
  if (shrunk === undefined) return { kind: 'floors-do-not-fit' };
  const fitted = {
    prefill: Math.min(asked.prefill, shrunk.prefill),
    decode: Math.min(asked.decode, shrunk.decode),
  };
  return stagedRebalance(budget, fitted) ?? { kind: 'fitted', ...fitted, reason: 'power_budget_clamped' };
}

/** The shrinking half of a move in opposite directions whose peak is too high; undefined for any other move. */
function stagedRebalance(
  { current, wattsPerReplica, totalWatts }: PowerBudget,
  asked: { readonly prefill: number; readonly decode: number },
): PowerDecision | undefined {
  const [prefillNow, decodeNow] = [current.prefill ?? 0, current.decode ?? 0];
  const prefillGrows = asked.prefill > prefillNow && asked.decode < decodeNow;
  const decodeGrows = asked.decode > decodeNow && asked.prefill < prefillNow;
  if (!prefillGrows && !decodeGrows) return undefined;
  if (peakWatts(current, asked, wattsPerReplica) <= totalWatts) return undefined;
  return {
    kind: 'fitted',
    prefill: prefillGrows ? prefillNow : asked.prefill,
    decode: decodeGrows ? decodeNow : asked.decode,
    reason: 'power_rebalance_staged',
  };
}

function fitRole(budget: PowerBudget, role: keyof PerRole, asked: number): PowerDecision {
  const { proposed, current, wattsPerReplica, totalWatts } = budget;
  const other = role === 'prefill' ? 'decode' : 'prefill';
  const watts = wattsPerReplica[role] ?? 0;
  const left = totalWatts - (current[other] ?? 0) * (wattsPerReplica[other] ?? 0);
  const decided = (replicas: number, reason: PowerReason): PowerDecision => ({
    ...{ kind: 'fitted', prefill: proposed.prefill, decode: proposed.decode },
    [role]: replicas,
    reason: replicas === asked ? null : reason,
  });
  if (asked * watts <= left) return decided(asked, 'power_budget_clamped');
  const fitting = Math.floor(left / watts);
  if (fitting >= (role === 'prefill' ? budget.minPrefill : budget.minDecode)) {
    return decided(fitting, 'power_budget_clamped');
  }
  return decided(Math.min(asked, current[role] ?? 0), 'power_budget_scale_up_suppressed');
}
