import type { FitError } from './fit/robust-fit.ts';

/** The stretch of a quantity that was measured; beyond it a formula guesses. */
export interface MeasuredRange {
  readonly lowest: number;
  readonly highest: number;
}

/** What prefill costs: a formula that is positive and never falls with the length of the prompt. */
export interface PrefillModel {
  readonly fixedMs: number;
  readonly perTokenMs: number;
  readonly perSquaredTokenMs: number;
  readonly islTokens: MeasuredRange;
  readonly error: FitError;
}

/** What decode costs: a formula that is positive and never falls with batch or context. */
export interface DecodeModel {
  readonly fixedMs: number;
  readonly perRequestMs: number;
  /** Per request and token of its context. */
  readonly perKvTokenMs: number;
  readonly maxKvTokens: number;
  /** Largest batch that was measured. */
  readonly maxBatch: number;
  readonly contextTokens: MeasuredRange;
  readonly error: FitError;
}

/** Both roles of one deployment, on their own engines. */
export interface PerformanceModel {
  readonly prefill: PrefillModel;
  readonly decode: DecodeModel;
}

/** Time that one prompt occupies an engine, which is its TTFT where nobody waits. */
export function prefillMs({ fixedMs, perTokenMs, perSquaredTokenMs }: PrefillModel, islTokens: number): number {
  return fixedMs + perTokenMs * islTokens + perSquaredTokenMs * islTokens * islTokens;
}

/** Time between two tokens of each of `batch` requests that share an engine. */
export function itlMs(model: DecodeModel, batch: number, contextTokens: number): number {
  return model.fixedMs + slopeMs(model, contextTokens) * batch;
}

/** What one more request at this context adds to the time between tokens. */
export function slopeMs({ perRequestMs, perKvTokenMs }: DecodeModel, contextTokens: number): number {
  return perRequestMs + perKvTokenMs * contextTokens;
}
