import type { PerformanceModel } from '../../capacity/index.ts';

/** A number for each role of a graph that prefills and decodes on engines of their own. */
export interface RolePair {
  readonly prefill: number;
  readonly decode: number;
}

/** The engines that a simulation runs requests on. */
export interface EngineSpec {
  readonly model: PerformanceModel;
  readonly gpusPerReplica: RolePair;
  /** Time from the end of prefill until decode has the KV cache, milliseconds. */
  readonly transferMs: number;
  /** Most requests that a decode replica takes at once, beside what its KV cache holds. */
  readonly maxBatch: number;
}

export interface EngineSettings {
  readonly gpusPerReplica: RolePair;
  readonly transferMs?: number;
  readonly maxBatch?: number;
}

/**
 * @param settings.transferMs default 0, where the profile's TTFT has the transfer in it
 * @param settings.maxBatch default the largest batch that the profile measured
 */
export function engineSpec(model: PerformanceModel, settings: EngineSettings): EngineSpec {
  const { gpusPerReplica, transferMs = 0, maxBatch = Math.floor(model.decode.maxBatch) } = settings;
  return { model, gpusPerReplica, transferMs, maxBatch };
}
