import { canonicalJson, isObject, type JsonObject, type JsonValue, showJson } from '../../../api/index.ts';
import { below, error, type SchemaFinding, warning } from './finding.ts';
import { checkScalar } from './scalars.ts';

/**
 * What the structural schema of a custom resource says against an object, but for its CEL rules. A field that the schema
 * does not know is an error: the API server would drop it.
 */
export function checkObject(schema: JsonObject, object: JsonObject): readonly SchemaFinding[] {
  const { apiVersion: _, kind: __, metadata: ___, ...rest } = object;
  return check(schema, rest, '', true);
}

function check(schema: JsonObject, value: JsonValue, path: string, isClosed: boolean): readonly SchemaFinding[] {
  if (value === null) {
    if (schema.nullable === true) return [];
    return [warning(path, 'is empty (null), which the API server drops')];
  }
  const own = isObject(value)
    ? checkMap(schema, value, path, isClosed)
    : Array.isArray(value)
      ? checkList(schema, value, path, isClosed)
      : typeof value === 'object'
        ? []
        : checkScalar(schema, value, path);
  return [...own, ...combinations(schema, value, path)];
}

/** Beside the structure a schema may only narrow values, so that unknown fields are not these schemas' matter. */
function combinations(schema: JsonObject, value: JsonValue, path: string): readonly SchemaFinding[] {
  const failures = (candidate: JsonValue): readonly SchemaFinding[] =>
    isObject(candidate) ? check(candidate, value, path, false).filter(({ severity }) => severity === 'error') : [];
  const branches = (key: string): readonly (readonly SchemaFinding[])[] => {
    const list = schema[key];
    return Array.isArray(list) ? list.map(failures) : [];
  };
  const [any, one] = [branches('anyOf'), branches('oneOf')];
  const matching = one.filter((findings) => findings.length === 0).length;
  return [
    ...branches('allOf').flat(),
    ...(any.length > 0 && any.every((findings) => findings.length > 0) ? (any[0] ?? []) : []),
    ...(one.length > 0 && matching === 0 ? (one[0] ?? []) : []),
    ...(matching > 1 ? [error(path, 'fits several forms of which it may have one only')] : []),
    ...(schema.not !== undefined && failures(schema.not).length === 0
      ? [error(path, `must not be ${showJson(value)}`)]
      : []),
  ];
}

function checkMap(schema: JsonObject, value: JsonObject, path: string, isClosed: boolean): readonly SchemaFinding[] {
  if (schema['x-kubernetes-int-or-string'] === true || (schema.type !== undefined && schema.type !== 'object')) {
    return [error(path, `must be ${typeName(schema)}, got a map`)];
  }
  const known = isObject(schema.properties) ? schema.properties : {};
  const additional = schema.additionalProperties;
  const isOpen = !isClosed || schema['x-kubernetes-preserve-unknown-fields'] === true || additional === true;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const findings: SchemaFinding[] = [];
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const property = Object.hasOwn(known, key) ? known[key] : undefined;
    if (isObject(property)) findings.push(...check(property, field, below(path, key), isClosed));
    else if (isObject(additional)) findings.push(...check(additional, field, below(path, key), isClosed));
    else if (!isOpen && !(isEmbedded && ['apiVersion', 'kind', 'metadata'].includes(key))) {
      findings.push(error(below(path, key), 'is no field of this version of the custom resource'));
    }
  }
  return [...findings, ...requiredProblems(schema, value, path), ...sizeProblems(schema, value, path)];
}

function requiredProblems({ required }: JsonObject, value: JsonObject, path: string): readonly SchemaFinding[] {
  if (!Array.isArray(required)) return [];
  return required.flatMap((key: JsonValue) =>
    typeof key !== 'string' || (Object.hasOwn(value, key) && value[key] !== undefined && value[key] !== null)
      ? []
      : [error(below(path, key), 'is required')],
  );
}

function sizeProblems(schema: JsonObject, value: JsonObject, path: string): readonly SchemaFinding[] {
  const size = Object.keys(value).length;
  const { minProperties, maxProperties } = schema;
  return [
    ...(typeof minProperties === 'number' && size < minProperties
      ? [error(path, `must have at least ${minProperties} entries, got ${size}`)]
      : []),
    ...(typeof maxProperties === 'number' && size > maxProperties
      ? [error(path, `must have at most ${maxProperties} entries, got ${size}`)]
      : []),
  ];
}

function checkList(
  schema: JsonObject,
  value: readonly JsonValue[],
  path: string,
  isClosed: boolean,
): readonly SchemaFinding[] {
  if (schema['x-kubernetes-int-or-string'] === true || (schema.type !== undefined && schema.type !== 'array')) {
    return [error(path, `must be ${typeName(schema)}, got a list`)];
  }
  const { items, minItems, maxItems } = schema;
  return [
    ...(isObject(items) ? value.flatMap((item, index) => check(items, item, below(path, index), isClosed)) : []),
    ...(typeof minItems === 'number' && value.length < minItems
      ? [error(path, `must have at least ${minItems} items, got ${value.length}`)]
      : []),
    ...(typeof maxItems === 'number' && value.length > maxItems
      ? [error(path, `must have at most ${maxItems} items, got ${value.length}`)]
      : []),
    ...duplicates(schema, value, path),
  ];
}

/** Items that are one to the API server: equal ones of a set, or those of a map with equal keys. */
function duplicates(schema: JsonObject, value: readonly JsonValue[], path: string): readonly SchemaFinding[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  const isMap = schema['x-kubernetes-list-type'] === 'map' && Array.isArray(keys);
  if (!isMap && schema['x-kubernetes-list-type'] !== 'set' && schema.uniqueItems !== true) return [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const identity = isMap && isObject(item) ? keys.map((key: JsonValue) => item[String(key)] ?? null) : item;
    const text = canonicalJson(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [error(below(path, index), `is there twice: ${isMap ? `${keys.join(', ')} ` : ''}${showJson(identity)}`)];
  });
}

function typeName({ type }: JsonObject): string {
  switch (type) {
    case 'array':
      return 'a list';
    case 'object':
      return 'a map';
    case 'string':
      return 'a text';
    default:
      return type === undefined ? 'a whole number or a text' : `of type ${String(type)}`;
  }
}
