import { isObject, type JsonObject, stringAt } from '../api/index.ts';

export interface Matches<Item> {
  /** What each was before; those that are new are not in it. */
  readonly oldOf: ReadonlyMap<Item, Item>;
  /** What is nowhere now. */
  readonly gone: readonly Item[];
}

/** Group, kind, namespace and name, whatever the version, as text that no other object has; undefined for what has no name. */
export function objectKey(object: JsonObject): string | undefined {
  const { apiVersion, kind, metadata } = object;
  const name = isObject(metadata) ? metadata.name : undefined;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return undefined;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return JSON.stringify([group, kind, stringAt(metadata, 'namespace') ?? '', name]);
}

/**
 * Which object became which, of those with one key. Objects of one name may stand in several folders, one for each
 * cluster: the one of the same file is meant, else the nearest of those that have left theirs. Where two are as near,
 * nobody can say which has moved.
 */
export function matchObjects<Item extends { readonly file: string }>(
  now: readonly Item[],
  before: readonly Item[],
  keyOf: (item: Item) => string,
): Matches<Item> {
  const olds = byKey(before, keyOf);
  const oldOf = new Map<Item, Item>();
  for (const [key, items] of byKey(now, keyOf)) {
    const left = olds.get(key);
    if (left === undefined) continue;
    const take = (item: Item, old: Item | undefined): boolean => {
      if (old === undefined) return false;
      oldOf.set(item, old);
      left.splice(left.indexOf(old), 1);
      return true;
    };
    let waiting = items.filter(
      (item) =>
        !take(
          item,
          left.find(({ file }) => file === item.file),
        ),
    );
    if (waiting.length * left.length > MOST_COMPARED) continue;
    for (let count = -1; count !== waiting.length && left.length > 0; ) {
      count = waiting.length;
      waiting = waiting.filter((item) => {
        const old = nearest(item, left);
        return !(old !== undefined && nearest(old, waiting) === item && take(item, old));
      });
    }
  }
  return { oldOf, gone: [...olds.values()].flat() };
}

/** Of that many objects with one name nobody can say which has moved where. */
const MOST_COMPARED = 10_000;

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const same = found.get(key);
    if (same === undefined) found.set(key, [item]);
    else same.push(item);
  }
  return found;
}

/** The one whose path has the most in common: in the same folder first, then by the folders of both paths. */
function nearest<Item extends { readonly file: string }>(item: Item, candidates: readonly Item[]): Item | undefined {
  const steps = item.file.split('/');
  const scored = candidates
    .map((candidate) => ({ candidate, shared: sharedSteps(steps, candidate.file.split('/')) }))
    .sort((first, second) => second.shared - first.shared);
  const [best, second] = scored;
  return best !== undefined && best.shared !== second?.shared ? best.candidate : undefined;
}

function sharedSteps(steps: readonly string[], others: readonly string[]): number {
  if (steps.slice(0, -1).join('/') === others.slice(0, -1).join('/')) return Number.MAX_SAFE_INTEGER;
  const apart = steps.findIndex((step, index) => step !== others[index]);
  const start = apart === -1 ? steps.length : apart;
  return start + others.filter((step, index) => index > start && steps.includes(step)).length;
}
