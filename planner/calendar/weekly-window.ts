import { WEEKDAYS, type Weekday, type WeeklyWindow } from '../../api/index.ts';
import type { LocalTime } from './local-time.ts';

/**
 * Whether a window covers a time of the week. One that ends before it begins lasts past midnight, and its days are those
 * on which it begins. The clock decides: an hour that summer time skips is not covered, one that it repeats is twice.
 */
export function covers({ days, from, to }: WeeklyWindow, { day, minute }: LocalTime): boolean {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  if (start < end) return days.includes(day) && minute >= start && minute < end;
  return (days.includes(day) && minute >= start) || (days.includes(dayBefore(day)) && minute < end);
}

/** `mon–fri 07:30 to 19:00`. */
export function windowText({ days, from, to }: WeeklyWindow): string {
  return `${daysText(days)} ${from} to ${to}`;
}

function minuteOf(time: string): number {
  const [hours = '', minutes = ''] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function dayBefore(day: Weekday): Weekday {
  return WEEKDAYS[(WEEKDAYS.indexOf(day) + WEEKDAYS.length - 1) % WEEKDAYS.length] ?? day;
}

function daysText(days: readonly Weekday[]): string {
  const named = WEEKDAYS.filter((day) => days.includes(day));
  const [first, last] = [named[0], named.at(-1)];
  if (named.length === WEEKDAYS.length) return 'every day';
  const isRun =
    last !== undefined && first !== undefined && WEEKDAYS.indexOf(last) - WEEKDAYS.indexOf(first) === named.length - 1;
  return isRun && named.length > 2 ? `${first}–${last}` : named.join(', ');
}
