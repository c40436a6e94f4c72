import { isObject, type JsonValue } from '../api/index.ts';
import { documentKeys, type FieldPath } from './field-path.ts';

/** What stands at a path of an object; undefined where the path leads nowhere. */
export function valueAtPath(object: JsonValue, path: FieldPath): JsonValue | undefined {
  return documentKeys(path).reduce<JsonValue | undefined>(memberOf, object);
}

function memberOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? (value as readonly JsonValue[])[key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
