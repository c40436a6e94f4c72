import type { Workload } from '../workload/index.ts';
import { arrivedMetrics } from './minute-metrics.ts';
import type { ReplayInput, ReplayProgress } from './replay-input.ts';
import type { ReplayedPolicy } from './replayed-policy.ts';

const MINUTES_PER_DAY = 1440;
const MINUTES_PER_HOUR = 60;

export interface LockstepQuestion {
  readonly workload: Workload;
  /** First minute that policies run in; of those before they only remember what arrived. */
  readonly begin: number;
  readonly judged: ReplayInput['judged'];
  /** A minute that a day begins with. */
  readonly daysFrom: number;
  /** Told of each minute before policies decide on it. */
  readonly begins?: (index: number, isJudged: boolean) => void;
}

/** Lets policies live through the same minutes side by side. Tells of its progress after each hour. */
export function* lockstep(
  replayed: readonly ReplayedPolicy[],
  { workload, begin, judged, daysFrom, begins }: LockstepQuestion,
): Generator<ReplayProgress, void> {
  for (let index = 0; index < begin; index += 1) {
    const arrived = arrivedMetrics(workload, workload.minute(index));
    for (const one of replayed) one.remember(arrived);
  }
  for (let index = begin; index < judged.to; index += 1) {
    const minute = workload.minute(index);
    const isInside = index >= judged.from;
    const isJudged = isInside && minute.hasData;
    begins?.(index, isJudged);
    const arrived = arrivedMetrics(workload, minute);
    for (const one of replayed) one.step(minute, arrived, isJudged);
    if (!isInside) continue;
    const done = index + 1 - judged.from;
    const isLast = index + 1 === judged.to;
    if ((index + 1 - daysFrom) % MINUTES_PER_DAY === 0 || isLast) for (const one of replayed) one.endDay();
    if (done % MINUTES_PER_HOUR !== 0 && !isLast) continue;
    for (const one of replayed) one.endHour();
    yield { done, all: judged.to - judged.from };
  }
}
