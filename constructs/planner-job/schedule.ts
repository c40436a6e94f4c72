const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words for the numbers from `min` on. */
  readonly words: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day of the month', min: 1, max: 31, words: [] },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of the week', min: 0, max: 6, words: DAYS },
];

/**
 * What is wrong with a schedule of five fields, as both Kubernetes and GitHub read it: numbers, names of months and days,
 * `*`, lists, ranges and steps.
 */
export function scheduleFinding(schedule: string): readonly string[] {
  const parts = schedule.split(' ');
  if (parts.length !== FIELDS.length) {
    return [`schedule "${schedule}" must have five fields with one blank between, such as "*/30 * * * *"`];
  }
  return FIELDS.flatMap((field, index) => {
    const part = parts[index] ?? '';
    return part.split(',').every((item) => isItem(item, field))
      ? []
      : [`schedule "${schedule}": "${part}" is not a ${field.name}, which goes from ${field.min} to ${field.max}`];
  });
}

function isItem(item: string, field: Field): boolean {
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.max)) return false;
  if (range === '*') return true;
  const [first, last, ...more] = range.split('-').map((text) => numberOf(text, field));
  if (first === undefined || more.length > 0) return false;
  // A step needs something to step through: GitHub refuses `5/15`, Kubernetes reads it as `5-59/15`.
  if (!range.includes('-')) return step === undefined;
  return last !== undefined && first <= last;
}

function numberOf(text: string, { min, max, words }: Field): number | undefined {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return min + word;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= min && value <= max ? value : undefined;
}
