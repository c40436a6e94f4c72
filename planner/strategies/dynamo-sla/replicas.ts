import type { EngineModel } from '../../capacity/engine-model.ts';
import { type Computed, noResult, wholeReplicas } from './arithmetic.ts';

/** What the next window is expected to bring. */
export interface PredictedLoad {
  readonly requestCount: number;
  readonly islTokens: number;
  readonly oslTokens: number;
}

export interface RoleSettings {
  readonly intervalSeconds: number;
  /** Floor of replicas. */
  readonly minEndpoint: number;
  readonly gpusPerReplica: number;
}

export interface PrefillSizing {
  readonly replicas: number;
  readonly demandTokensPerSecond: number;
  readonly tokensPerSecondPerGpu: number;
}

export interface DecodeSizing extends PrefillSizing {
  /** ITL target after correction, milliseconds. */
  readonly correctedItlMs: number;
  readonly contextTokens: number;
  /** Share of the KV cache in use at the chosen point of the profile. */
  readonly kvUsage: number;
}

/**
 * Prompt tokens per second over what one engine prefills alone, at batch size 1. The TTFT target has no part in it, and
 * a correction above 1 adds nothing.
 */
export function sizePrefill(
  model: EngineModel,
  load: PredictedLoad,
  settings: RoleSettings,
  correctionFactor: number,
): Computed<PrefillSizing> {
  if (settings.intervalSeconds === 0) return noResult('division-by-zero');
  const discount = correctionFactor < 1 ? correctionFactor : 1;
  const demandTokensPerSecond = ((load.requestCount * load.islTokens) / settings.intervalSeconds) * discount;
  const tokensPerSecondPerGpu = model.prefillTokensPerSecondPerGpu(load.islTokens);
  const needed = wholeReplicas(demandTokensPerSecond / tokensPerSecondPerGpu / settings.gpusPerReplica);
  if (!needed.ok) return needed;
  const replicas = Math.max(needed.value, settings.minEndpoint);
  return { ok: true, value: { replicas, demandTokensPerSecond, tokensPerSecondPerGpu } };
}

/**
 * Output tokens per second over what one engine decodes at the highest KV usage that keeps the corrected ITL target. A
 * capacity at or below zero, where the profile's cubic overshoots, gives the floor.
 */
export function sizeDecode(
  model: EngineModel,
  load: PredictedLoad,
  settings: RoleSettings & { readonly itlMs: number },
  correctionFactor: number,
): Computed<DecodeSizing> {
  const correctedItlMs = correctionFactor <= 0 ? settings.itlMs : settings.itlMs / correctionFactor;
  const contextTokens = load.islTokens + load.oslTokens / 2;
  const cell = model.bestDecodeCell(correctedItlMs, contextTokens);
  if (cell === undefined) return noResult('not-a-number');
  if (settings.intervalSeconds === 0) return noResult('division-by-zero');
  const demandTokensPerSecond = (load.requestCount * load.oslTokens) / settings.intervalSeconds;
  const { tokensPerSecondPerGpu, kvUsage } = cell;
  const needed = wholeReplicas(demandTokensPerSecond / tokensPerSecondPerGpu / settings.gpusPerReplica);
  if (!needed.ok) return needed;
  const replicas = Math.max(needed.value, settings.minEndpoint);
  return {
    ok: true,
    value: { replicas, demandTokensPerSecond, tokensPerSecondPerGpu, correctedItlMs, contextTokens, kvUsage },
  };
}
