import type { EngineModel } from '../../capacity/engine-model.ts';
import { type Computed, noResult } from './arithmetic.ts';
import type { ObservedWindow } from './decision.ts';

/** How far a measured latency is from the profile's: above 1 is slower. `expectedMs` is null where nothing was compared. */
export interface Correction {
  readonly factor: number;
  readonly expectedMs: number | null;
}

/** Before any measurement, and where correction is off. */
export const UNCORRECTED: Correction = { factor: 1, expectedMs: null };

/** Measured TTFT over the profile's TTFT at the measured prompt length. One window, neither smoothed nor bounded. */
export function prefillCorrection(model: EngineModel, window: ObservedWindow): Correction {
  const expectedMs = model.ttftMs(window.islTokens);
  return { factor: window.ttftMs / expectedMs, expectedMs };
}

/**
 * Measured ITL over the profile's ITL at the concurrency that Little's law gives for each ready worker. Without a ready
 * worker the previous correction stays.
 */
export function decodeCorrection(
  model: EngineModel,
  window: ObservedWindow,
  context: { readonly readyDecode: number; readonly intervalSeconds: number; readonly previous: Correction },
): Computed<Correction> {
  if (context.readyDecode === 0) return { ok: true, value: context.previous };
  if (context.intervalSeconds === 0) return noResult('division-by-zero');
  const concurrency = ((window.requestCount / context.readyDecode) * window.requestSeconds) / context.intervalSeconds;
  const cell = model.decodeCell(concurrency, window.islTokens + window.oslTokens / 2);
  if (cell === undefined) return noResult('not-a-number');
  return { ok: true, value: { factor: window.itlMs / cell.itlMs, expectedMs: cell.itlMs } };
}
