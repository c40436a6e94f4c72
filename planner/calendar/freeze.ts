import { type Freeze, parseCron } from '../../api/index.ts';
import { isWithinCron } from './cron-start.ts';
import { instantsOf } from './wall-clock.ts';

/** The freezes that hold a graph of an environment at an instant, in the order of the config. */
export function freezesAt(
  freezes: readonly Freeze[],
  atMs: number,
  environment: string | undefined,
): readonly Freeze[] {
  return freezes.filter(
    (freeze) =>
      (freeze.environment === undefined || environment === undefined || freeze.environment === environment) &&
      isFrozen(freeze, atMs),
  );
}

function isFrozen(freeze: Freeze, atMs: number): boolean {
  if ('cron' in freeze) {
    const parsed = parseCron(freeze.cron);
    // Config is checked where it is read; an expression that nobody can read holds.
    if (parsed.kind === 'wrong') return true;
    return isWithinCron(parsed.cron, freeze.timeZone, atMs, freeze.durationMinutes * 60_000);
  }
  // Of a time that the clock shows twice the freeze starts with the first, and ends with the second.
  const start = instantsOf(localMs(freeze.from), freeze.timeZone)[0];
  const end = instantsOf(localMs(freeze.to), freeze.timeZone).at(-1);
  return start !== undefined && end !== undefined && start <= atMs && atMs < end;
}

function localMs(local: string): number {
  return Date.parse(local.includes('T') ? `${local}:00Z` : `${local}T00:00:00Z`);
}

/** `from 2026-12-24 to 2027-01-02 (Europe/Berlin): year-end`, to follow "frozen". */
export function freezeWords(freeze: Freeze): string {
  const { timeZone, reason } = freeze;
  const when =
    'cron' in freeze
      ? `for ${freeze.durationMinutes} minutes from each ${JSON.stringify(freeze.cron)}`
      : `from ${freeze.from} to ${freeze.to}`;
  return `${when} (${timeZone})${reason === undefined ? '' : `: ${reason}`}`;
}
