import type { PlanReason } from '../../../api/index.ts';
import { cellAt, isoTime } from '../../metrics/index.ts';
import { counted, formatQuantity as q } from '../../quantity.ts';
import { arrivalWords } from './arrivals.ts';
import type { SlaDecision } from './decision.ts';
import { meanOver } from './recent-traffic.ts';
import { step } from './step.ts';
import type { Variation } from './variation.ts';

/** What was measured, by the names of its columns, so that each can be shown with the query that it came from. */
export function observedLoad({ series, recent, evidence, variation }: SlaDecision): readonly PlanReason[] {
  const { arrivals, lengths, outputs } = variation;
  const { requests, requestsPerSecond, islTokens, oslTokens, seconds, endMs, busy } = recent;
  const stretch = `the ${q(seconds)} s measured to ${isoTime(endMs)}`;
  const column = evidence === 'started' ? 'startedCount' : 'requestCount';
  const arrived = `${counted(requests, 'request')} arrived in ${stretch}, ${q(requestsPerSecond)} per second, by ${arrivalWords(evidence)}`;
  const inFlight = evidence === 'in-flight' ? cellAt(series.columns.concurrency, recent.end - 1) : null;
  const perRequest = (length: number, what: string) =>
    `${q(length)} ${what} tokens per request on average over ${counted(busy, 'bucket')}`;
  const lengthsVary = (lengths: 'isl' | 'osl', what: string, { value, words }: Variation) => {
    const p95 = `${lengths}P95Tokens` as const;
    const measured = meanOver(series, p95, recent);
    const sentence = `squared variation of ${what} lengths ${q(value)} (${words})`;
    return measured === undefined
      ? step('observed', `${lengths}Variation`, value, sentence)
      : step('observed', p95, measured, sentence);
  };
  return [
    step('observed', column, requests, arrived),
    ...(inFlight === null
      ? []
      : [step('observed', 'concurrency', inFlight, `${counted(inFlight, 'request')} in flight at the end`)]),
    step('observed', 'islTokens', islTokens, perRequest(islTokens, 'prompt')),
    step('observed', 'oslTokens', oslTokens, perRequest(oslTokens, 'output')),
    lengthsVary('isl', 'prompt', lengths),
    lengthsVary('osl', 'output', outputs),
    step(
      'observed',
      'arrivalVariation',
      arrivals.value,
      `squared variation of the time between arrivals ${q(arrivals.value)} (${arrivals.words})`,
    ),
  ];
}

export function observedReady(
  { series, recent }: SlaDecision,
  column: 'prefillReady' | 'decodeReady',
): readonly PlanReason[] {
  const ready = cellAt(series.columns[column], recent.end - 1);
  return ready === null ? [] : [step('observed', column, ready, `${counted(ready, 'worker')} ready at the end`)];
}

export function observedLatency(
  { series, recent }: SlaDecision,
  column: 'ttftMs' | 'itlMs',
  what: string,
): readonly PlanReason[] {
  const mean = meanOver(series, column, recent);
  if (mean === undefined) return [];
  return [step('observed', column, mean, `${q(mean)} ms ${what} on average over the same time`)];
}
