import type { Sla } from '../../../../api/index.ts';
import type { ReplicaPair } from '../../../budget/shrink-pair.ts';
import type { PerformanceModel } from '../../../capacity/index.ts';
import {
  arrivingWork,
  batchLimit,
  type DecodeLoad,
  type PrefillLoad,
  requestsAtOnce,
} from '../../../queueing/index.ts';
import { aggregatedLoads, decodeLoad, type ModelCorrection, prefillLoad } from '../role-loads.ts';
import { type LateShare, latePrompts, lateTokens } from './late-shares.ts';

/** The engines that a number of replicas is chosen for. */
export interface HorizonEngine {
  readonly model: PerformanceModel;
  readonly sla: Sla;
  /** One worker for both roles: then the pair is two equal numbers, and the GPUs are counted as prefill's. */
  readonly isAggregated: boolean;
  readonly gpusPerReplica: ReplicaPair;
  readonly maxBatch: number | undefined;
}

export const UNCORRECTED: ModelCorrection = { prefillFactor: 1, decodeFactor: 1, overheadMs: 0 };

/** What arrives, and of which lengths. */
export interface LoadShape {
  readonly requestsPerSecond: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Squared variation of prompt lengths, and of output lengths. */
  readonly islVariation: number;
  readonly oslVariation: number;
}

/** Replicas that a load would keep working all the time, at the batch that just keeps the ITL target. */
export function busyReplicas(engine: HorizonEngine, shape: LoadShape, correction: ModelCorrection): ReplicaPair {
  const { prefill, decode } = loadsOf(engine, { ...shape, arrivalVariation: 1 }, correction);
  const { requestsPerSecond, meanServiceMs } = arrivingWork(prefill);
  const limit = batchLimit(decode, engine.sla.itlMs);
  return {
    prefill: (requestsPerSecond * meanServiceMs) / 1000,
    decode: requestsAtOnce(decode, limit.itlMs) / limit.batch,
  };
}

/** GPUs of so many replicas; a worker for both roles has them once. */
export function gpusOf({ isAggregated, gpusPerReplica }: HorizonEngine, { prefill, decode }: ReplicaPair): number {
  return isAggregated
    ? Math.max(prefill, decode) * gpusPerReplica.prefill
    : prefill * gpusPerReplica.prefill + decode * gpusPerReplica.decode;
}

/** Shares of late requests at the lengths and bursts of a load, whatever its rate. */
export function lateShares(
  engine: HorizonEngine,
  shape: LoadShape & { readonly arrivalVariation: number },
  correction: ModelCorrection,
): { readonly prefill: LateShare; readonly decode: LateShare } {
  const { prefill, decode } = loadsOf(engine, shape, correction);
  const { ttftMs, itlMs } = engine.sla;
  return {
    prefill: latePrompts(prefill, Math.max(ttftMs - correction.overheadMs, 0.1 * ttftMs)),
    decode: lateTokens(decode, batchLimit(decode, itlMs)),
  };
}

function loadsOf(
  { model, sla, isAggregated, maxBatch }: HorizonEngine,
  shape: LoadShape & { readonly arrivalVariation: number },
  correction: ModelCorrection,
): { readonly prefill: PrefillLoad; readonly decode: DecodeLoad } {
  const { requestsPerSecond, islTokens, oslTokens } = shape;
  const demand = {
    ...shape,
    prefillTokensPerSecond: requestsPerSecond * islTokens,
    decodeTokensPerSecond: requestsPerSecond * oslTokens,
  };
  return isAggregated
    ? aggregatedLoads(model, demand, correction, { maxBatch, itlMs: sla.itlMs })
    : { prefill: prefillLoad(model, demand, correction), decode: decodeLoad(model, demand, correction, maxBatch) };
}
