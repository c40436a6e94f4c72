import { WEEKDAYS, type Weekday } from '../../api/index.ts';
import { wallClock } from './wall-clock.ts';

/** A time of the week, as the clock on the wall shows it. */
export interface LocalTime {
  readonly day: Weekday;
  /** Minutes since midnight. */
  readonly minute: number;
}

/** The time of the week in a time zone, with its summer time, at milliseconds since 1970. */
export function localTime(atMs: number, timeZone: string): LocalTime {
  const wall = new Date(wallClock(atMs, timeZone));
  // Weeks of JavaScript begin on Sunday.
  const day = WEEKDAYS[(wall.getUTCDay() + 6) % WEEKDAYS.length] ?? 'mon';
  return { day, minute: wall.getUTCHours() * 60 + wall.getUTCMinutes() };
}

/** `mon 07:30`. */
export function clockText({ day, minute }: LocalTime): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
