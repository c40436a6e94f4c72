import type { DayResult } from '../replay/index.ts';

/** Share of the requests of the training days that a setting should keep; more than is promised, as days differ. */
export const TRAINING_GOAL = 0.995;

/**
 * Which of several settings the days so far speak for: the first that kept as much of their requests as the goal, or the one that
 * kept most where none did. They stand as in a `Family`, so that the first is the cheapest. The first of several days has no
 * say, since nobody had learned anything when it began.
 * @param tried days of each setting, as they would have been with it
 * @returns its place in `tried`
 */
export function chooseSetting(tried: readonly (readonly DayResult[])[], goal = TRAINING_GOAL): number {
  const kept = tried.map(attainmentOf);
  const first = kept.findIndex((attainment) => attainment >= goal);
  return first < 0 ? kept.indexOf(Math.max(...kept)) : first;
}

/** Share of the requests that a setting kept on the days that have a say; 1 where there were none. */
export function attainmentOf(days: readonly DayResult[]): number {
  const heard = daysWithSay(days);
  const requests = heard.reduce((sum, day) => sum + day.requests, 0);
  const attained = heard.reduce((sum, day) => sum + day.attained, 0);
  return requests === 0 ? 1 : attained / requests;
}

/** The days that a setting is chosen by: of several not the first. */
export function daysWithSay(days: readonly DayResult[]): readonly DayResult[] {
  return days.length > 1 ? days.slice(1) : days;
}
