import { contextTokens, type PerformanceModel, prefillMs, slopeMs } from '../../capacity/index.ts';
import { type DecodeLoad, type PrefillLoad, promptLengths } from '../../queueing/index.ts';

/** What the workers are sized for, in numbers that a performance model turns into time. */
export interface SizedDemand {
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Squared variation of prompt lengths, of output lengths, and of the time between arrivals. */
  readonly islVariation: number;
  readonly oslVariation: number;
  readonly arrivalVariation: number;
}

/** What was measured beyond the model: 1 and 0 where they agree. */
export interface ModelCorrection {
  /** Prefill takes so many times as long. */
  readonly prefillFactor: number;
  /** Decode takes so many times as long. */
  readonly decodeFactor: number;
  /** Part of TTFT that no engine is busy for, such as the network and the transfer of the KV cache. */
  readonly overheadMs: number;
}

/** Prompts on engines that do nothing else. */
export function prefillLoad(model: PerformanceModel, demand: SizedDemand, correction: ModelCorrection): PrefillLoad {
  const { prefillTokensPerSecond, islTokens, islVariation, arrivalVariation } = demand;
  return {
    requestsPerSecond: prefillTokensPerSecond / islTokens,
    arrivalVariation,
    serviceMs: promptLengths(islTokens, islVariation).map(
      (tokens) => correction.prefillFactor * prefillMs(model.prefill, tokens),
    ),
  };
}

/** Output on engines that do nothing else. */
export function decodeLoad(
  model: PerformanceModel,
  demand: SizedDemand,
  correction: ModelCorrection,
  maxBatch: number | undefined,
): DecodeLoad {
  const { decode } = model;
  const context = contextTokens(demand);
  return {
    outputTokensPerSecond: demand.decodeTokensPerSecond,
    arrivalVariation: demand.arrivalVariation,
    fixedMs: correction.decodeFactor * decode.fixedMs,
    slopeMs: correction.decodeFactor * slopeMs(decode, context),
    mostBatch: Math.min(decode.maxKvTokens / context, decode.maxBatch, maxBatch ?? Number.POSITIVE_INFINITY),
  };
}

/**
 * Output on engines that prefill as well: while a batch of B moves one token on, B ÷ OSL of its requests end and as many
 * prompts take their places, so each token waits for B ÷ OSL prefills. A prompt in turn shares the engine with a step of
 * the batch.
 *
 * Source: the term B·ISL ÷ OSL halves the error of fits to measured aggregated engines (AIConfigurator's silicon samples).
 */
export function aggregatedLoads(
  model: PerformanceModel,
  demand: SizedDemand,
  correction: ModelCorrection,
  { maxBatch, itlMs }: { readonly maxBatch: number | undefined; readonly itlMs: number },
): { readonly prefill: PrefillLoad; readonly decode: DecodeLoad } {
  const alone = {
    prefill: prefillLoad(model, demand, correction),
    decode: decodeLoad(model, demand, correction, maxBatch),
  };
  const meanMs = alone.prefill.serviceMs.reduce((sum, one) => sum + one, 0) / alone.prefill.serviceMs.length;
  const { fixedMs, mostBatch, slopeMs: perRequest } = alone.decode;
  const interference = meanMs / demand.oslTokens;
  const allowed = Math.max(1, Math.min(mostBatch, (itlMs - fixedMs) / (perRequest + interference)));
  const stepMs = fixedMs + perRequest * allowed;
  return {
    prefill: { ...alone.prefill, serviceMs: alone.prefill.serviceMs.map((one) => one + stepMs) },
    decode: { ...alone.decode, slopeMs: perRequest + interference },
  };
}
