import { itlMs, type PerformanceModel, prefillMs, slopeMs } from '../../capacity/index.ts';
import type { MinuteMetrics, PolicySetup } from './policy.ts';

/** Mean work of some minutes, and the lengths of its requests. */
export interface MeasuredWork {
  readonly requestsPerSecond: number;
  readonly islTokens: number;
  readonly oslTokens: number;
}

/** Means over minutes that have data, lengths weighed by requests; undefined where none has any request. */
export function workOf(minutes: readonly MinuteMetrics[]): MeasuredWork | undefined {
  let [known, requests, prompts, outputs, weight] = [0, 0, 0, 0, 0];
  for (const { started, islTokens, oslTokens } of minutes) {
    if (Number.isNaN(started)) continue;
    known += 1;
    requests += started;
    if (!(started > 0 && islTokens > 0 && oslTokens > 0)) continue;
    weight += started;
    prompts += started * islTokens;
    outputs += started * oslTokens;
  }
  if (weight === 0) return undefined;
  return { requestsPerSecond: requests / (60 * known), islTokens: prompts / weight, oslTokens: outputs / weight };
}

/** Requests/s that one prefill replica does when it is busy all the time. */
export function prefillCapacity({ prefill }: PerformanceModel, { islTokens }: MeasuredWork): number {
  return 1000 / prefillMs(prefill, islTokens);
}

/** Requests/s that one decode replica does at the largest batch that keeps the ITL target, or at one request where none does. */
export function decodeCapacity({ model, sla }: Pick<PolicySetup, 'model' | 'sla'>, work: MeasuredWork): number {
  const { decode } = model;
  const context = work.islTokens + work.oslTokens / 2;
  const allowed = (sla.itlMs - decode.fixedMs) / slopeMs(decode, context);
  const batch = Math.max(1, Math.min(allowed, decode.maxBatch, decode.maxKvTokens / context));
  return (batch * 1000) / (work.oslTokens * itlMs(decode, batch, context));
}
