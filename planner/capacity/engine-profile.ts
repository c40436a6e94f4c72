/**
 * Measurements of one engine, in Dynamo's raw-data format (`prefill_raw_data`, `decode_raw_data`): times in
 * milliseconds, throughputs in tokens per second and GPU.
 */
export interface EngineProfile {
  /** What was measured; undefined in Dynamo's raw files, which do not say. */
  readonly engine?: ProfiledEngine;
  readonly prefill: {
    readonly islTokens: readonly number[];
    readonly ttftMs: readonly number[];
    readonly tokensPerSecondPerGpu: readonly number[];
  };
  readonly decode: {
    /** Share of the KV cache in use, 0 to 1. */
    readonly kvUsage: readonly number[];
    readonly contextTokens: readonly number[];
    readonly itlMs: readonly number[];
    readonly tokensPerSecondPerGpu: readonly number[];
    readonly maxKvTokens: number;
    /** The 100 × 100 grids that Dynamo interpolates, where the profile carries them; else they are built. */
    readonly grids?: DecodeGrids;
  };
}

/** The engine that a profile speaks for. The figures of another model, backend, GPU or parallelism say nothing of it. */
export interface ProfiledEngine {
  readonly model: string;
  readonly backend: string;
  readonly gpu: string;
  /** GPUs of one replica. */
  readonly tensorParallel: number;
}

/** Rows are context lengths, columns KV usages. */
export interface DecodeGrids {
  readonly kvUsageAxis: readonly number[];
  readonly contextTokensAxis: readonly number[];
  readonly itlMs: readonly (readonly number[])[];
  readonly tokensPerSecondPerGpu: readonly (readonly number[])[];
}
