import fc from 'fast-check';
import { isObject, type JsonObject, type JsonValue } from '../../api/index.ts';

/** What may stand where something else should. */
export const JUNK = fc.constantFrom<JsonValue>(
  null,
  true,
  0,
  -1,
  1.5,
  '',
  'x',
  [],
  [null],
  [{}],
  {},
  { name: 1 },
  { __proto__: null },
);

/** The object with one of its parts, counted from outside in, exchanged for something else. */
export function replaced(object: JsonObject, at: number, value: JsonValue): JsonObject {
  const places = count(object) - 1;
  let left = places <= 0 ? -1 : 1 + (at % places);
  const walk = (part: JsonValue): JsonValue => {
    if (left === 0) {
      left = -1;
      return value;
    }
    left -= 1;
    if (Array.isArray(part)) return (part as readonly JsonValue[]).map(walk);
    if (!isObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, walk(member ?? null)]));
  };
  const whole = walk(object);
  return isObject(whole) ? whole : object;
}

function count(part: JsonValue | undefined): number {
  if (typeof part !== 'object' || part === null) return 1;
  return 1 + Object.values<JsonValue | undefined>(part).reduce((sum: number, member) => sum + count(member), 0);
}
