import { type Result, succeed } from '../../../api/index.ts';

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2})?$/;
const EPOCH = /^\d{9,13}(\.\d+)?$/;
/** Above this a number is milliseconds: as seconds it would lie beyond the year 5138. */
const MOST_SECONDS = 1e11;

/**
 * A time in milliseconds since 1970, from RFC 3339 with a zone, or from seconds or milliseconds since 1970. A local time
 * is refused: it means another time elsewhere, and comes twice when clocks are put back.
 * @returns what is wrong, in words.
 */
export function readTime(text: string): Result<number, string> {
  if (EPOCH.test(text)) {
    const number = Number(text);
    return succeed(Math.round(number < MOST_SECONDS ? number * 1000 : number));
  }
  const parts = RFC_3339.exec(text);
  if (parts === null) return wrong('is not a time');
  if (parts[4] === undefined) return wrong('is a time without a time zone');
  const time = Date.parse(text.replace(' ', 'T'));
  const lastDay = new Date(Date.UTC(Number(parts[1]), Number(parts[2]), 0)).getUTCDate();
  if (Number.isNaN(time) || Number(parts[3]) > lastDay || time < 0) return wrong('is not a time that exists');
  return succeed(time);
}

export const TIME_HINT = 'write it as 2026-11-02T09:30:00Z, or in seconds or milliseconds since 1970';

function wrong(message: string): Result<never, string> {
  return { ok: false, error: message };
}
