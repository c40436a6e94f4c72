import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { prefillMs } from '../../capacity/index.ts';
import { ASSUMED_LENGTH_VARIATION, normalQuantile } from '../../queueing/index.ts';
import type { EngineSpec } from '../engine/index.ts';
import type { MinuteMetrics } from '../policies/index.ts';
import type { Observation } from '../simulator/index.ts';
import type { Workload, WorkloadMinute } from '../workload/index.ts';

const Z95 = normalQuantile(0.95);
const NOTHING = Number.NaN;

/** What metrics show of a minute that no replay ran: what arrived. */
export function arrivedMetrics(workload: Workload, minute: WorkloadMinute): MinuteMetrics {
  const { index, hasData, arrivalsPerSecond, shape } = minute;
  const started = arrivalsPerSecond.reduce((sum, count) => sum + count, 0);
  const isBusy = hasData && started > 0;
  return {
    startMs: workload.startMs + index * 60_000,
    started: hasData ? started : NOTHING,
    islTokens: isBusy ? shape.islTokens : NOTHING,
    oslTokens: isBusy ? shape.oslTokens : NOTHING,
    islVariation: isBusy ? shape.islVariation : NOTHING,
    oslVariation: isBusy ? (workload.showsOutputs ? shape.oslVariation : ASSUMED_LENGTH_VARIATION) : NOTHING,
    ...{ completed: NOTHING, ttftMs: NOTHING, ttftP95Ms: NOTHING, itlMs: NOTHING, requestSeconds: NOTHING },
    ...{ queueDepth: NOTHING, kvUsage: NOTHING, concurrency: NOTHING, prefillReady: NOTHING, decodeReady: NOTHING },
  };
}

/** What metrics show of a minute that was simulated; of one in a gap nothing but what runs. */
export function simulatedMetrics(
  arrived: MinuteMetrics,
  observed: Observation,
  { engine, serving }: { readonly engine: EngineSpec; readonly serving: ReplicaPair },
): MinuteMetrics {
  const ready = { prefillReady: serving.prefill, decodeReady: serving.decode };
  if (Number.isNaN(arrived.started)) return { ...arrived, ...ready };
  const { completed, ttftMs, itlMs, queueDepth, kvUsage, concurrency } = observed;
  return {
    ...arrived,
    ...ready,
    ...{ completed, ttftMs, itlMs, queueDepth, kvUsage, concurrency },
    ttftP95Ms: ttftMs + longerPromptsMs(arrived, engine),
    requestSeconds: (ttftMs + arrived.oslTokens * itlMs) / 1000,
  };
}

/**
 * How much longer the prefill of a prompt at the 95th percentile takes than that of a mean one, lengths being lognormal. A
 * simulation tells the mean TTFT; a wait is about as long for long prompts as for short ones.
 */
function longerPromptsMs({ islTokens, islVariation }: MinuteMetrics, { model: { prefill } }: EngineSpec): number {
  if (Number.isNaN(islTokens)) return NOTHING;
  const variance = Math.log1p(islVariation);
  const long = islTokens * Math.exp(Z95 * Math.sqrt(variance) - variance / 2);
  return Math.max(0, prefillMs(prefill, long) - prefillMs(prefill, islTokens));
}
