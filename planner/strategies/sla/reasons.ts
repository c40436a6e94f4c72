import type { PlanReason, SlaSettings } from '../../../api/index.ts';
import { contextTokens, prefillMs } from '../../capacity/index.ts';
import { formatBeforeCeil, formatQuantity as q } from '../../quantity.ts';
import { arrivingWork, prefillOutcome, requestsAtOnce } from '../../queueing/index.ts';
import type { ComparedModel } from './correct-model.ts';
import type { Forecast, SlaDecision } from './decision.ts';
import { horizonSteps } from './horizon-reasons.ts';
import { observedLatency, observedLoad, observedReady } from './observed-reasons.ts';
import { step } from './step.ts';
import { MOST_TIMES_MEASURED } from './worst-demand.ts';

/** A service's number, and what it would be without a budget and a doubt. */
export interface ChosenNumber {
  readonly raw: number;
  readonly wanted: number;
  /** Replicas in the manifest. */
  readonly current: number | undefined;
}

/** From the requests that arrived to prefill's raw number, a sentence for each step. */
export function prefillReasons(decision: SlaDecision, number: ChosenNumber): readonly PlanReason[] {
  return [
    ...observedLoad(decision),
    ...observedLatency(decision, 'ttftMs', 'to the first token'),
    ...observedReady(decision, 'prefillReady'),
    ...prefillSteps(decision),
    ...horizonSteps(decision),
    ...worstSteps(decision, ['prefill']),
    rawNumber(
      decision,
      number,
      [ttftWords(decision, number)],
      [`prefill ${runnerUp(decision, 'prefill', number.raw)}`],
    ),
  ];
}

/** From the requests that arrived to decode's raw number, a sentence for each step. */
export function decodeReasons(decision: SlaDecision, number: ChosenNumber): readonly PlanReason[] {
  return [
    ...observedLoad(decision),
    ...observedLatency(decision, 'itlMs', 'between tokens'),
    ...observedReady(decision, 'decodeReady'),
    ...decodeSteps(decision),
    ...horizonSteps(decision),
    ...worstSteps(decision, ['decode']),
    rawNumber(decision, number, [itlWords(decision, number)], [`decode ${runnerUp(decision, 'decode', number.raw)}`]),
  ];
}

/** The same for a worker that does both. */
export function workerReasons(decision: SlaDecision, number: ChosenNumber): readonly PlanReason[] {
  const { needed } = decision;
  const binding = needed.prefill >= needed.decode ? 'prefill' : 'decode';
  const both = `TTFT takes ${needed.prefill} and ITL ${needed.decode}`;
  return [
    ...observedLoad(decision),
    ...observedLatency(decision, 'ttftMs', 'to the first token'),
    ...observedLatency(decision, 'itlMs', 'between tokens'),
    ...observedReady(decision, 'decodeReady'),
    ...prefillSteps(decision),
    ...decodeSteps(decision),
    ...horizonSteps(decision),
    ...worstSteps(decision, ['prefill', 'decode']),
    rawNumber(
      decision,
      number,
      [both, ttftWords(decision, number), itlWords(decision, number)],
      [runnerUp(decision, binding, number.raw)],
    ),
  ];
}

export function idleReasons(why: string): readonly PlanReason[] {
  return [
    step('observed', 'requestCount', 0, why),
    step('raw', 'replicas', 1, `${why}: one worker is left, so that the model stays available`),
  ];
}

function prefillSteps(decision: SlaDecision): readonly PlanReason[] {
  const { demand, loads, forecasts, model, words, compared, sla, recent } = decision;
  const { requestsPerSecond, meanServiceMs, serviceVariation } = arrivingWork(loads.prefill);
  const engines = (requestsPerSecond * meanServiceMs) / 1000;
  const { fixedMs, perTokenMs, perSquaredTokenMs, error, islTokens } = model.prefill;
  const formula = `${q(fixedMs)} ms + ${q(perTokenMs * 1000)} ms per 1,000 tokens + ${q(perSquaredTokenMs * 1e6)} ms per 1,000 tokens squared`;
  const { hopeless } = prefillOutcome(loads.prefill, 1, sla.ttftMs);
  const late =
    hopeless > 0
      ? `; ${percent(hopeless)} of the prompts take longer than the target by themselves, which no number of replicas changes`
      : '';
  return [
    forecastStep('prefillTokensPerSecond', forecasts.prefill, 'prompt tokens/s', decision),
    prefillCorrection(compared, decision),
    step(
      'demand',
      'prefillRequestsPerSecond',
      requestsPerSecond,
      `${q(demand.prefillTokensPerSecond)} prompt tokens/s ÷ ${q(recent.islTokens)} per request = ${q(requestsPerSecond)} requests/s`,
    ),
    step(
      'capacity',
      'prefillMsPerRequest',
      meanServiceMs,
      `${words.prefill}: ${formula} (${percent(error.mape)} off on average${beyond(recent.islTokens, islTokens)}) = ${q(prefillMs(model.prefill, recent.islTokens))} ms for a prompt of ${q(recent.islTokens)} tokens; ${q(meanServiceMs)} ms on an engine on average over all lengths, squared variation ${q(serviceVariation)}${late}`,
    ),
    step(
      'demand',
      'prefillEnginesBusy',
      engines,
      `${q(requestsPerSecond)} requests/s × ${q(meanServiceMs)} ms = ${q(engines)} engines busy on average, before anybody's wait is short`,
    ),
  ];
}

function prefillCorrection({ correction, ttft, quiet }: ComparedModel, decision: SlaDecision): PlanReason {
  if (!decision.isCompared) return uncompared('prefillFactor', decision);
  const overhead =
    correction.overheadMs > 0
      ? `; ${q(correction.overheadMs)} ms of TTFT in quiet times are not prefill, and are taken off the target`
      : '';
  const words =
    ttft === undefined
      ? quiet > 0
        ? `engines were nearly idle in ${quiet} buckets, which says nothing about waits, so the model counts as it is`
        : 'too few buckets with TTFT and ready workers to compare the model with, so it counts as it is'
      : ttft.ratio > 1
        ? `TTFT over ${ttft.buckets} buckets is what prefill ${q(ttft.ratio)} times as slow would give at that load`
        : `TTFT over ${ttft.buckets} buckets is what prefill in ${q(ttft.ratio)} of its time would give at that load, which is no promise, so the model counts as it is`;
  return step('correction', 'prefillFactor', correction.prefillFactor, `${words}${overhead}`);
}

function uncompared(name: string, { settings }: SlaDecision): PlanReason {
  const why = settings.correction ? 'it was learned from it' : 'correction is off';
  return step('correction', name, 1, `not compared with what was measured (${why})`);
}

function decodeSteps(decision: SlaDecision): readonly PlanReason[] {
  const { demand, loads, forecasts, model, words, compared, sla, sizing, settings } = decision;
  const { limit } = sizing.decode;
  const context = contextTokens(demand);
  const share = q((context - demand.islTokens) / demand.oslTokens);
  const outputs = share === '1' ? 'OSL' : `${share} × OSL`;
  const { error, contextTokens: measured, maxKvTokens, maxBatch } = model.decode;
  const most = Math.min(maxKvTokens / context, maxBatch, settings.maxBatch ?? Number.POSITIVE_INFINITY);
  const why =
    most === settings.maxBatch
      ? `maxBatch is ${settings.maxBatch}`
      : most === maxBatch
        ? `no larger batch was measured than ${q(maxBatch)}`
        : `its KV cache holds ${q(maxKvTokens)} tokens, ${q(most)} such contexts`;
  const bound = limit.isMet
    ? limit.boundBy === 'itl'
      ? `a batch of ${q(limit.batch)} keeps ${q(sla.itlMs)} ms`
      : `${why}, so a batch of ${q(limit.batch)} at ${q(limit.itlMs)} ms`
    : `even one request alone takes ${q(limit.itlMs)} ms, so the target of ${q(sla.itlMs)} ms cannot be met, and one at a time is the best there is`;
  const atOnce = requestsAtOnce(loads.decode, limit.itlMs);
  return [
    forecastStep('decodeTokensPerSecond', forecasts.decode, 'output tokens/s', decision),
    decodeCorrection(compared, decision),
    step(
      'capacity',
      'decodeBatchPerReplica',
      limit.batch,
      `${words.decode}: ${q(loads.decode.fixedMs)} ms + ${q(loads.decode.slopeMs)} ms per request at a context of ${q(context)} tokens (ISL + ${outputs}; ${percent(error.mape)} off on average${beyond(context, measured)}): ${bound}`,
    ),
    step(
      'demand',
      'decodeRequestsAtOnce',
      atOnce,
      `${q(demand.decodeTokensPerSecond)} output tokens/s × ${q(limit.itlMs)} ms between them = ${q(atOnce)} requests at once on average`,
    ),
  ];
}

function decodeCorrection({ correction, itl }: ComparedModel, decision: SlaDecision): PlanReason {
  if (!decision.isCompared) return uncompared('decodeFactor', decision);
  const words =
    itl === undefined
      ? 'too few buckets with ITL and ready workers to compare the model with, so it counts as it is'
      : itl.ratio > 1
        ? `ITL over ${itl.buckets} buckets was ${q(itl.ratio)} times the model's at that load`
        : `ITL over ${itl.buckets} buckets was ${q(itl.ratio)} times the model's at that load, which is no promise, so the model counts as it is`;
  return step('correction', 'decodeFactor', correction.decodeFactor, words);
}

function forecastStep(name: string, forecast: Forecast, unit: string, { settings }: SlaDecision): PlanReason {
  const { leadSeconds, holdSeconds } = settings.forecast;
  const { upper, median, method, level, residuals, residualSpace, coverage, gaps } = forecast;
  const past = residuals === 0 ? 'errors of the fitted model' : `${q(residuals)} past errors`;
  const kept = coverage === null ? '' : `, enough in ${percent(coverage)} of them`;
  const missing = gaps === 0 ? '' : `, ${gaps} buckets without data left out`;
  return step(
    'forecast',
    name,
    upper,
    `at most ${q(upper)} ${unit} with ${percent(level)} from ${q(leadSeconds)} s ahead for ${q(holdSeconds)} s, as likely as not ${q(median)}: ${method}, ${past} (${residualSpace})${kept}${missing}`,
  );
}

/** What a decision would take, had the buckets without data been the worst that they can have been. */
function worstSteps({ worstCase }: SlaDecision, roles: readonly ('prefill' | 'decode')[]): readonly PlanReason[] {
  if (worstCase === undefined) return [];
  const { needed, worst } = worstCase;
  const words = { prefill: 'prompt', decode: 'output' } as const;
  return roles.map((role) => {
    const upper = role === 'prefill' ? worst.prefillTokensPerSecond : worst.decodeTokensPerSecond;
    return step(
      'demand',
      `${role}ReplicasAtWorst`,
      needed[role],
      `with up to ${q(worst.most[role])} ${words[role]} tokens/s in each bucket without data (${MOST_TIMES_MEASURED} times the highest that was measured, or what all replicas could carry), at most ${q(upper)} tokens/s are to be expected, which ${needed[role]} would serve`,
    );
  });
}

function rawNumber(
  decision: SlaDecision,
  { raw, wanted, current }: ChosenNumber,
  outcome: readonly string[],
  alternatives: readonly string[],
): PlanReason {
  const { settings, isSaturated, measuredTtftMs, sla } = decision;
  const cut =
    raw < wanted ? [`${wanted} would keep the SLA; within maxGpus (${settings.maxGpus}) this keeps most of it`] : [];
  const saturated =
    isSaturated && raw === current && raw > wanted
      ? [
          measuredTtftMs === undefined
            ? `${wanted} by what was completed, but nobody measured TTFT, so that more may arrive than is completed, and nothing is taken away`
            : `${wanted} by what was completed, but TTFT was ${q(measuredTtftMs)} ms against ${q(sla.ttftMs)} ms, so that more arrives than is completed, and nothing is taken away`,
        ]
      : [];
  return step(
    'raw',
    'replicas',
    raw,
    [`${raw}: ${outcome.join('; ')}`, ...cut, ...saturated, ...alternatives].join('; '),
  );
}

function ttftWords({ sizing, loads, sla, settings }: SlaDecision, { raw }: ChosenNumber): string {
  const { utilization } = prefillOutcome(loads.prefill, raw, sla.ttftMs);
  return `${latencyWords('TTFT', sizing.prefill.latencyMs(raw), sla.ttftMs, settings)}, engines ${percent(utilization)} busy`;
}

function itlWords({ sizing, sla, settings }: SlaDecision, { raw }: ChosenNumber): string {
  const { exact, limit } = sizing.decode;
  const margin = `${formatBeforeCeil(exact)} engines hold the requests at once, with a margin for ${percent(settings.percentile)} of the time, at ${q(limit.batch)} each`;
  return `${margin}; ${latencyWords('ITL', sizing.decode.latencyMs(raw), sla.itlMs, settings)}`;
}

function latencyWords(name: string, latencyMs: number, targetMs: number, { percentile }: SlaSettings): string {
  if (!Number.isFinite(latencyMs)) return `they cannot keep up, so that ${name} has no bound`;
  const sign = latencyMs <= targetMs * (1 + 1e-6) ? '≤' : '>';
  return `${name} p${q(percentile * 100)} ${q(latencyMs)} ms ${sign} ${q(targetMs)} ms`;
}

/** What the next smaller number would save and cost. */
function runnerUp({ sizing, sla, settings, workers }: SlaDecision, role: 'prefill' | 'decode', raw: number): string {
  const fewer = raw - 1;
  if (fewer < 1) return 'has to keep 1';
  const gpus = typeof workers.gpusPerReplica === 'number' ? workers.gpusPerReplica : workers.gpusPerReplica[role];
  const saved = `${fewer} would save ${gpus} GPU${gpus === 1 ? '' : 's'}`;
  const latency = role === 'prefill' ? 'TTFT' : 'ITL';
  const targetMs = role === 'prefill' ? sla.ttftMs : sla.itlMs;
  return `${saved}, ${latencyWords(latency, sizing[role].latencyMs(fewer), targetMs, settings)}`;
}

function beyond(value: number, { lowest, highest }: { readonly lowest: number; readonly highest: number }): string {
  return value >= lowest && value <= highest ? '' : `, and nothing was measured outside ${q(lowest)} to ${q(highest)}`;
}

const percent = (share: number): string => `${q(share * 100)} %`;
