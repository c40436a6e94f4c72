import { isObject, type JsonValue, showJson } from '../../../api/index.ts';

/** The first place at which two values differ, with both sides; undefined for equal ones. */
export function firstDifference(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path = '',
): string | undefined {
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const found = firstDifference(member(before, key), member(after, key), path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before
      .map((item: JsonValue, index) => firstDifference(item, after[index] as JsonValue, `${path}[${index}]`))
      .find((found) => found !== undefined);
  }
  if (before === after || showJson(before) === showJson(after)) return undefined;
  return `${path || 'the object'} is ${shortened(before)} before and ${shortened(after)} after`;
}

function member(value: { readonly [key: string]: JsonValue | undefined }, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function shortened(value: JsonValue | undefined): string {
  const text = showJson(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
