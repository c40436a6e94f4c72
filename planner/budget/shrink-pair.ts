/** Replicas of two roles that together want more units (GPUs, watts) than there are. */
export interface PairDemand {
  readonly prefill: number;
  readonly decode: number;
  readonly unitsPerPrefill: number;
  readonly unitsPerDecode: number;
  /** Floors of replicas. */
  readonly minPrefill: number;
  readonly minDecode: number;
}

export interface ReplicaPair {
  readonly prefill: number;
  readonly decode: number;
}

/**
 * Shrinks prefill in proportion and gives decode what is left, even more than it asked for, as Dynamo's planner of
 * 2026-02 (`apply_global_gpu_budget`) and that of 2026-08 (`proportional_clamp_pair`) do. The caller knows that the
 * demand is above `capacity`. Undefined where not even the floors fit.
 * @throws RangeError where a role takes no units
 */
export function shrinkPair(demand: PairDemand, capacity: number): ReplicaPair | undefined {
  const { prefill, decode, unitsPerPrefill, unitsPerDecode, minPrefill, minDecode } = demand;
  if (capacity < minPrefill * unitsPerPrefill + minDecode * unitsPerDecode) return undefined;
  const required = prefill * unitsPerPrefill + decode * unitsPerDecode;
  const mostPrefill = Math.floor((capacity - minDecode * unitsPerDecode) / divisor(unitsPerPrefill));
  const scaled = Math.floor(prefill * (capacity / required));
  const kept = Math.max(minPrefill, Math.min(mostPrefill, scaled));
  const left = Math.floor((capacity - kept * unitsPerPrefill) / divisor(unitsPerDecode));
  return { prefill: kept, decode: Math.max(minDecode, left) };
}

function divisor(units: number): number {
  if (units === 0) throw new RangeError('a role in a budget takes at least one unit a replica');
  return units;
}
