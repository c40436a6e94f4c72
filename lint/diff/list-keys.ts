import { isObject, type JsonObject, type JsonValue } from '../../api/index.ts';
import type { Schema } from '../schema/schema.ts';

/** Lists whose items go by these fields although the definition does not say so, or there is no definition of ours. */
const KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['volumeMounts', ['mountPath', 'mountPoint', 'name']],
  ['ports', ['containerPort', 'port', 'protocol']],
  ['hostAliases', ['ip']],
]);

/** Items by their keys; undefined where they have none, or two share one, so that only their order tells them apart. */
export function keyedItems(
  items: readonly JsonValue[],
  field: string,
  schema: Schema | undefined,
): ReadonlyMap<string, JsonValue> | undefined {
  const found = new Map<string, JsonValue>();
  for (const item of items) {
    const key = isObject(item) ? keyOf(item, field, schema) : undefined;
    if (key === undefined || found.has(key)) return undefined;
    found.set(key, item);
  }
  return found;
}

function keyOf(item: JsonObject, field: string, schema: Schema | undefined): string | undefined {
  const declared = schema?.type === 'list' ? schema.keys : undefined;
  if (declared !== undefined) return joined(Object.keys(declared).map((name) => item[name] ?? declared[name]));
  const fields = KEYS.get(field);
  if (fields === undefined) return joined([item.name]);
  const values = fields.map((name) => item[name]).filter((value) => value !== undefined && value !== null);
  return values.length === 0 ? undefined : joined(field === 'ports' ? [...portKey(item)] : values);
}

function portKey(item: JsonObject): readonly (JsonValue | undefined)[] {
  return [item.containerPort ?? item.port, item.protocol ?? 'TCP'];
}

function joined(values: readonly (JsonValue | undefined)[]): string | undefined {
  const texts = values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [value] : []));
  return texts.length === values.length ? texts.join('/') : undefined;
}

/** Lists of named items whose order says something all the same. */
export function orderMatters(field: string, items: readonly JsonValue[], isOurs: boolean): boolean {
  if (!isOurs) return true;
  // A variable may use those before it.
  if (field === 'env' || field === 'envs')
    return items.some((item) => isObject(item) && /\$\(/.test(String(item.value)));
  return field === 'initContainers';
}
