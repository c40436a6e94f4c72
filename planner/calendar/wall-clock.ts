const MINUTE_MS = 60_000;

/** Making one takes a hundred times as long as using it. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall shows at an instant, in milliseconds as if the place were at UTC. */
export function wallClock(atMs: number, timeZone: string): number {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = Date.UTC(
    ...([part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')] as const),
  );
  return wall + (((atMs % 1000) + 1000) % 1000);
}

/**
 * The instants at which the clock on the wall shows a time: one as a rule, two where it is put back over it. Where it is put
 * forward past it, the instant that it would be without that: a freeze from 02:30 starts although no clock shows 02:30.
 */
export function instantsOf(wallMs: number, timeZone: string): readonly number[] {
  const offsets = [-1, 1].map((days) => {
    const near = wallMs + days * 24 * 60 * MINUTE_MS;
    return wallClock(near, timeZone) - near;
  });
  const candidates = [...new Set(offsets.map((offset) => wallMs - offset))].toSorted((a, b) => a - b);
  const shown = candidates.filter((instant) => wallClock(instant, timeZone) === wallMs);
  return shown.length > 0 ? shown : candidates.slice(-1);
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  FORMATS.set(timeZone, format);
  return format;
}
