import { canonicalJson, isObject, type JsonObject, type JsonValue, showJson } from '../json.ts';
import type { CrdFinding, CrdMistake, CrdPath, CrdStep } from './finding.ts';
import { checkScalar } from './scalars.ts';

/**
 * What the structural schema of a custom resource says against an object, but for its CEL rules. A field that the schema
 * does not know is dropped by the API server, and refused by clients that check strictly.
 */
export function checkObject(schema: JsonObject, object: JsonObject): readonly CrdFinding[] {
  const { apiVersion: _, kind: __, metadata: ___, ...rest } = object;
  return check(schema, rest, [], true);
}

function found(mistake: CrdMistake, path: CrdPath, message: string): CrdFinding {
  return { mistake, path, message };
}

function check(schema: JsonObject, value: JsonValue, path: CrdPath, isClosed: boolean): readonly CrdFinding[] {
  if (value === null) {
    if (schema.nullable === true) return [];
    return [found('null', path, 'is empty (null), which the API server drops')];
  }
  const own = isObject(value)
    ? checkMap(schema, value, path, isClosed)
    : Array.isArray(value)
      ? checkList(schema, value, path, isClosed)
      : typeof value === 'object'
        ? []
        : checkScalar(schema, value, path);
  return hasCombinations(schema) ? [...own, ...combinations(schema, value, path)] : own;
}

function hasCombinations({ allOf, anyOf, oneOf, not }: JsonObject): boolean {
  return allOf !== undefined || anyOf !== undefined || oneOf !== undefined || not !== undefined;
}

/** Beside the structure a schema may only narrow values, so that unknown fields are not these schemas' matter. */
function combinations(schema: JsonObject, value: JsonValue, path: CrdPath): readonly CrdFinding[] {
  const failures = (candidate: JsonValue): readonly CrdFinding[] =>
    isObject(candidate) ? check(candidate, value, path, false).filter(({ mistake }) => mistake !== 'null') : [];
  const branches = (key: string): readonly (readonly CrdFinding[])[] => {
    const list = schema[key];
    return Array.isArray(list) ? list.map(failures) : [];
  };
  const [any, one] = [branches('anyOf'), branches('oneOf')];
  const matching = one.filter((findings) => findings.length === 0).length;
  return [
    ...branches('allOf').flat(),
    ...(any.length > 0 && any.every((findings) => findings.length > 0) ? (any[0] ?? []) : []),
    ...(one.length > 0 && matching === 0 ? (one[0] ?? []) : []),
    ...(matching > 1 ? [found('value', path, 'fits several forms of which it may have one only')] : []),
    ...(schema.not !== undefined && failures(schema.not).length === 0
      ? [found('value', path, `must not be ${showJson(value)}`)]
      : []),
  ];
}

function checkMap(schema: JsonObject, value: JsonObject, path: CrdPath, isClosed: boolean): readonly CrdFinding[] {
  if (schema['x-kubernetes-int-or-string'] === true || (schema.type !== undefined && schema.type !== 'object')) {
    return [found('type', path, `must be ${typeName(schema)}, got a map`)];
  }
  const known = isObject(schema.properties) ? schema.properties : {};
  const additional = schema.additionalProperties;
  const isOpen = !isClosed || schema['x-kubernetes-preserve-unknown-fields'] === true || additional === true;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const findings: CrdFinding[] = [];
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const property = Object.hasOwn(known, key) ? known[key] : undefined;
    const [below, step] = isObject(property) ? [property, key] : [additional, { key }];
    if (isObject(below)) for (const one of check(below, field, [...path, step], isClosed)) findings.push(one);
    else if (!isOpen && !(isEmbedded && ['apiVersion', 'kind', 'metadata'].includes(key))) {
      findings.push(found('unknown-field', [...path, key], 'is no field of this version of the custom resource'));
    }
  }
  return [...findings, ...requiredProblems(schema, known, value, path), ...sizeProblems(schema, value, path)];
}

/** The API server fills in defaults before it asks what is required. */
function requiredProblems(
  { required }: JsonObject,
  known: JsonObject,
  value: JsonObject,
  path: CrdPath,
): readonly CrdFinding[] {
  if (!Array.isArray(required)) return [];
  return required.flatMap((key: JsonValue) => {
    if (typeof key !== 'string' || isThere(value, key)) return [];
    const property = Object.hasOwn(known, key) ? known[key] : undefined;
    const isFilledIn = isObject(property) && property.default !== undefined;
    return isFilledIn ? [] : [found('required', [...path, key], 'is required')];
  });
}

function isThere(value: JsonObject, key: string): boolean {
  return Object.hasOwn(value, key) && value[key] !== undefined && value[key] !== null;
}

function sizeProblems(schema: JsonObject, value: JsonObject, path: CrdPath): readonly CrdFinding[] {
  const { minProperties, maxProperties } = schema;
  if (minProperties === undefined && maxProperties === undefined) return [];
  return countProblems(minProperties, maxProperties, Object.keys(value).length, 'entries', path);
}

function countProblems(
  least: JsonValue | undefined,
  most: JsonValue | undefined,
  count: number,
  things: string,
  path: CrdPath,
): readonly CrdFinding[] {
  return [
    ...(typeof least === 'number' && count < least
      ? [found('value', path, `must have at least ${least} ${things}, got ${count}`)]
      : []),
    ...(typeof most === 'number' && count > most
      ? [found('value', path, `must have at most ${most} ${things}, got ${count}`)]
      : []),
  ];
}

function checkList(
  schema: JsonObject,
  value: readonly JsonValue[],
  path: CrdPath,
  isClosed: boolean,
): readonly CrdFinding[] {
  if (schema['x-kubernetes-int-or-string'] === true || (schema.type !== undefined && schema.type !== 'array')) {
    return [found('type', path, `must be ${typeName(schema)}, got a list`)];
  }
  const { items, minItems, maxItems } = schema;
  return [
    ...(isObject(items) ? value.flatMap((item, index) => check(items, item, below(path, index), isClosed)) : []),
    ...countProblems(minItems, maxItems, value.length, 'items', path),
    ...duplicates(schema, value, path),
  ];
}

function below(path: CrdPath, step: CrdStep): CrdPath {
  return [...path, step];
}

/** Items that are one to the API server: equal ones of a set, or those of a map with equal keys. */
function duplicates(schema: JsonObject, value: readonly JsonValue[], path: CrdPath): readonly CrdFinding[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  const isMap = schema['x-kubernetes-list-type'] === 'map' && Array.isArray(keys);
  if (!isMap && schema['x-kubernetes-list-type'] !== 'set' && schema.uniqueItems !== true) return [];
  const fields = isObject(schema.items) && isObject(schema.items.properties) ? schema.items.properties : {};
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const identity = isMap && isObject(item) ? keys.map((key: JsonValue) => keyValue(item, String(key), fields)) : item;
    const text = canonicalJson(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    const message = `is there twice: ${isMap ? `${keys.join(', ')} ` : ''}${showJson(identity)}`;
    return [found('duplicate', [...path, index], message)];
  });
}

/** What a key counts as, which is its default where it is not written. */
function keyValue(item: JsonObject, key: string, fields: JsonObject): JsonValue {
  const written = Object.hasOwn(item, key) ? item[key] : undefined;
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return written ?? (isObject(field) ? field.default : undefined) ?? null;
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
