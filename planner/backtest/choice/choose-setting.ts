import type { DayResult } from '../replay/index.ts';

/** Share of the requests of the training days that a setting should keep; more than is promised, as days differ. */
export const TRAINING_GOAL = 0.995;

/**
 * Which of several settings the days so far speak for: the cheapest that kept as much of their requests as the goal, or
 * the one that kept most where none did. The first of several days has no say, since nobody had learned anything when it began.
 * @param tried days of each setting, as they would have been with it, the first one first
 * @returns its place in `tried`
 */
export function chooseSetting(tried: readonly (readonly DayResult[])[], goal = TRAINING_GOAL): number {
  const sums = tried.map((all) => {
    const days = daysWithSay(all);
    const requests = days.reduce((sum, day) => sum + day.requests, 0);
    const attained = days.reduce((sum, day) => sum + day.attained, 0);
    const gpuSeconds = days.reduce((sum, day) => sum + day.gpuSeconds, 0);
    return { attainment: requests === 0 ? 1 : attained / requests, gpuSeconds };
  });
  let chosen = 0;
  for (const [place, one] of sums.entries()) {
    const best = sums[chosen];
    if (best === undefined) continue;
    const isKept = one.attainment >= goal;
    const wasKept = best.attainment >= goal;
    const isCheaper = one.gpuSeconds < best.gpuSeconds;
    if (isKept !== wasKept ? isKept : isKept ? isCheaper : one.attainment > best.attainment) chosen = place;
  }
  return chosen;
}

/** The days that a setting is chosen by: of several not the first. */
export function daysWithSay(days: readonly DayResult[]): readonly DayResult[] {
  return days.length > 1 ? days.slice(1) : days;
}
