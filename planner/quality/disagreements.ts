import { cellAt, type TrafficSeries } from '../metrics/index.ts';
import { formatQuantity as q } from '../quantity.ts';
import type { Stretch } from './question.ts';

/** Fewer requests than this may disagree by chance. */
const ENOUGH_REQUESTS = 20;
/** Started over completed, or the other way round, beyond which one of them is not the demand. */
const STARTED_FACTOR = 2;
/** Measured duration over what TTFT, ITL and output length give, or the other way round. */
const DURATION_FACTOR = 2;

/** Numbers of one stretch that cannot all describe the same requests, in words. */
export function disagreements(series: TrafficSeries, stretch: Stretch): readonly string[] {
  return [startedAndCompleted(series, stretch), durationAndParts(series, stretch)].filter((one) => one !== undefined);
}

/** More in flight explains a difference once; the concurrency says how much. */
function startedAndCompleted({ columns }: TrafficSeries, { first, end }: Stretch): string | undefined {
  let [started, completed] = [0, 0];
  for (let index = first; index < end; index += 1) {
    const [one, other] = [cellAt(columns.startedCount, index), cellAt(columns.requestCount, index)];
    if (one === null || other === null) continue;
    started += one;
    completed += other;
  }
  if (Math.max(started, completed) < ENOUGH_REQUESTS) return undefined;
  const counts = `${q(started)} requests arrived and ${q(completed)} completed`;
  if (started > STARTED_FACTOR * completed) return `${counts}, so completions do not show the demand`;
  return completed > STARTED_FACTOR * started ? `${counts}, so arrivals are not all counted` : undefined;
}

/** A mean duration is the mean TTFT and one ITL for each output token after the first, where all measure the same requests. */
function durationAndParts({ columns }: TrafficSeries, { first, end }: Stretch): string | undefined {
  let [measuredMs, expectedMs, requests] = [0, 0, 0];
  for (let index = first; index < end; index += 1) {
    const count = cellAt(columns.requestCount, index);
    const [ttftMs, itlMs] = [cellAt(columns.ttftMs, index), cellAt(columns.itlMs, index)];
    const [tokens, seconds] = [cellAt(columns.oslTokens, index), cellAt(columns.requestSeconds, index)];
    if (count === null || ttftMs === null || itlMs === null || tokens === null || seconds === null) continue;
    requests += count;
    measuredMs += count * seconds * 1000;
    expectedMs += count * (ttftMs + itlMs * Math.max(0, tokens - 1));
  }
  if (requests < ENOUGH_REQUESTS) return undefined;
  const isOff = measuredMs > DURATION_FACTOR * expectedMs || expectedMs > DURATION_FACTOR * measuredMs;
  if (!isOff) return undefined;
  const [measured, expected] = [measuredMs, expectedMs].map((sum) => q(sum / requests / 1000));
  return `requests took ${measured} s on average, and ${expected} s by TTFT + ITL × (output tokens − 1), so one of these is measured wrong`;
}
