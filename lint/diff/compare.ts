import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../api/index.ts';
import type { FieldPath, FieldStep } from '../field-path.ts';
import type { Schema } from '../schema/schema.ts';
import { absentValue, saysByPresence } from './absent.ts';
import { keyedItems, orderMatters } from './list-keys.ts';
import { sameQuantity } from './same-quantity.ts';

/** One field that means something else than before. Absent on one side: the field, and all below it, is new or gone. */
export interface Change {
  /** Items of lists that go by a name stand under it: `spec.components[decode].replicas`. */
  readonly path: FieldPath;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  /** What the side that is absent counts as; undefined where it counts as nothing. */
  readonly absentAs?: JsonValue;
}

export interface Compared {
  readonly kind: string;
  readonly apiVersion: unknown;
  /** Of the values; undefined where there is no definition of ours. */
  readonly schema: Schema | undefined;
  /** Where the values stand. */
  readonly path: FieldPath;
}

/**
 * The differences between two values that mean something. Keys of maps and items with names go by them, whatever their
 * order; an explicit default is no difference to none, nor is `1000m` to `1`. The order of all other lists counts.
 */
export function compareValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  compared: Compared,
): readonly Change[] {
  const changes: Change[] = [];
  const fields = compared.path.filter((step) => typeof step === 'string');
  visit(before, after, { ...compared, fields, changes });
  return changes;
}

interface Walk extends Compared {
  /** Names of the fields that lead here, without keys and positions. */
  readonly fields: readonly string[];
  readonly changes: Change[];
}

function visit(before: JsonValue | undefined, after: JsonValue | undefined, walk: Walk): void {
  const { schema, changes, path } = walk;
  if (Array.isArray(before) && Array.isArray(after)) visitLists(before, after, walk);
  else if (isObject(before) && isObject(after)) visitObjects(before, after, walk);
  else if (!isSame(before, after, schema, walk.fields) && !(before === undefined && isNothing(after, walk))) {
    if (!(after === undefined && isNothing(before, walk))) changes.push({ path, before, after });
  }
}

function isSame(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  schema: Schema | undefined,
  fields: readonly string[],
): boolean {
  if (before === after) return true;
  if (before === undefined || after === undefined || before === null || after === null) return false;
  if (schema?.type === 'string' && typeof before !== typeof after) return false;
  return isAmount(schema, fields) && sameQuantity(before, after);
}

/** Whether a value that stands on one side only means as much as none: an empty list, an object of defaults. */
function isNothing(value: JsonValue | undefined, walk: Walk): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const field = walk.fields.at(-1) ?? '';
  if (walk.schema === undefined && !TEXT_MAPS.has(field)) return false;
  if (Array.isArray(value)) return value.length === 0;
  if (saysByPresence(field, walk.apiVersion)) return false;
  const inside: Change[] = [];
  visit(value, {}, { ...walk, changes: inside });
  return inside.length === 0;
}

function visitObjects(before: JsonObject, after: JsonObject, walk: Walk): void {
  const { schema, kind, fields, path } = walk;
  const isMap = schema === undefined ? TEXT_MAPS.has(fields.at(-1) ?? '') : schema.type === 'map';
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
  if (schema?.type === 'object') for (const [name] of schema.defaulted) keys.add(name);
  for (const key of keys) {
    const child = childSchema(schema, key);
    const absent = isMap ? undefined : (child?.default ?? absentValue(kind, fields, key));
    const [old, now] = [member(before, key), member(after, key)];
    const inside: Walk = {
      ...walk,
      schema: child,
      path: [...path, isMap || !IDENTIFIER.test(key) ? { key } : key],
      fields: isMap ? fields : [...fields, key],
    };
    if (absent === undefined || (old === undefined) === (now === undefined)) {
      visit(old ?? absent, now ?? absent, inside);
      continue;
    }
    const changes: Change[] = [];
    visit(old ?? absent, now ?? absent, { ...inside, changes });
    for (const change of changes) {
      const isWhole = change.path.length === inside.path.length;
      walk.changes.push(isWhole ? { path: change.path, before: old, after: now, absentAs: absent } : change);
    }
  }
}

/** An own member; null counts as none, since the API server drops it. */
function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

function childSchema(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema?.type === 'map') return schema.values;
  return schema?.type === 'object' && Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
}

function visitLists(before: readonly JsonValue[], after: readonly JsonValue[], walk: Walk): void {
  const { schema, changes, path, fields } = walk;
  const field = fields.at(-1) ?? '';
  const items = schema?.type === 'list' ? schema.items : undefined;
  const [old, now] = [keyedItems(before, field, schema), keyedItems(after, field, schema)];
  const at = (step: FieldStep): Walk => ({ ...walk, schema: items, path: [...path, step] });
  if (old !== undefined && now !== undefined) {
    for (const key of new Set([...now.keys(), ...old.keys()])) visit(old.get(key), now.get(key), at({ key }));
    const [oldOrder, newOrder] = [common(old, now), common(now, old)];
    if (orderMatters(field, after, schema !== undefined) && canonicalJson(oldOrder) !== canonicalJson(newOrder)) {
      changes.push({ path, before: oldOrder, after: newOrder });
    }
    return;
  }
  const isSet = schema?.type === 'list' && schema.isSet === true;
  if ([...before, ...after].every((item) => typeof item !== 'object' || item === null)) {
    const [first, second] = isSet ? [[...before].sort(), [...after].sort()] : [before, after];
    if (canonicalJson(first) !== canonicalJson(second)) changes.push({ path, before, after });
    return;
  }
  visitPositions(before, after, at);
}

/** Keys of the first that the second has, too. */
function common(first: ReadonlyMap<string, JsonValue>, second: ReadonlyMap<string, JsonValue>): readonly string[] {
  return [...first.keys()].filter((key) => second.has(key));
}

/** Items without names: what is equal at the start and at the end is left out, the rest goes pair by pair. */
function visitPositions(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  at: (step: FieldStep) => Walk,
): void {
  const equal = (first: number, second: number): boolean => {
    const walk = { ...at(first), changes: [] };
    visit(before[first], after[second], walk);
    return walk.changes.length === 0;
  };
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && equal(start, start)) start += 1;
  let end = 0;
  while (end < least - start && equal(before.length - 1 - end, after.length - 1 - end)) end += 1;
  const count = Math.max(before.length, after.length) - start - end;
  for (let offset = 0; offset < count; offset += 1) {
    const position = start + offset;
    const old = position < before.length - end ? before[position] : undefined;
    const now = position < after.length - end ? after[position] : undefined;
    visit(old, now, at(position));
  }
}

const IDENTIFIER = /^[A-Za-z_$][\w$-]*$/;

/** Maps of names that people choose, in every kind. */
const TEXT_MAPS: ReadonlySet<string> = new Set([
  ...['labels', 'annotations', 'matchLabels', 'nodeSelector', 'data', 'stringData', 'binaryData', 'hard'],
  ...['requests', 'limits', 'custom'],
]);

/** Maps of amounts, which v1alpha1 declares as text. */
const AMOUNTS: ReadonlySet<string> = new Set(['requests', 'limits', 'custom', 'hard', 'capacity', 'overhead']);
const AMOUNT_FIELDS: ReadonlySet<string> = new Set(['sizeLimit', 'divisor', 'storage']);

function isAmount(schema: Schema | undefined, fields: readonly string[]): boolean {
  if (schema?.type === 'quantity') return true;
  return fields.slice(-2).some((field) => AMOUNTS.has(field)) || AMOUNT_FIELDS.has(fields.at(-1) ?? '');
}
