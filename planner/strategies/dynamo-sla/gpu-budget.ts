import { type ReplicaPair, shrinkPair } from '../../budget/shrink-pair.ts';

/** A replica count of each role, and what they may take together. */
export interface PairGpuBudget {
  readonly prefill: number;
  readonly decode: number;
  /** Most GPUs of both roles; below 0 there is no budget. */
  readonly maxGpus: number;
  /** Floor of replicas of each role. */
  readonly minEndpoint: number;
  /** At least 1. */
  readonly gpusPerPrefill: number;
  /** At least 1. */
  readonly gpusPerDecode: number;
}

/**
 * Fits prefill and decode into a GPU budget as Dynamo's planner of 2026-02 does: prefill shrinks in proportion, decode
 * takes what is left, even more than it asked for. A budget below both floors gives none of either.
 */
export function applyPairGpuBudget(budget: PairGpuBudget): ReplicaPair {
  const { prefill, decode, maxGpus, minEndpoint, gpusPerPrefill, gpusPerDecode } = budget;
  const required = prefill * gpusPerPrefill + decode * gpusPerDecode;
  if (maxGpus < 0 || required <= maxGpus) return { prefill, decode };
  const demand = {
    ...{ prefill, decode, unitsPerPrefill: gpusPerPrefill, unitsPerDecode: gpusPerDecode },
    ...{ minPrefill: minEndpoint, minDecode: minEndpoint },
  };
  return shrinkPair(demand, maxGpus) ?? { prefill: 0, decode: 0 };
}

export interface SingleGpuBudget {
  readonly replicas: number;
  readonly maxGpus: number;
  readonly minEndpoint: number;
  readonly gpusPerReplica: number;
}

/**
 * Fits one role into a GPU budget. The share is computed in floating point, so that now and then one replica fewer than
 * fits comes out, as it does in Dynamo's planner: 22 replicas of one GPU in a budget of 15 become 14.
 */
export function applySingleGpuBudget({ replicas, maxGpus, minEndpoint, gpusPerReplica }: SingleGpuBudget): number {
  const required = replicas * gpusPerReplica;
  if (maxGpus < 0 || required <= maxGpus) return replicas;
  if (maxGpus < minEndpoint * gpusPerReplica) return 0;
  return Math.max(minEndpoint, Math.floor(replicas * (maxGpus / required)));
}
