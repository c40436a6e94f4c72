import { isObject, type JsonObject, type JsonValue, objectAt, stringAt, valueAt } from '../../../api/index.ts';
import {
  acrossRanks,
  decideThroughput,
  type EngineLimits,
  type EngineRole,
  engineCapacity,
  type ForwardPassTime,
  type LoadForecaster,
  type LoadWindow,
  linearForwardPass,
  observeWindow,
  type PredictorSettings,
  predictLoad,
  startForecaster,
  type ThroughputEngine,
  type ThroughputEngines,
  type ThroughputInput,
  UNPUBLISHED_LIMITS,
  warmUp,
} from '../../../planner/index.ts';
import type { Answer } from '../compare.ts';
import { number } from '../python.ts';
import { numberAt, numberOr, predictorOf, type Replay } from './shared.ts';

/** The cases' stand-in for Dynamo's closed engine model, unless a row declares its own. */
const LINEAR: { readonly [role in EngineRole]: readonly [number, number, number, number] } = {
  prefill: [5, 0.02, 0, 0],
  decode: [4, 0, 0.05, 2e-5],
  aggregated: [4, 0.02, 0.05, 2e-5],
};

export const headSizingFunctions: { readonly [name: string]: Replay } = {
  'head.predict.sequence': (input) => {
    const config = objectAt(input, 'config') ?? {};
    let forecaster = warmUp(
      startForecaster(headPredictor(config), numberOr(0, config, 'speculative_nextn')),
      itemsAt(input, 'warm').flatMap((window) => (isObject(window) ? [windowOf(window)] : [])),
    );
    return itemsAt(input, 'traffic').map((window) => {
      if (!isObject(window)) return { reason: 'no_traffic_data', prediction: null };
      const predicted = predictNext(forecaster, windowOf(window));
      forecaster = predicted.forecaster;
      return { reason: 'predicted', prediction: predicted.row };
    });
  },

  'head.engine.capacity': (input) => {
    const role = roleOf(stringAt(input, 'worker_type') ?? '');
    const time = acrossRanks(forwardPass(role, valueAt(input, 'linear')), numberOr(1, input, 'ranks'));
    const request = objectAt(input, 'request') ?? {};
    const capacity = engineCapacity(role, time, limitsOf(objectAt(input, 'limits') ?? {}), {
      islTokens: numberAt(request, 'isl'),
      oslTokens: numberAt(request, 'osl'),
      kvHitRate: numberOr(Number.NaN, request, 'kv_hit_rate'),
      acceptLength: numberOr(1, request, 'accept_length'),
      ttftSeconds: optionalAt(request, 'ttft_sla_s'),
      itlSeconds: optionalAt(request, 'itl_sla_s'),
      prefers: stringAt(request, 'optimization_target') === 'latency' ? 'latency' : 'throughput',
    });
    if (capacity === undefined) return null;
    return {
      rps: capacity.requestsPerSecond,
      ttft_s: capacity.ttftSeconds,
      itl_s: capacity.itlSeconds,
      e2e_latency_s: capacity.requestSeconds,
      eligible: capacity.meetsTargets,
    };
  },

  'head.throughput.advance': (input) => {
    const decision = decideThroughput(throughputInput(input));
    const nothing = { decision: null, reason_prefill: null, reason_decode: null, lower_bound: [1, 1] };
    if (decision.kind === 'no-traffic-data') {
      return { ...nothing, reason: 'no_traffic_data', engine_rps_prefill: null, engine_rps_decode: null };
    }
    const { kind, prefill, decode } = decision;
    const isAggregated = modeOf(input) === 'agg';
    const rates = {
      engine_rps_prefill: (isAggregated ? decode : prefill)?.requestsPerSecond,
      engine_rps_decode: decode?.requestsPerSecond,
    };
    const isPair = modeOf(input) === 'disagg';
    switch (kind) {
      case 'not-ready': {
        const reasonOf = (sized: typeof prefill) => (sized === undefined ? 'model_not_ready' : 'partner_not_ready');
        const reasons = isPair ? { reason_prefill: reasonOf(prefill), reason_decode: reasonOf(decode) } : {};
        return { ...nothing, ...rates, reason: 'model_not_ready', ...reasons };
      }
      case 'lower-bound': {
        const reasons = isPair ? { reason_prefill: 'set_lower_bound', reason_decode: 'set_lower_bound' } : {};
        const bound = [prefill?.replicas ?? 1, decode?.replicas ?? 1];
        return { ...nothing, ...rates, reason: 'set_lower_bound', ...reasons, lower_bound: bound };
      }
      case 'scale': {
        const reasons = isPair ? { reason_prefill: 'scale', reason_decode: 'scale' } : {};
        const target = { prefill: prefill?.replicas ?? null, decode: decode?.replicas ?? null };
        return { ...nothing, ...rates, reason: 'scale', ...reasons, decision: target };
      }
    }
  },
};

function throughputInput(input: JsonValue): ThroughputInput {
  const config = objectAt(input, 'config') ?? {};
  const min = numberOr(1, config, 'min_endpoint');
  return {
    engines: enginesOf(input),
    prediction: {
      requestCount: numberAt(input, 'num_req'),
      islTokens: numberAt(input, 'isl'),
      oslTokens: numberAt(input, 'osl'),
      kvHitRate: numberOr(Number.NaN, input, 'kv_hit_rate'),
      acceptLength: numberOr(1, input, 'accept_length'),
    },
    windowSeconds: numberAt(input, 'duration_s'),
    sla: {
      ttftMs: numberOr(numberOr(500, config, 'ttft'), config, 'ttft_ms'),
      itlMs: numberOr(numberOr(50, config, 'itl'), config, 'itl_ms'),
    },
    minPrefill: numberOr(min, config, 'prefill_min_endpoint'),
    minDecode: numberOr(min, config, 'decode_min_endpoint'),
    band: { minGpus: numberOr(-1, config, 'min_gpu_budget'), maxGpus: numberOr(8, config, 'max_gpu_budget') },
    bounds: valueAt(config, 'enable_load_scaling') === true,
  };
}

function enginesOf(input: JsonValue): ThroughputEngines {
  const mode = modeOf(input);
  const decode = engineOf(mode === 'agg' ? 'aggregated' : 'decode', input, objectAt(input, 'caps', 'decode'));
  const prefill = engineOf('prefill', input, objectAt(input, 'caps', 'prefill'));
  return mode === 'disagg' ? { mode, prefill, decode } : { mode, engine: mode === 'prefill' ? prefill : decode };
}

function engineOf(role: EngineRole, input: JsonValue, caps: JsonObject | undefined): ThroughputEngine | undefined {
  if (caps === undefined) return undefined;
  const time = forwardPass(role, valueAt(input, 'linear', role));
  return { time, limits: limitsOf(caps), gpusPerReplica: numberOr(1, caps, 'num_gpu') };
}

export function modeOf(input: JsonValue): ThroughputEngines['mode'] {
  const mode = stringAt(input, 'config', 'mode') ?? 'disagg';
  switch (mode) {
    case 'disagg':
    case 'prefill':
    case 'decode':
    case 'agg':
      return mode;
    default:
      throw new Error(`"${mode}" is not a mode of the planner`);
  }
}

function roleOf(name: string): EngineRole {
  switch (name) {
    case 'prefill':
    case 'decode':
    case 'aggregated':
      return name;
    default:
      throw new Error(`"${name}" is not a type of worker`);
  }
}

export function forwardPass(role: EngineRole, declared: JsonValue | undefined): ForwardPassTime {
  const [constantMs, prefillTokenMs, decodeRequestMs, decodeKvTokenMs] = Array.isArray(declared)
    ? declared.map(number)
    : LINEAR[role];
  return linearForwardPass({
    constantMs: constantMs ?? 0,
    prefillTokenMs: prefillTokenMs ?? 0,
    decodeRequestMs: decodeRequestMs ?? 0,
    decodeKvTokenMs: decodeKvTokenMs ?? 0,
  });
}

export function limitsOf(published: JsonObject): EngineLimits {
  return {
    maxBatchedTokens: numberOr(UNPUBLISHED_LIMITS.maxBatchedTokens, published, 'max_num_batched_tokens'),
    maxSequences: numberOr(UNPUBLISHED_LIMITS.maxSequences, published, 'max_num_seqs'),
    maxKvTokens: numberOr(UNPUBLISHED_LIMITS.maxKvTokens, published, 'max_kv_tokens'),
  };
}

function headPredictor(config: JsonValue): PredictorSettings {
  const settings = predictorOf(stringAt(config, 'load_predictor') ?? 'arima', config);
  if (settings.kind === 'constant') return settings;
  return { ...settings, minPoints: numberOr(5, config, 'kalman_min_points') };
}

function predictNext(forecaster: LoadForecaster, window: LoadWindow) {
  const { prediction, forecaster: next } = predictLoad(observeWindow(forecaster, window));
  const { requestCount, islTokens, oslTokens, kvHitRate, acceptLength } = prediction;
  const row: Answer = [requestCount, islTokens, oslTokens, Number.isNaN(kvHitRate) ? null : kvHitRate, acceptLength];
  return { forecaster: next, row };
}

function windowOf(window: JsonObject): LoadWindow {
  return {
    requestCount: numberOr(Number.NaN, window, 'num_req'),
    islTokens: numberOr(Number.NaN, window, 'isl'),
    oslTokens: numberOr(Number.NaN, window, 'osl'),
    kvHitRate: numberOr(Number.NaN, window, 'kv_hit_rate'),
    acceptLength: numberOr(Number.NaN, window, 'accept_length'),
  };
}

export function itemsAt(input: JsonValue, name: string): readonly JsonValue[] {
  const found = valueAt(input, name);
  return Array.isArray(found) ? found : [];
}

function optionalAt(input: JsonValue, name: string): number | undefined {
  const found = valueAt(input, name) ?? null;
  return found === null ? undefined : number(found);
}
