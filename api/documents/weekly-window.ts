import * as z from 'zod';

/** Days as the clock on the wall counts them. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day with two digits each, such as "07:30"');

/** Fields of a stretch of time that returns every week: from one time of day to another, past midnight where `to` is earlier. */
export const weeklyWindowFields = {
  /** Days on which it begins. */
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS]),
  from: timeOfDay.default('00:00'),
  to: timeOfDay.default('24:00'),
};

export interface WeeklyWindow {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** Whether a window lasts at all. */
export function lasts({ from, to }: WeeklyWindow): boolean {
  return from !== to && from !== '24:00';
}
