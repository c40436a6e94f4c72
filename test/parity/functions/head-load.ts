import { isObject, type JsonObject, type JsonValue, objectAt, stringAt, valueAt } from '../../../api/index.ts';
import {
  aggregatedSlaSignal,
  boundedThresholds,
  coversWorkers,
  decidePairLoad,
  decideRoleLoad,
  decodeSlaSignal,
  decodeThresholdSignal,
  type EngineLimits,
  LATENCY_THRESHOLDS,
  type LoadHold,
  type LoadReason,
  type LoadRole,
  type LoadSignal,
  type LoadThresholds,
  leadingReason,
  observeShape,
  prefillSlaSignal,
  prefillThresholdSignal,
  type QueueLoad,
  type RankLoad,
  type RequestShape,
  type SlaContext,
  THROUGHPUT_THRESHOLDS,
  UNKNOWN_SHAPE,
} from '../../../planner/index.ts';
import type { Answer } from '../compare.ts';
import { forwardPass, itemsAt, limitsOf, modeOf } from './head-sizing.ts';
import { numberAt, numberOr, type Replay } from './shared.ts';

export const headLoadFunctions: { readonly [name: string]: Replay } = {
  'head.reconcile_fpm_worker_count': (input) => {
    const keys = itemsAt(input, 'keys').map((key) => (Array.isArray(key) ? key : []));
    const reports = keys.map(([worker, rank]) => ({ worker: String(worker), rank: Number(rank) }));
    return coversWorkers(reports, numberAt(input, 'dgd_count'));
  },

  'head.load.advance': (input) => advance(input),
};

type RoleName = 'prefill' | 'decode';

/** Seconds of the slowest worker, filled in when a signal is asked for. */
interface Estimates {
  ttft: number | undefined;
  itl: number | undefined;
}

function advance(input: JsonValue): Answer {
  const config = objectAt(input, 'config') ?? {};
  const mode = modeOf(input);
  const estimates: Estimates = { ttft: undefined, itl: undefined };
  const band = { minGpus: numberOr(-1, config, 'min_gpu_budget'), maxGpus: numberOr(8, config, 'max_gpu_budget') };
  const role = (name: RoleName) => roleOf(input, name, estimates);
  const milliseconds = () => ({
    estimated_ttft_ms: estimates.ttft === undefined ? null : estimates.ttft * 1000,
    estimated_itl_ms: estimates.itl === undefined ? null : estimates.itl * 1000,
  });
  if (mode === 'disagg') {
    const decision = decidePairLoad(role('prefill'), role('decode'), band);
    if (decision.kind === 'held') return { ...heldRow(decision.why, true), ...milliseconds() };
    const { prefill, decode, changes } = decision;
    return {
      decision: changes ? { prefill: prefill.replicas, decode: decode.replicas } : null,
      reason: REASONS[leadingReason([prefill.reason, decode.reason])],
      reason_prefill: REASONS[prefill.reason],
      reason_decode: REASONS[decode.reason],
      ...milliseconds(),
    };
  }
  const name = mode === 'prefill' ? 'prefill' : 'decode';
  const decision = decideRoleLoad(role(name), band);
  if (decision.kind === 'held') return { ...heldRow(decision.why, false), ...milliseconds() };
  return {
    decision: decision.changes ? { prefill: null, decode: null, [name]: decision.role.replicas } : null,
    reason: REASONS[decision.role.reason],
    reason_prefill: null,
    reason_decode: null,
    ...milliseconds(),
  };
}

const REASONS: { readonly [reason in LoadReason]: string } = {
  'scale-up': 'scale_up',
  'scale-down': 'scale_down',
  'capped-by-throughput': 'scale_down_capped_by_throughput',
  missing: 'insufficient_data',
  refused: 'scale_down_refused_consolidation',
  'no-change': 'no_change',
};

const HOLDS: { readonly [hold in LoadHold]: string } = {
  'no-reports': 'no_fpm_data',
  'scaling-in-progress': 'scaling_in_progress',
  'worker-count-mismatch': 'worker_count_mismatch',
};

function heldRow(why: LoadHold, isPair: boolean) {
  const reason = HOLDS[why];
  return { decision: null, reason, reason_prefill: isPair ? reason : null, reason_decode: isPair ? reason : null };
}

function roleOf(input: JsonValue, name: RoleName, estimates: Estimates): LoadRole {
  const config = objectAt(input, 'config') ?? {};
  const caps = objectAt(input, 'caps', name) ?? {};
  const reports = valueAt(input, 'fpm', name);
  const bound = itemsAt(input, 'lower_bound')[name === 'prefill' ? 0 : 1];
  const ready = numberOr(0, input, 'workers', `ready_num_${name}`);
  return {
    ready,
    expected: numberOr(ready, input, 'workers', `expected_num_${name}`),
    isScaling: valueAt(input, 'workers', `${name}_scaling_in_progress`) === true,
    gpusPerReplica: numberOr(1, caps, 'num_gpu'),
    minReplicas: numberOr(numberOr(1, config, 'min_endpoint'), config, `${name}_min_endpoint`),
    throughputBound: valueAt(config, 'enable_throughput_scaling') === true && typeof bound === 'number' ? bound : 0,
    reports: Array.isArray(reports) ? reports.filter(isObject).map(rankOf) : undefined,
    signalOf: (ranks) =>
      stringAt(config, 'optimization_target') === 'sla'
        ? slaSignalOf(input, name, ranks, ready, estimates)
        : thresholdSignalOf(input, name, ranks, ready),
  };
}

function thresholdSignalOf(input: JsonValue, name: RoleName, ranks: readonly RankLoad[], ready: number): LoadSignal {
  const thresholds = thresholdsOf(objectAt(input, 'config') ?? {});
  const known = (field: string) => {
    const value = valueAt(input, 'caps', name, field);
    return typeof value === 'number' ? value : undefined;
  };
  return name === 'prefill'
    ? prefillThresholdSignal(ranks, ready, known('context_length'), thresholds)
    : decodeThresholdSignal(ranks, ready, known('max_kv_tokens'), thresholds, modeOf(input) === 'agg');
}

function thresholdsOf(config: JsonObject): LoadThresholds {
  switch (stringAt(config, 'optimization_target')) {
    case 'latency':
      return LATENCY_THRESHOLDS;
    case 'load':
      return boundedThresholds({
        prefillUpTokens: numberOr(Number.POSITIVE_INFINITY, config, 'prefill_scale_up_queue_tokens'),
        prefillDownTokens: numberOr(Number.NEGATIVE_INFINITY, config, 'prefill_scale_down_queue_tokens'),
        decodeUpPercent: numberOr(Number.POSITIVE_INFINITY, config, 'decode_scale_up_kv_rate'),
        decodeDownPercent: numberOr(Number.NEGATIVE_INFINITY, config, 'decode_scale_down_kv_rate'),
      });
    default:
      return THROUGHPUT_THRESHOLDS;
  }
}

function slaSignalOf(
  input: JsonValue,
  name: RoleName,
  ranks: readonly RankLoad[],
  ready: number,
  estimates: Estimates,
): LoadSignal {
  if (valueAt(input, 'model_ready') === false) return 'missing';
  const ttft = () => contextOf(input, name, ready, 'ttft');
  const itl = () => contextOf(input, name, ready, 'itl');
  if (modeOf(input) === 'agg') {
    const { signal, worstTtftSeconds, worstItlSeconds } = aggregatedSlaSignal(ranks, ttft(), itl());
    estimates.ttft = worstTtftSeconds;
    estimates.itl = worstItlSeconds;
    return signal;
  }
  const { signal, worstSeconds } = name === 'prefill' ? prefillSlaSignal(ranks, ttft()) : decodeSlaSignal(ranks, itl());
  estimates[name === 'prefill' ? 'ttft' : 'itl'] = worstSeconds;
  return signal;
}

function contextOf(input: JsonValue, name: RoleName, ready: number, latency: 'ttft' | 'itl'): SlaContext {
  const config = objectAt(input, 'config') ?? {};
  const engine = modeOf(input) === 'agg' ? 'aggregated' : name;
  const drafted = numberOr(0, config, 'speculative_nextn');
  const limits: EngineLimits = limitsOf(objectAt(input, 'caps', name) ?? {});
  return {
    ready,
    time: forwardPass(engine, valueAt(input, 'linear', engine)),
    limits,
    shape: shapeOf(input, name),
    kvHitRate: numberOr(Number.NaN, input, 'kv_hit_rate'),
    acceptLength: Math.min(Math.max(numberOr(1, input, 'accept_length'), 1), drafted + 1),
    targetSeconds: numberOr(latency === 'ttft' ? 500 : 50, config, `${latency}_ms`) / 1000,
    sensitivity: numberOr(80, config, 'load_scaling_down_sensitivity') / 100,
  };
}

function shapeOf(input: JsonValue, name: RoleName): RequestShape {
  return itemsAt(input, 'observe').reduce<RequestShape>((shape, tick) => {
    const reports = valueAt(tick, name);
    return Array.isArray(reports) ? observeShape(shape, reports.filter(isObject).map(rankOf)) : shape;
  }, UNKNOWN_SHAPE);
}

function rankOf(report: JsonObject): RankLoad {
  return {
    worker: stringAt(report, 'worker_id') ?? '',
    rank: numberOr(0, report, 'dp_rank'),
    scheduled: queueOf(objectAt(report, 'sched') ?? {}),
    queued: queueOf(objectAt(report, 'queued') ?? {}),
  };
}

function queueOf(queue: JsonObject): QueueLoad {
  return {
    prefillRequests: numberOr(0, queue, 'num_prefill_requests'),
    prefillTokens: numberOr(0, queue, 'sum_prefill_tokens'),
    decodeRequests: numberOr(0, queue, 'num_decode_requests'),
    decodeKvTokens: numberOr(0, queue, 'sum_decode_kv_tokens'),
  };
}
