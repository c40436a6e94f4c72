import {
  canonicalJson,
  isAtLeast,
  isObject,
  type JsonObject,
  type JsonValue,
  type OperatorVersion,
  showJson,
} from '../../api/index.ts';
import type { FieldPath, FieldStep } from '../field-path.ts';
import type { Violation } from '../finding.ts';
import type { Schema } from './schema.ts';

/** Kinds of mistakes that a structural schema finds; each is a rule of its own. */
export type SchemaMistake = 'type' | 'required' | 'value' | 'duplicate' | 'unknown-field';

export interface SchemaViolation extends Violation {
  readonly mistake: SchemaMistake;
}

export interface Admitted {
  /** What the API server would store: unknown fields and nulls dropped, defaults filled in. */
  readonly value: JsonValue;
  readonly violations: readonly SchemaViolation[];
}

/**
 * Reads a value as the API server does (apiextensions/v1): nulls and unknown fields are dropped and defaults filled in
 * before types, bounds and list keys are checked. Positions in lists stay, so that paths hold for the document.
 */
export function admit(value: JsonValue, schema: Schema, path: FieldPath, operator: OperatorVersion): Admitted {
  const violations: SchemaViolation[] = [];
  const admitted = visit(value, schema, { operator, violations, path: [...path] });
  return { value: admitted, violations };
}

interface Walk {
  /** Where the walk stands; one list for all of it, since most of it finds nothing. */
  readonly path: FieldStep[];
  readonly operator: OperatorVersion;
  readonly violations: SchemaViolation[];
}

function visit(value: JsonValue, schema: Schema, walk: Walk): JsonValue {
  switch (schema.type) {
    case 'anything':
      return value;
    case 'free-object':
      if (!isObject(value)) wrongType(value, 'a map', walk);
      return value;
    case 'string':
      if (typeof value === 'string') checkText(value, schema, walk);
      else wrongType(value, 'text', walk);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') wrongType(value, 'true or false', walk);
      return value;
    case 'integer':
    case 'number':
      if (typeof value !== 'number' || (schema.type === 'integer' && !Number.isInteger(value))) {
        wrongType(value, schema.type === 'integer' ? 'a whole number' : 'a number', walk);
      } else checkNumber(value, schema, walk);
      return value;
    case 'quantity':
      checkQuantity(value, walk);
      return value;
    case 'integer-or-string':
      if (typeof value !== 'string' && !(typeof value === 'number' && Number.isInteger(value))) {
        wrongType(value, 'a whole number or text', walk);
      }
      return value;
    case 'list':
      return visitList(value, schema, walk);
    case 'map':
      return visitMap(value, schema, walk);
    case 'object':
      return visitObject(value, schema, walk);
  }
}

function visitAt(step: FieldStep, value: JsonValue, schema: Schema, walk: Walk): JsonValue {
  walk.path.push(step);
  const admitted = visit(value, schema, walk);
  walk.path.pop();
  return admitted;
}

function visitObject(value: JsonValue, schema: Schema & { readonly type: 'object' }, walk: Walk): JsonValue {
  if (!isObject(value)) {
    wrongType(value, 'a map', walk);
    return value;
  }
  const admitted: { [name: string]: JsonValue } = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    const field = fieldOf(schema, name, walk.operator);
    if (field !== undefined) set(admitted, name, visitAt(name, member, field, walk));
    else if (schema.isOpen === true) set(admitted, name, member);
    else {
      report(walk, 'unknown-field', [name], {
        message: `operator ${walk.operator} knows no field "${name}" here: the API server drops it, and strict clients refuse it`,
        help: unknownFieldHelp(schema, name, walk.operator),
      });
    }
  }
  for (const [name, field] of schema.defaulted) {
    if (field.default !== undefined && !Object.hasOwn(admitted, name) && isKnown(field, walk.operator)) {
      admitted[name] = field.default;
    }
  }
  for (const name of schema.required) {
    if (Object.hasOwn(admitted, name)) continue;
    report(walk, 'required', [name], {
      message: `"${name}" is required here, so the API server refuses the object`,
      help: `set ${name}`,
    });
  }
  return admitted;
}

function fieldOf(
  schema: Schema & { readonly type: 'object' },
  name: string,
  operator: OperatorVersion,
): Schema | undefined {
  const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
  return field !== undefined && isKnown(field, operator) ? field : undefined;
}

function isKnown(schema: Schema, operator: OperatorVersion): boolean {
  return (
    (schema.since === undefined || isAtLeast(operator, schema.since)) &&
    (schema.until === undefined || isAtLeast(schema.until, operator))
  );
}

function unknownFieldHelp(
  schema: Schema & { readonly type: 'object' },
  name: string,
  operator: OperatorVersion,
): string {
  const later = Object.hasOwn(schema.fields, name) ? schema.fields[name]?.since : undefined;
  if (later !== undefined && !isAtLeast(operator, later))
    return `it exists since operator ${later}; remove it until then`;
  const known = Object.keys(schema.fields).find((field) => field.toLowerCase() === name.toLowerCase());
  return known === undefined ? 'remove it, or move it to where it belongs' : `write "${known}"`;
}

function visitMap(value: JsonValue, schema: Schema & { readonly type: 'map' }, walk: Walk): JsonValue {
  if (!isObject(value)) {
    wrongType(value, 'a map', walk);
    return value;
  }
  const admitted: { [name: string]: JsonValue } = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    set(admitted, key, visitAt({ key }, member, schema.values, walk));
  }
  const count = Object.keys(admitted).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    report(walk, 'value', [], {
      message: `has ${count} entries, and the API server takes ${schema.maxProperties}`,
      help: 'split it',
    });
  }
  return admitted;
}

function visitList(value: JsonValue, schema: Schema & { readonly type: 'list' }, walk: Walk): JsonValue {
  if (!Array.isArray(value)) {
    wrongType(value, 'a list', walk);
    return value;
  }
  const list = value as readonly JsonValue[];
  if (schema.maxItems !== undefined && list.length > schema.maxItems) {
    report(walk, 'value', [], {
      message: `has ${list.length} items, and the API server takes ${schema.maxItems}`,
      help: 'split it',
    });
  }
  const admitted = list.map((item, index) => visitAt(index, item, schema.items, walk));
  checkUnique(admitted, schema, walk);
  return admitted;
}

function checkUnique(items: readonly JsonValue[], schema: Schema & { readonly type: 'list' }, walk: Walk): void {
  const { keys } = schema;
  if (keys === undefined && schema.isSet !== true) return;
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const identity = keys === undefined ? item : isObject(item) ? keyOf(item, keys) : undefined;
    if (identity === undefined) continue;
    const text = canonicalJson(identity);
    const first = seen.get(text);
    if (first === undefined) seen.set(text, index);
    else {
      const name =
        keys === undefined
          ? showJson(item)
          : Object.keys(keys)
              .map((key) => showJson(isObject(identity) ? identity[key] : undefined))
              .join(', ');
      report(walk, 'duplicate', [index], {
        message: `repeats item ${first} (${name}): the API server refuses two items with one key`,
        help: 'keep one of them',
      });
    }
  }
}

function keyOf(item: JsonObject, keys: { readonly [field: string]: JsonValue | undefined }): JsonObject | undefined {
  const key: { [field: string]: JsonValue } = {};
  for (const [field, absent] of Object.entries(keys)) {
    const value = item[field] ?? absent;
    if (value === undefined) return undefined;
    key[field] = value;
  }
  return key;
}

function checkText(value: string, schema: Schema & { readonly type: 'string' }, walk: Walk): void {
  const { values, pattern, minLength, maxLength } = schema;
  // The API server counts characters, not UTF-16 units.
  const length = minLength === undefined && maxLength === undefined ? value.length : [...value].length;
  if (values !== undefined && !values.includes(value)) {
    wrongValue(
      `${showJson(value)} is not one of ${values.map((one) => `"${one}"`).join(', ')}`,
      `write one of them`,
      walk,
    );
  } else if (minLength !== undefined && length < minLength) {
    wrongValue(minLength === 1 ? 'must not be empty' : `is shorter than ${minLength} characters`, 'fill it in', walk);
  } else if (maxLength !== undefined && length > maxLength) {
    wrongValue(`is ${length} characters long, and ${maxLength} are taken`, 'shorten it', walk);
  } else if (pattern !== undefined && !pattern.test(value)) {
    wrongValue(`${showJson(value)} does not match ${pattern.source}`, 'write it in that form', walk);
  }
}

const INT32_MAXIMUM = 2 ** 31 - 1;

function checkNumber(value: number, schema: Schema & { readonly type: 'integer' | 'number' }, walk: Walk): void {
  const minimum = schema.minimum;
  const maximum = schema.maximum ?? (schema.type === 'integer' && minimum !== undefined ? INT32_MAXIMUM : undefined);
  if (minimum !== undefined && value < minimum) {
    wrongValue(`is ${value}, below the least allowed, ${minimum}`, `write ${minimum} or more`, walk);
  } else if (maximum !== undefined && value > maximum) {
    wrongValue(`is ${value}, above the most allowed, ${maximum}`, `write ${maximum} or less`, walk);
  }
}

/** Kubernetes' notation for amounts (apimachinery `resource.Quantity`), as definitions spell it. */
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?(\d+(\.\d*)?|\.\d+))?$/;

function checkQuantity(value: JsonValue, walk: Walk): void {
  if (typeof value === 'number' && Number.isInteger(value)) return;
  if (typeof value !== 'string') wrongType(value, 'a whole number, or an amount in quotes', walk);
  else if (!QUANTITY.test(value)) {
    wrongValue(`${showJson(value)} is not an amount that Kubernetes reads`, 'write it as "500m", "4" or "64Gi"', walk);
  }
}

function wrongType(value: JsonValue, wanted: string, walk: Walk): void {
  report(walk, 'type', [], {
    message: `must be ${wanted}, not ${describe(value)}: the API server refuses the object`,
    help: wanted === 'text' ? quotesHelp(value) : `write ${wanted}`,
    ...(wanted === 'text' && (typeof value === 'number' || typeof value === 'boolean')
      ? { fix: [{ kind: 'quote', path: [...walk.path] }] }
      : {}),
  });
}

function quotesHelp(value: JsonValue): string {
  if (Number.isSafeInteger(value)) return `put it in quotes: "${value}"`;
  return typeof value === 'boolean' || typeof value === 'number' ? 'put it in quotes, as it is written' : 'write text';
}

function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? `the text ${showJson(value)}` : showJson(value);
}

function wrongValue(what: string, help: string, walk: Walk): void {
  report(walk, 'value', [], { message: `${what}: the API server refuses the object`, help });
}

function report(
  walk: Walk,
  mistake: SchemaMistake,
  below: FieldPath,
  text: Pick<Violation, 'message' | 'help' | 'fix'>,
): void {
  walk.violations.push({ mistake, path: [...walk.path, ...below], ...text });
}

/** An own key, also where it is called like something that every object has. */
function set(target: { [name: string]: JsonValue }, name: string, value: JsonValue): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true });
  else target[name] = value;
}
