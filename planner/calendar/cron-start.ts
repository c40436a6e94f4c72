import type { Cron } from '../../api/index.ts';
import { instantsOf, wallClock } from './wall-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** No clock is put forward or back by more than this. */
const LARGEST_JUMP_MS = 3 * HOUR_MS;

/**
 * Whether a cron expression, on the clock of a place, named a minute that began less than `durationMs` before an instant.
 * A minute that the clock shows twice counts both times, and one that it jumps over counts as if it had not.
 */
export function isWithinCron(cron: Cron, timeZone: string, atMs: number, durationMs: number): boolean {
  const now = wallClock(atMs, timeZone);
  const oldest = now - durationMs - LARGEST_JUMP_MS;
  let wall = Math.floor((now + LARGEST_JUMP_MS) / MINUTE_MS) * MINUTE_MS;
  while (wall > oldest) {
    const date = new Date(wall);
    if (!namesDay(cron, date)) wall = lastMinuteBefore(wall, DAY_MS);
    else if (!cron.hours.has(date.getUTCHours())) wall = lastMinuteBefore(wall, HOUR_MS);
    else {
      const isNamed = cron.minutes.has(date.getUTCMinutes());
      if (isNamed && instantsOf(wall, timeZone).some((start) => start <= atMs && atMs < start + durationMs))
        return true;
      wall -= MINUTE_MS;
    }
  }
  return false;
}

/** The last minute before the day, or the hour, that a time is in. */
function lastMinuteBefore(wallMs: number, lengthMs: number): number {
  return Math.floor(wallMs / lengthMs) * lengthMs - MINUTE_MS;
}

function namesDay(cron: Cron, wall: Date): boolean {
  if (!cron.months.has(wall.getUTCMonth() + 1)) return false;
  const isDayOfMonth = cron.daysOfMonth.has(wall.getUTCDate());
  const isDayOfWeek = cron.daysOfWeek.has(wall.getUTCDay());
  return cron.isEitherDay ? isDayOfMonth || isDayOfWeek : isDayOfMonth && isDayOfWeek;
}
