import { clampPairToBand, clampRoleToBand, type GpuBand } from '../dynamo-head/gpu-band.ts';
import { type LoadSignal, stepOf } from './signal.ts';
import { coversWorkers, type RankLoad } from './worker-load.ts';

/** One role of a deployment at the moment of a decision. */
export interface LoadRole {
  readonly ready: number;
  /** Replicas that were asked for last. */
  readonly expected: number;
  readonly isScaling: boolean;
  readonly gpusPerReplica: number;
  /** Floor of replicas. */
  readonly minReplicas: number;
  /** Replicas that throughput scaling asks for at least; 0 where it has no part. */
  readonly throughputBound: number;
  /** Reports of the workers; undefined where there are none. */
  readonly reports: readonly RankLoad[] | undefined;
  /** What the reports say; asked only where they cover the workers. */
  readonly signalOf: (reports: readonly RankLoad[]) => LoadSignal;
}

/** Why nothing can be decided. */
export type LoadHold = 'no-reports' | 'scaling-in-progress' | 'worker-count-mismatch';

/** Why a role ends up with its replicas, in the order in which one speaks for both. */
export type LoadReason = 'scale-up' | 'capped-by-throughput' | 'scale-down' | 'missing' | 'refused' | 'no-change';

export interface RoleLoadDecision {
  readonly replicas: number;
  readonly reason: LoadReason;
}

/** `changes` tells a proposal from a decision to stay. */
export type PairLoadDecision =
  | { readonly kind: 'held'; readonly why: LoadHold }
  | {
      readonly kind: 'decided';
      readonly changes: boolean;
      readonly prefill: RoleLoadDecision;
      readonly decode: RoleLoadDecision;
    };

export type SingleLoadDecision =
  | { readonly kind: 'held'; readonly why: LoadHold }
  | { readonly kind: 'decided'; readonly changes: boolean; readonly role: RoleLoadDecision };

/**
 * Scales prefill and decode by what their workers report, a replica at a time. Either role's rollout holds both; a role
 * without reports keeps its count. Source: load scaling of Dynamo's planner of 2026-08, mode "disagg".
 */
export function decidePairLoad(prefill: LoadRole, decode: LoadRole, band: GpuBand): PairLoadDecision {
  if (!hasReports(prefill) && !hasReports(decode)) return { kind: 'held', why: 'no-reports' };
  if (isRolling(prefill) || isRolling(decode)) return { kind: 'held', why: 'scaling-in-progress' };
  if (!isCovered(prefill) || !isCovered(decode)) return { kind: 'held', why: 'worker-count-mismatch' };
  const asked = { prefill: wishOf(prefill), decode: wishOf(decode) };
  const fitted = clampPairToBand(
    {
      ...{ prefill: asked.prefill.replicas, decode: asked.decode.replicas },
      ...{ gpusPerPrefill: prefill.gpusPerReplica, gpusPerDecode: decode.gpusPerReplica },
      ...{ minPrefill: prefill.minReplicas, minDecode: decode.minReplicas },
    },
    band,
  );
  const changes = fitted.prefill !== prefill.ready || fitted.decode !== decode.ready;
  return {
    kind: 'decided',
    changes,
    prefill: explained(asked.prefill, prefill.ready, fitted.prefill, changes),
    decode: explained(asked.decode, decode.ready, fitted.decode, changes),
  };
}

/** As {@link decidePairLoad}, for prefill, decode or aggregated workers alone. */
export function decideRoleLoad(role: LoadRole, band: GpuBand): SingleLoadDecision {
  if (isRolling(role)) return { kind: 'held', why: 'scaling-in-progress' };
  if (!hasReports(role)) return { kind: 'held', why: 'no-reports' };
  if (!isCovered(role)) return { kind: 'held', why: 'worker-count-mismatch' };
  const asked = wishOf(role);
  const { gpusPerReplica, minReplicas, ready } = role;
  const fitted = clampRoleToBand({ replicas: asked.replicas, gpusPerReplica, minReplicas }, band);
  return { kind: 'decided', changes: fitted !== ready, role: explained(asked, ready, fitted, fitted !== ready) };
}

function hasReports({ reports }: LoadRole): boolean {
  return reports !== undefined && reports.length > 0;
}

function isRolling({ isScaling, expected, ready }: LoadRole): boolean {
  return isScaling || expected !== ready;
}

function isCovered({ reports, ready }: LoadRole): boolean {
  return reports === undefined || reports.length === 0 || coversWorkers(reports, ready);
}

interface Wish {
  readonly replicas: number;
  readonly signal: LoadSignal;
  readonly isCapped: boolean;
}

function wishOf({ ready, reports, signalOf, throughputBound, minReplicas }: LoadRole): Wish {
  if (reports === undefined || reports.length === 0) return { replicas: ready, signal: 'stay', isCapped: false };
  const signal = signalOf(reports);
  const wanted = ready + stepOf(signal);
  return {
    replicas: Math.max(wanted, throughputBound, minReplicas),
    signal,
    isCapped: wanted < ready && throughputBound >= ready,
  };
}

/** What happened to the count speaks first; why it stayed is said only where nothing changed at all. */
function explained({ signal, isCapped }: Wish, ready: number, fitted: number, changes: boolean): RoleLoadDecision {
  const decided = (reason: LoadReason): RoleLoadDecision => ({ replicas: fitted, reason });
  if (fitted > ready) return decided('scale-up');
  if (fitted < ready) return decided('scale-down');
  if (isCapped) return decided('capped-by-throughput');
  if (!changes && (signal === 'refused' || signal === 'missing')) return decided(signal);
  return decided('no-change');
}

const SPEAKS_FIRST: readonly LoadReason[] = [
  'scale-up',
  'capped-by-throughput',
  'scale-down',
  'missing',
  'refused',
  'no-change',
];

/** The reason that speaks for a pair. */
export function leadingReason(reasons: readonly LoadReason[]): LoadReason {
  return SPEAKS_FIRST.find((reason) => reasons.includes(reason)) ?? 'no-change';
}
