import { isObject, type JsonObject, type JsonValue } from '../../api/index.ts';
import { Gpu } from '../gpu.ts';
import { compact, unlessEmpty } from '../graph/compact.ts';
import type { Expression, Expressions } from './declaration.ts';
import { pick } from './pick.ts';
import { environment, strings } from './pod-shapes.ts';

/** Environment variables as a map where that says all there is, else as Kubernetes' list. */
export function environmentOf(from: JsonObject | undefined, key: string): Expression | undefined {
  const list = pick(from, key, environment);
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const variables = list.filter(isObject);
  const names = new Set(variables.map(({ name }) => String(name)));
  // Keys that look like numbers would change places.
  const isMap =
    names.size === variables.length &&
    variables.every(({ value, valueFrom }) => (value === undefined) !== (valueFrom === undefined)) &&
    [...names].every((name) => !/^\d+$/.test(name));
  if (!isMap) return list;
  return Object.fromEntries(variables.map(({ name, value, valueFrom }) => [String(name), value ?? valueFrom]));
}

export function metadataOf(from: JsonObject | undefined): Expressions | undefined {
  return unlessEmpty(
    compact({ labels: pick(from, 'labels', strings), annotations: pick(from, 'annotations', strings) }),
  );
}

/** A count of GPUs in the notation that the constructs write: text without sign or leading zero. */
export function gpusOf(value: JsonValue | undefined): Gpu | undefined {
  if (typeof value !== 'string' || !/^[1-9]\d{0,8}$/.test(value)) return undefined;
  return Gpu.count<number>(Number(value));
}
