/** The minutes that a cron expression of five fields names, on the clock of some place. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** As in crontab(5): where both kinds of days are restricted, a day of either kind counts. */
  readonly isEitherDay: boolean;
}

export type ParsedCron =
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'wrong'; readonly message: string };

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Of `min` and what follows it. */
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of the month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/** Reads minute, hour, day of the month, month and day of the week: numbers, names, `*`, lists, ranges and steps. */
export function parseCron(text: string): ParsedCron {
  const written = text.trim().split(/\s+/);
  if (written.length !== FIELDS.length) {
    const message =
      'must have five fields: minute, hour, day of the month, month, day of the week, such as "0 18 * * fri"';
    return { kind: 'wrong', message };
  }
  const sets = FIELDS.map((field, index) => valuesOf(written[index] ?? '', field));
  const wrong = sets.indexOf(undefined);
  const field = FIELDS[wrong];
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = sets;
  if (field !== undefined || !minutes || !hours || !daysOfMonth || !months || !daysOfWeek) {
    const message = `${JSON.stringify(written[wrong])} is no ${field?.name}: ${field?.min} to ${field?.max}, "*", lists, ranges and steps`;
    return { kind: 'wrong', message };
  }
  if (daysOfWeek.has(7)) daysOfWeek.add(0);
  const isEitherDay = written[2]?.startsWith('*') === false && written[4]?.startsWith('*') === false;
  return { kind: 'cron', cron: { minutes, hours, daysOfMonth, months, daysOfWeek, isEitherDay } };
}

function valuesOf(text: string, field: CronField): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const ends = range === '*' ? [field.min, field.max] : range.split('-').map((end) => numberOf(end, field));
    const [first, last = step === undefined ? first : field.max] = ends;
    if (first === undefined || last === undefined || ends.length > 2 || Number(step) === 0) return undefined;
    if (!(first >= field.min && first <= last && last <= field.max)) return undefined;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function numberOf(text: string, { names, min }: CronField): number {
  const named = names.indexOf(text);
  if (named >= 0) return named + min;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}
