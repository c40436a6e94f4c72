import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../api/index.ts';
import type { PatchOperation } from '../graph/hatch/json-patch.ts';

/** How an operation finds an item of a list: by its name where no other has it, or by its place only. */
export type Addressing = 'name' | 'index';

/** Operations that turn one object into another. */
export function difference(from: JsonObject, to: JsonObject, addressing: Addressing): readonly PatchOperation[] {
  return between(from, to, '', addressing);
}

function between(from: JsonValue, to: JsonValue, path: string, addressing: Addressing): readonly PatchOperation[] {
  if (isObject(from) && isObject(to)) return betweenObjects(from, to, path, addressing);
  if (Array.isArray(from) && Array.isArray(to) && from.length <= to.length)
    return betweenLists(from, to, path, addressing);
  return isSame(from, to) ? [] : [{ op: 'replace', path, value: to }];
}

function betweenObjects(
  from: JsonObject,
  to: JsonObject,
  path: string,
  addressing: Addressing,
): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  for (const key of Object.keys(from)) {
    if (from[key] !== undefined && !Object.hasOwn(to, key)) {
      operations.push({ op: 'remove', path: below(path, escaped(key)) });
    }
  }
  for (const [key, value] of Object.entries(to)) {
    if (value === undefined) continue;
    const current = Object.hasOwn(from, key) ? from[key] : undefined;
    if (current === undefined) operations.push({ op: 'add', path: below(path, escaped(key)), value });
    else operations.push(...between(current, value, below(path, escaped(key)), addressing));
  }
  return operations;
}

function betweenLists(
  from: readonly JsonValue[],
  to: readonly JsonValue[],
  path: string,
  addressing: Addressing,
): readonly PatchOperation[] {
  const isNested = from.every((item, index) => isSame(item, to[index]) || (isObject(item) && isObject(to[index])));
  if (!isNested) return [{ op: 'replace', path, value: to }];
  const place = (index: number): string => (addressing === 'name' ? placeOf(from, to, index) : String(index));
  return [
    ...from.flatMap((item, index) => between(item, to[index] ?? null, below(path, place(index)), addressing)),
    ...to.slice(from.length).map((value): PatchOperation => ({ op: 'add', path: below(path, '-'), value })),
  ];
}

/** `[name=main]` for an item whose name no other has, before and after; else its index. */
function placeOf(from: readonly JsonValue[], to: readonly JsonValue[], index: number): string {
  const name = nameOf(from[index]);
  const isOwn = from.filter((item) => nameOf(item) === name).length === 1;
  return name !== undefined && isOwn && nameOf(to[index]) === name ? `[name=${escaped(name)}]` : String(index);
}

function nameOf(item: JsonValue | undefined): string | undefined {
  return isObject(item) && typeof item.name === 'string' && !/[\n\r\u2028\u2029]/.test(item.name)
    ? item.name
    : undefined;
}

function below(path: string, step: string): string {
  return `${path}/${step}`;
}

/** A key as a step of a JSON pointer. */
export function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null);
}
