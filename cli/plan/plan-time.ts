import { fail, type Result, succeed } from '../../api/index.ts';

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** The time that a plan speaks of: `--at`, or now to the second. A time without a zone would mean another one elsewhere. */
export function planTime(at: string | undefined, now: Date): Result<Date> {
  if (at === undefined) return succeed(new Date(Math.floor(now.getTime() / 1000) * 1000));
  const time = new Date(at);
  const parts = RFC_3339.exec(at);
  if (parts === null || Number.isNaN(time.getTime()) || !isDayOfMonth(parts)) {
    const hint = 'write it as 2026-11-02T09:30:00Z';
    return fail({ code: 'usage', message: `--at ${JSON.stringify(at)} is not a time with a time zone`, hint });
  }
  return succeed(time);
}

/** `Date` reads 30 February as 2 March; nobody means that. */
function isDayOfMonth([, year, month, day]: readonly (string | undefined)[]): boolean {
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= lastDay && Number(year) >= 1970 && Number(year) < 9000;
}
