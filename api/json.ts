export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a path of keys, or undefined when any step is absent or not an object. */
export function objectAt(value: unknown, ...keys: readonly string[]): JsonObject | undefined {
  const found = valueAt(value, ...keys);
  return isObject(found) ? found : undefined;
}

/** The value at a path of own keys, or undefined when any step is absent. */
export function valueAt(value: unknown, ...keys: readonly string[]): JsonValue | undefined {
  let current: unknown = value;
  for (const key of keys) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current as JsonValue | undefined;
}

export function stringAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

/** A value as a message shows it. */
export function showJson(value: JsonValue | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

/** JSON with sorted keys and no spaces: equal documents give equal bytes, whatever order they were built in. */
export function canonicalJson(value: unknown): string {
  // Plans name every manifest of a fleet, so that lists and functions of their own would be felt here.
  let inside = '';
  if (Array.isArray(value)) {
    for (const item of value) inside += `${inside === '' ? '' : ','}${canonicalJson(item ?? null)}`;
    return `[${inside}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    inside += `${inside === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${inside}}`;
}
