import { isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';

/** An object as the API server would store it, apart from unknown fields: nulls dropped and defaults filled in. */
export function stored(schema: JsonObject, object: JsonObject): JsonObject {
  const value = storedValue(schema, object);
  return isObject(value) ? value : object;
}

function storedValue(schema: JsonObject, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const { items } = schema;
    return isObject(items) ? value.map((item: JsonValue) => storedValue(items, item)) : value;
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).flatMap(([key, member]): readonly (readonly [string, JsonValue])[] => {
    const field = fieldSchema(schema, key);
    if (member === undefined || (member === null && field?.nullable !== true)) return [];
    return [[key, field === undefined ? member : storedValue(field, member)]];
  });
  const written = new Set(members.map(([key]) => key));
  const defaults = defaultsOf(schema).filter(([key]) => !written.has(key));
  return Object.fromEntries([...members, ...defaults]);
}

/** The schema of a field or of a map's value; undefined for a field that is not defined. */
export function fieldSchema(schema: JsonObject, key: string): JsonObject | undefined {
  const { properties, additionalProperties } = schema;
  const property = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (isObject(property)) return property;
  return isObject(additionalProperties) ? additionalProperties : undefined;
}

const DEFAULTS: WeakMap<JsonObject, readonly (readonly [string, JsonValue])[]> = new WeakMap();

function defaultsOf(schema: JsonObject): readonly (readonly [string, JsonValue])[] {
  const known = DEFAULTS.get(schema);
  if (known !== undefined) return known;
  const { properties } = schema;
  const found = Object.entries(isObject(properties) ? properties : {}).flatMap(([key, field]) =>
    isObject(field) && field.default !== undefined ? [[key, storedValue(field, field.default)] as const] : [],
  );
  DEFAULTS.set(schema, found);
  return found;
}
