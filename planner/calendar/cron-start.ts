import type { Cron } from '../../api/index.ts';
import { instantsOf, wallClock } from './wall-clock.ts';

const MINUTE_MS = 60_000;

/** No clock is put forward or back by more than this. */
const LARGEST_JUMP_MS = 3 * 60 * MINUTE_MS;

/**
 * Whether a cron expression, on the clock of a place, named a minute that began less than `durationMs` before an instant.
 * A minute that the clock shows twice counts both times, and one that it jumps over counts as if it had not.
 */
export function isWithinCron(cron: Cron, timeZone: string, atMs: number, durationMs: number): boolean {
  const now = wallClock(atMs, timeZone);
  const newest = Math.floor((now + LARGEST_JUMP_MS) / MINUTE_MS) * MINUTE_MS;
  for (let wall = newest; wall > now - durationMs - LARGEST_JUMP_MS; wall -= MINUTE_MS) {
    if (!names(cron, new Date(wall))) continue;
    if (instantsOf(wall, timeZone).some((start) => start <= atMs && atMs < start + durationMs)) return true;
  }
  return false;
}

function names(cron: Cron, wall: Date): boolean {
  if (!cron.minutes.has(wall.getUTCMinutes()) || !cron.hours.has(wall.getUTCHours())) return false;
  if (!cron.months.has(wall.getUTCMonth() + 1)) return false;
  const isDayOfMonth = cron.daysOfMonth.has(wall.getUTCDate());
  const isDayOfWeek = cron.daysOfWeek.has(wall.getUTCDay());
  return cron.isEitherDay ? isDayOfMonth || isDayOfWeek : isDayOfMonth && isDayOfWeek;
}
