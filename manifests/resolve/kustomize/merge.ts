import { isSourcedMap, type Sourced, type SourcedMap, SourcedNumber } from '../sourced.ts';

/**
 * A strategic merge of a patch into a custom resource. Without a schema kustomize merges maps, replaces lists as a whole,
 * and takes null for a deletion (kyaml's merge2; checked against kustomize 5.5).
 * @returns undefined where the patch deletes the whole value.
 */
export function strategicMerge(target: Sourced | undefined, patch: Sourced): Sourced | undefined {
  if (patch === null) return undefined;
  if (patch instanceof SourcedNumber) return patch.over(target);
  if (!isSourcedMap(patch)) return patch;
  const directive = Object.hasOwn(patch, '$patch') ? patch.$patch : undefined;
  if (directive === 'delete') return undefined;
  const own = Object.entries(patch).filter(([key]) => key !== '$patch');
  const members = new Map<string, Sourced | undefined>(
    isSourcedMap(target) && directive !== 'replace' ? Object.entries(target) : [],
  );
  for (const [key, value] of own) {
    if (value === undefined) continue;
    const before = isSourcedMap(target) && Object.hasOwn(target, key) ? target[key] : undefined;
    const merged = strategicMerge(before, value);
    if (merged === undefined) members.delete(key);
    else members.set(key, merged);
  }
  return Object.fromEntries(members) as SourcedMap;
}

/** Whether a patch holds a list, which a schema could tell kustomize to merge rather than to replace. */
export function holdsList(patch: Sourced | undefined): boolean {
  if (Array.isArray(patch)) return true;
  return isSourcedMap(patch) && Object.values(patch).some(holdsList);
}
