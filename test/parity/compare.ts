import { isObject, type JsonValue } from '../../api/index.ts';

/** What a function here may answer: JSON, with numbers that JSON has no spelling for. */
export type Answer = JsonValue | undefined;

const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * Path of the first place where an answer differs from what is expected, or undefined. Whole numbers agree exactly,
 * others within a relative tolerance. Null and absent are one, as the rows' source has only None.
 */
export function differenceBetween(expected: JsonValue, actual: Answer, tolerance: number): string | undefined {
  return differs(expected, actual, tolerance, 'expected');
}

function differs(expected: Answer, actual: Answer, tolerance: number, path: string): string | undefined {
  if (typeof actual === 'number') return areEqualNumbers(numberOf(expected), actual, tolerance) ? undefined : path;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return `${path}.length`;
    return firstOf(expected.keys(), (index) => differs(expected[index], actual[index], tolerance, `${path}[${index}]`));
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return firstOf(keys, (key) => differs(ownOf(expected, key), ownOf(actual, key), tolerance, `${path}.${key}`));
  }
  return (expected ?? null) === (actual ?? null) ? undefined : path;
}

function ownOf(value: { readonly [key: string]: JsonValue | undefined }, key: string): Answer {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function firstOf<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function numberOf(expected: Answer): number | undefined {
  return typeof expected === 'string' ? NON_FINITE.get(expected) : typeof expected === 'number' ? expected : undefined;
}

/** JSON writes 3000.0 and 3000 alike, so a whole expectation may stand for a continuous value, but never for another whole one. */
function areEqualNumbers(expected: number | undefined, actual: number, tolerance: number): boolean {
  if (expected === undefined) return false;
  if (Object.is(expected, actual) || expected === actual) return true;
  if (Number.isInteger(expected) && Number.isInteger(actual)) return false;
  return Math.abs(expected - actual) <= tolerance * Math.max(Math.abs(expected), Math.abs(actual));
}
