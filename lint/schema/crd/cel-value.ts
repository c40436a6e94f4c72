import { isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';
import { fieldSchema } from './stored.ts';

/**
 * A value as CEL sees it by its schema: whole numbers as `int`, maps as maps, and objects with the fields that are defined,
 * under the names that Kubernetes gives them there.
 */
export function celValue(schema: JsonObject, value: JsonValue): unknown {
  if (typeof value === 'number') {
    const isInteger = schema.type === 'integer' || schema['x-kubernetes-int-or-string'] === true;
    return isInteger && Number.isInteger(value) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    return isObject(items) ? (value as readonly JsonValue[]).map((item) => celValue(items, item)) : [];
  }
  if (!isObject(value)) return value;
  const isMap = !isObject(schema.properties);
  const members = Object.entries(value).flatMap(([key, member]): readonly (readonly [string, unknown])[] => {
    const field = fieldSchema(schema, key);
    const name = isMap ? key : celName(key);
    return field === undefined || member === undefined || name === undefined ? [] : [[name, celValue(field, member)]];
  });
  if (isMap) return new Map(members);
  const object = Object.create(null) as { [name: string]: unknown };
  for (const [name, member] of members) object[name] = member;
  return object;
}

const RESERVED: ReadonlySet<string> = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);

/** The name of a field in a rule, escaped as apiextensions does it; undefined for one that rules cannot reach. */
function celName(field: string): string | undefined {
  if (RESERVED.has(field)) return `__${field}__`;
  const name = field
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : undefined;
}
