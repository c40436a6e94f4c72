import { type EngineLimits, type EngineRole, engineCapacity } from './engine-capacity.ts';
import type { ForwardPassTime } from './forward-pass.ts';
import { clampPairToBand, clampRoleToBand, type GpuBand } from './gpu-band.ts';
import type { LoadPrediction } from './load-prediction.ts';

/** One role's engine. */
export interface ThroughputEngine {
  readonly time: ForwardPassTime;
  readonly limits: EngineLimits;
  readonly gpusPerReplica: number;
}

/** The engines of a deployment; undefined where nothing is known of one yet. */
export type ThroughputEngines =
  | {
      readonly mode: 'disagg';
      readonly prefill: ThroughputEngine | undefined;
      readonly decode: ThroughputEngine | undefined;
    }
  | { readonly mode: 'prefill' | 'decode' | 'agg'; readonly engine: ThroughputEngine | undefined };

export interface ThroughputInput {
  readonly engines: ThroughputEngines;
  readonly prediction: LoadPrediction;
  /** Length of the window that the prediction is for. */
  readonly windowSeconds: number;
  readonly sla: { readonly ttftMs: number; readonly itlMs: number };
  readonly minPrefill: number;
  readonly minDecode: number;
  readonly band: GpuBand;
  /** Whether load scaling decides and the sizing is only its lower bound. */
  readonly bounds: boolean;
}

/** A role's replicas, and the requests per second that one of them serves; undefined where its engine has no model. */
export interface RoleThroughput {
  readonly replicas: number;
  readonly requestsPerSecond: number;
}

export type ThroughputDecision =
  | { readonly kind: 'no-traffic-data' }
  | {
      /** `not-ready` where a role has no model, `lower-bound` where load scaling decides, `scale` otherwise. */
      readonly kind: 'not-ready' | 'lower-bound' | 'scale';
      /** Undefined where the mode has no such role, or it has no model. An aggregated engine counts as decode. */
      readonly prefill: RoleThroughput | undefined;
      readonly decode: RoleThroughput | undefined;
    };

/**
 * Replicas that serve the predicted request rate within the latency targets: prefill is held to TTFT alone, decode to
 * ITL alone, an aggregated engine to both. Both roles of a pair are sized or neither. Only a proposal is fitted into the
 * GPU band, a lower bound is not. Source: throughput scaling of Dynamo's planner of 2026-08.
 */
export function decideThroughput(input: ThroughputInput): ThroughputDecision {
  const { engines, prediction, windowSeconds, minPrefill, minDecode, band } = input;
  const requestsPerSecond = prediction.requestCount / windowSeconds;
  if (!(windowSeconds > 0) || !Number.isFinite(requestsPerSecond)) return { kind: 'no-traffic-data' };
  const size = (role: EngineRole, engine: ThroughputEngine | undefined, minReplicas: number) =>
    sizeRole(role, engine, requestsPerSecond, minReplicas, input);

  switch (engines.mode) {
    case 'disagg': {
      const prefill = size('prefill', engines.prefill, minPrefill);
      const decode = size('decode', engines.decode, minDecode);
      if (prefill === undefined || decode === undefined) return { kind: 'not-ready', prefill, decode };
      if (input.bounds) return { kind: 'lower-bound', prefill, decode };
      const fitted = clampPairToBand(
        {
          ...{ prefill: prefill.replicas, decode: decode.replicas, minPrefill, minDecode },
          gpusPerPrefill: engines.prefill?.gpusPerReplica ?? 0,
          gpusPerDecode: engines.decode?.gpusPerReplica ?? 0,
        },
        band,
      );
      return {
        kind: 'scale',
        prefill: { ...prefill, replicas: fitted.prefill },
        decode: { ...decode, replicas: fitted.decode },
      };
    }
    case 'prefill': {
      const { kind, sized } = decideRole(
        input,
        engines.engine,
        minPrefill,
        size('prefill', engines.engine, minPrefill),
      );
      return { kind, prefill: sized, decode: undefined };
    }
    case 'decode':
    case 'agg': {
      const role = engines.mode === 'agg' ? 'aggregated' : 'decode';
      const { kind, sized } = decideRole(input, engines.engine, minDecode, size(role, engines.engine, minDecode));
      return { kind, prefill: undefined, decode: sized };
    }
  }
}

function sizeRole(
  role: EngineRole,
  engine: ThroughputEngine | undefined,
  requestsPerSecond: number,
  minReplicas: number,
  { prediction, sla }: ThroughputInput,
): RoleThroughput | undefined {
  if (engine === undefined) return undefined;
  const capacity = engineCapacity(role, engine.time, engine.limits, {
    islTokens: Math.ceil(prediction.islTokens),
    oslTokens: Math.ceil(prediction.oslTokens),
    kvHitRate: prediction.kvHitRate,
    acceptLength: prediction.acceptLength,
    ttftSeconds: role === 'decode' ? undefined : sla.ttftMs / 1000,
    itlSeconds: role === 'prefill' ? undefined : sla.itlMs / 1000,
    prefers: 'throughput',
  });
  if (capacity === undefined || !(capacity.requestsPerSecond > 0)) return undefined;
  const needed = Math.ceil(requestsPerSecond / capacity.requestsPerSecond);
  return { replicas: Math.max(needed, minReplicas), requestsPerSecond: capacity.requestsPerSecond };
}

function decideRole(
  { band, bounds }: ThroughputInput,
  engine: ThroughputEngine | undefined,
  minReplicas: number,
  sized: RoleThroughput | undefined,
): { readonly kind: 'not-ready' | 'lower-bound' | 'scale'; readonly sized: RoleThroughput | undefined } {
  if (sized === undefined) return { kind: 'not-ready', sized };
  if (bounds) return { kind: 'lower-bound', sized };
  const role = { replicas: sized.replicas, gpusPerReplica: engine?.gpusPerReplica ?? 0, minReplicas };
  return { kind: 'scale', sized: { ...sized, replicas: clampRoleToBand(role, band) } };
}
