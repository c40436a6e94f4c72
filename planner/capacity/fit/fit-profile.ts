import type { DecodeMeasurements, PrefillMeasurements } from '../engine-profile.ts';
import { at } from '../numeric.ts';
import type { DecodeModel, PrefillModel } from '../performance-model.ts';
import { robustFit } from './robust-fit.ts';

/**
 * Time of a prompt alone on the engine as a + b·ISL + c·ISL²: overhead, work per token, attention.
 * Undefined where the measurements say no such thing.
 */
export function fitPrefill({ islTokens, ttftMs }: PrefillMeasurements): PrefillModel | undefined {
  const fit = robustFit(islTokens.map((isl, index) => ({ terms: [1, isl, isl * isl], value: at(ttftMs, index) })));
  if (fit === undefined) return undefined;
  const [fixedMs = 0, perTokenMs = 0, perSquaredTokenMs = 0] = fit.coefficients;
  return {
    ...{ fixedMs, perTokenMs, perSquaredTokenMs },
    islTokens: { lowest: Math.min(...islTokens), highest: Math.max(...islTokens) },
    error: fit.error,
  };
}

/**
 * Time between tokens as α + β·B + γ·B·context: overhead, work per request, and reading the KV cache. The batch is what
 * the measured share of the cache holds at that context.
 */
export function fitDecode(measured: DecodeMeasurements): DecodeModel | undefined {
  const { contextTokens, itlMs, maxKvTokens } = measured;
  const batches = batchesOf(measured);
  const fit = robustFit(
    batches.map((batch, index) => ({ terms: [1, batch, batch * at(contextTokens, index)], value: at(itlMs, index) })),
  );
  if (fit === undefined) return undefined;
  const [fixedMs = 0, perRequestMs = 0, perKvTokenMs = 0] = fit.coefficients;
  const dropped = new Set(fit.error.outliers.map(({ index }) => index));
  return {
    ...{ fixedMs, perRequestMs, perKvTokenMs, maxKvTokens },
    maxBatch: Math.max(1, ...batches.filter((_, index) => !dropped.has(index))),
    contextTokens: { lowest: Math.min(...contextTokens), highest: Math.max(...contextTokens) },
    error: fit.error,
  };
}

/** Requests at once on the engine, at each measurement. */
export function batchesOf({ kvUsage, contextTokens, maxKvTokens }: DecodeMeasurements): readonly number[] {
  return kvUsage.map((usage, index) => (usage * maxKvTokens) / at(contextTokens, index));
}
