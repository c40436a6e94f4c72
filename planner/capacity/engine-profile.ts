/** Times of prompts that an engine worked on alone, in Dynamo's raw data `prefill_raw_data`. */
export interface PrefillMeasurements {
  /** What was measured; undefined in Dynamo's raw files, which do not say. */
  readonly engine?: ProfiledEngine;
  readonly islTokens: readonly number[];
  readonly ttftMs: readonly number[];
  readonly tokensPerSecondPerGpu: readonly number[];
}

/** Times between tokens at many loads, in Dynamo's raw data `decode_raw_data`. */
export interface DecodeMeasurements {
  readonly engine?: ProfiledEngine;
  /** Share of the KV cache in use, 0 to 1. */
  readonly kvUsage: readonly number[];
  readonly contextTokens: readonly number[];
  readonly itlMs: readonly number[];
  readonly tokensPerSecondPerGpu: readonly number[];
  readonly maxKvTokens: number;
  /** The 100 × 100 grids that Dynamo interpolates, where the profile carries them; else they are built. */
  readonly grids?: DecodeGrids;
}

/** What one file measured. Prefill and decode may run on engines of different parallelism, and be profiled apart. */
export interface ProfileParts {
  readonly prefill?: PrefillMeasurements;
  readonly decode?: DecodeMeasurements;
}

/**
 * Measurements of prefill and decode, in Dynamo's raw-data format: times in milliseconds, throughputs in tokens per
 * second and GPU.
 */
export interface EngineProfile extends ProfileParts {
  readonly prefill: PrefillMeasurements;
  readonly decode: DecodeMeasurements;
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
