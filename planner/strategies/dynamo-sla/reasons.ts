import type { DynamoSlaSettings, PlanReason, Sla } from '../../../api/index.ts';
import { isoTime } from '../../metrics/index.ts';
import { counted, formatBeforeCeil, formatQuantity as q } from '../../quantity.ts';
import type { DecidingTraffic } from './deciding-traffic.ts';
import type { DynamoSlaTrace } from './decision.ts';

/** Decode workers that were ready, and who says so. */
export interface ReadyWorkers {
  readonly count: number;
  readonly source: 'metrics' | 'status';
}

/** Everything that one decision of dynamo-sla was made of. */
export interface ExplainedDecision {
  readonly settings: DynamoSlaSettings;
  readonly sla: Sla;
  readonly traffic: DecidingTraffic & { readonly kind: 'observed' };
  readonly trace: DynamoSlaTrace;
  /** For each role the profile's file and what it says that it measured. */
  readonly profile: { readonly prefill: string; readonly decode: string };
  readonly gpusPerReplica: { readonly prefill: number; readonly decode: number };
  /** Undefined where neither the metrics nor live status say. */
  readonly readyDecode: ReadyWorkers | undefined;
  /** Replicas before any guardrail. */
  readonly raw: { readonly prefill: number; readonly decode: number };
}

/** From the requests that were measured to prefill's raw number, a sentence for each step. */
export function prefillReasons(decision: ExplainedDecision): readonly PlanReason[] {
  const { settings, traffic, trace, gpusPerReplica, raw } = decision;
  const { deciding } = traffic;
  const { predicted, prefill } = trace;
  const factor = prefill.correctionFactor;
  const seconds = settings.intervalSeconds;
  const ttftMs = numberOf(deciding.ttftMs);
  return [
    ...observedLoad(decision),
    step('observed', 'islTokens', deciding.islTokens, `${q(deciding.islTokens)} prompt tokens per request on average`),
    step('observed', 'ttftMs', ttftMs, `${q(ttftMs)} ms to the first token on average`),
    forecastOf(decision, 'requestCount', predicted.requestCount, 'requests'),
    forecastOf(decision, 'islTokens', predicted.islTokens, 'prompt tokens per request'),
    step(
      'correction',
      'prefillCorrectionFactor',
      factor,
      prefill.expectedTtftMs === null
        ? uncorrected(settings, 'TTFT')
        : `${q(ttftMs)} ms measured ÷ ${q(prefill.expectedTtftMs)} ms in the profile at ${q(deciding.islTokens)} prompt tokens = ${q(factor)}; only a factor below 1 changes the demand`,
    ),
    step(
      'demand',
      'prefillTokensPerSecond',
      prefill.demandTokensPerSecond,
      `${q(predicted.requestCount)} requests × ${q(predicted.islTokens)} prompt tokens ÷ ${seconds} s × ${q(Math.min(1, factor))} = ${q(prefill.demandTokensPerSecond)} prompt tokens/s`,
    ),
    capacity(
      'prefillTokensPerSecondPerReplica',
      prefill.tokensPerSecondPerGpu,
      gpusPerReplica.prefill,
      `${decision.profile.prefill} at ${q(predicted.islTokens)} prompt tokens`,
      'prompt tokens/s',
    ),
    rawReplicas(decision, prefill, gpusPerReplica.prefill, raw.prefill, 'prompt tokens/s'),
  ];
}

/** From the requests that were measured to decode's raw number, a sentence for each step. */
export function decodeReasons(decision: ExplainedDecision): readonly PlanReason[] {
  const { settings, sla, traffic, trace, gpusPerReplica, raw, readyDecode } = decision;
  const { deciding } = traffic;
  const { predicted, decode } = trace;
  const itlMs = numberOf(deciding.itlMs);
  return [
    ...observedLoad(decision),
    step('observed', 'islTokens', deciding.islTokens, `${q(deciding.islTokens)} prompt tokens per request on average`),
    step('observed', 'oslTokens', deciding.oslTokens, `${q(deciding.oslTokens)} output tokens per request on average`),
    step('observed', 'itlMs', itlMs, `${q(itlMs)} ms between tokens on average`),
    step('observed', 'decodeReady', readyDecode?.count ?? Number.NaN, readyWords(readyDecode)),
    forecastOf(decision, 'requestCount', predicted.requestCount, 'requests'),
    forecastOf(decision, 'islTokens', predicted.islTokens, 'prompt tokens per request'),
    forecastOf(decision, 'oslTokens', predicted.oslTokens, 'output tokens per request'),
    step(
      'correction',
      'decodeCorrectionFactor',
      decode.correctionFactor,
      decode.expectedItlMs === null
        ? readyDecode === undefined || readyDecode.count === 0
          ? 'no decode worker is known to have been ready, so the factor stays 1'
          : uncorrected(settings, 'ITL')
        : `${q(itlMs)} ms measured ÷ ${q(decode.expectedItlMs)} ms in the profile at that load = ${q(decode.correctionFactor)}`,
    ),
    step(
      'correction',
      'correctedItlMs',
      decode.correctedItlMs,
      decode.correctionFactor > 0
        ? `ITL target ${q(sla.itlMs)} ms ÷ ${q(decode.correctionFactor)} = ${q(decode.correctedItlMs)} ms to look up in the profile`
        : `ITL target ${q(sla.itlMs)} ms, since a factor that is not above 0 corrects nothing`,
    ),
    step(
      'demand',
      'decodeTokensPerSecond',
      decode.demandTokensPerSecond,
      `${q(predicted.requestCount)} requests × ${q(predicted.oslTokens)} output tokens ÷ ${settings.intervalSeconds} s = ${q(decode.demandTokensPerSecond)} output tokens/s`,
    ),
    capacity(
      'decodeTokensPerSecondPerReplica',
      decode.tokensPerSecondPerGpu,
      gpusPerReplica.decode,
      `${decision.profile.decode} within ${q(decode.correctedItlMs)} ms ITL at a context of ${q(decode.contextTokens)} tokens (ISL + OSL ÷ 2), ${q(decode.kvUsage * 100)} % of the KV cache in use`,
      'output tokens/s',
    ),
    rawReplicas(decision, decode, gpusPerReplica.decode, raw.decode, 'output tokens/s'),
  ];
}

function readyWords(ready: ReadyWorkers | undefined): string {
  if (ready === undefined) return 'neither the metrics nor a status say how many decode workers were ready';
  const workers = counted(ready.count, 'decode worker');
  switch (ready.source) {
    case 'metrics':
      return `${workers} ready when the window ended`;
    case 'status':
      return `${workers} ready in the status, since the metrics do not say`;
  }
}

function observedLoad({ settings, traffic }: ExplainedDecision): readonly PlanReason[] {
  const { deciding, windows, skipped } = traffic;
  const seconds = settings.intervalSeconds;
  const gaps = skipped === 0 ? 'none is missing' : `${skipped} without data left out`;
  return [
    step(
      'observed',
      'requestCount',
      deciding.requestCount,
      `${counted(deciding.requestCount, 'request')} completed in the ${seconds} s to ${isoTime(deciding.endMs)}, ${q(deciding.requestCount / seconds)} per second`,
    ),
    step('observed', 'windows', windows.length, `${counted(windows.length, 'window')} of ${seconds} s, ${gaps}`),
  ];
}

function forecastOf({ settings, traffic }: ExplainedDecision, name: string, value: number, unit: string): PlanReason {
  const logarithm = settings.log1p ? ' of the logarithm' : '';
  switch (settings.predictor) {
    case 'constant':
      return step('forecast', name, value, `next window: ${q(value)} ${unit}, as in the last (constant)`);
    case 'kalman':
      return step(
        'forecast',
        name,
        value,
        `next window: ${q(value)} ${unit}, Kalman level and trend${logarithm} over ${counted(traffic.windows.length, 'window')}`,
      );
  }
}

function uncorrected(settings: DynamoSlaSettings, latency: 'TTFT' | 'ITL'): string {
  return settings.correction
    ? `the profile has no ${latency} to compare with, so the factor stays 1`
    : 'correction is off, so the factor is 1';
}

function capacity(name: string, perGpu: number, gpus: number, where: string, unit: string): PlanReason {
  const explanation = `${where}: ${q(perGpu)} ${unit} per GPU × ${counted(gpus, 'GPU')} = ${q(perGpu * gpus)} ${unit} per replica`;
  return step('capacity', name, perGpu * gpus, explanation);
}

function rawReplicas(
  { settings }: ExplainedDecision,
  sized: { readonly demandTokensPerSecond: number; readonly tokensPerSecondPerGpu: number },
  gpus: number,
  raw: number,
  unit: string,
): PlanReason {
  const replicas = sized.demandTokensPerSecond / sized.tokensPerSecondPerGpu / gpus;
  const quotient = `${q(sized.demandTokensPerSecond)} ${unit} ÷ ${q(sized.tokensPerSecondPerGpu * gpus)} per replica = ${formatBeforeCeil(replicas)}`;
  const rounded = Math.ceil(replicas);
  const outcome = rounded === raw ? `${raw}` : `${q(rounded)}, at least ${settings.minEndpoint} (minEndpoint)`;
  return step('raw', 'replicas', raw, `${quotient} → ${outcome}`);
}

function step(stage: PlanReason['stage'], name: string, value: number, explanation: string): PlanReason {
  return { stage, name, value: Number.isFinite(value) ? value : null, explanation };
}

function numberOf(mean: { readonly kind: 'measured'; readonly value: number } | { readonly kind: 'missing' }): number {
  return mean.kind === 'measured' ? mean.value : Number.NaN;
}
