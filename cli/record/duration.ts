import { fail, type Result, succeed } from '../../api/index.ts';

const UNIT_HOURS: ReadonlyMap<string, number> = new Map([
  ['w', 7 * 24],
  ['d', 24],
  ['h', 1],
  ['m', 1 / 60],
]);
/** As far as `metrics.historyHours` reaches. */
const MOST_HOURS = 24 * 90;

/** `7d`, `36h`, `90m`, as Prometheus writes them, in hours. */
export function durationHours(option: string, text: string): Result<number> {
  const [, count, unit] = /^([1-9]\d{0,5})([wdhm])$/.exec(text) ?? [];
  const hours = Number(count) * (UNIT_HOURS.get(unit ?? '') ?? Number.NaN);
  if (hours <= MOST_HOURS) return succeed(hours);
  const message = Number.isNaN(hours)
    ? `${option} ${JSON.stringify(text)} is not a duration`
    : `${option} ${text} is longer than ${MOST_HOURS / 24} days`;
  return fail({ code: 'usage', message, hint: 'such as 7d, 36h or 90m' });
}
