import { isObject, type JsonObject, stringAt } from '../api/index.ts';
import { templateMark } from '../manifests/index.ts';
import type { DocumentObject } from './document-objects.ts';

/** The objects of now with what each of them was before. */
export interface Pairing {
  /** What the object was; undefined for one that is new, or of which that cannot be told. */
  oldOf(now: DocumentObject): JsonObject | undefined;
  /** Objects of before that are nowhere now. */
  readonly removed: readonly DocumentObject[];
}

/**
 * Pairs objects by group, kind, namespace and name, whatever the version. Objects of one name may stand in several
 * folders, one for each cluster: an object is paired with the one of its own file, else with the nearest of those that
 * have left theirs.
 */
export function pairObjects(now: readonly DocumentObject[], before: readonly DocumentObject[]): Pairing {
  const left = new Map<string, DocumentObject[]>();
  for (const entry of before) {
    const name = nameOf(entry.object);
    if (name !== undefined) left.set(name, [...(left.get(name) ?? []), entry]);
  }
  const old = new Map<DocumentObject, DocumentObject>();
  const take = (
    entry: DocumentObject,
    choose: (candidates: readonly DocumentObject[]) => DocumentObject | undefined,
  ) => {
    const candidates = left.get(nameOf(entry.object) ?? '') ?? [];
    const chosen = choose(candidates);
    if (chosen === undefined) return;
    candidates.splice(candidates.indexOf(chosen), 1);
    old.set(entry, chosen);
  };
  for (const entry of now) take(entry, (candidates) => candidates.find(({ file }) => file === entry.file));
  for (const entry of now) if (!old.has(entry)) take(entry, (candidates) => nearest(entry, candidates));
  return {
    oldOf: (entry) => {
      const found = old.get(entry);
      return found === undefined || isTemplate(found) ? undefined : found.object;
    },
    removed: [...left.values()].flat(),
  };
}

/** As text that no other object has; undefined for what has no name. */
function nameOf(object: JsonObject): string | undefined {
  const { apiVersion, kind, metadata } = object;
  const name = isObject(metadata) ? metadata.name : undefined;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return undefined;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return JSON.stringify([group, kind, stringAt(metadata, 'namespace') ?? '', name]);
}

/** The one whose path has the most in common; where two have the same, nobody can say which has moved. */
function nearest(entry: DocumentObject, candidates: readonly DocumentObject[]): DocumentObject | undefined {
  const steps = entry.file.split('/');
  const scored = candidates
    .map((candidate) => {
      const others = candidate.file.split('/');
      const apart = steps.findIndex((step, index) => step !== others[index]);
      const start = apart === -1 ? steps.length : apart;
      return {
        candidate,
        shared: start + others.filter((step, index) => index > start && steps.includes(step)).length,
      };
    })
    .sort((first, second) => second.shared - first.shared);
  const [best, second] = scored;
  return best !== undefined && best.shared !== second?.shared ? best.candidate : undefined;
}

/** What a placeholder stood for is not known. */
function isTemplate({ manifest, document }: DocumentObject): boolean {
  const span = manifest.spans[document.index];
  return span !== undefined && templateMark(manifest.text.slice(span.start, span.end)) !== undefined;
}
