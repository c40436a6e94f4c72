import type { JsonObject } from '../api/index.ts';
import { templateMark } from '../manifests/index.ts';
import type { DocumentObject } from './document-objects.ts';
import { matchObjects, objectKey } from './match-objects.ts';

/** The objects of now with what each of them was before. */
export interface Pairing {
  /** What the object was; undefined for one that is new, or of which that cannot be told. */
  oldOf(now: DocumentObject): JsonObject | undefined;
  /** Objects of before that are nowhere now. */
  readonly removed: readonly DocumentObject[];
}

/** Pairs the objects that have a name; what has none is made anew each time. */
export function pairObjects(now: readonly DocumentObject[], before: readonly DocumentObject[]): Pairing {
  const keys = new Map([...now, ...before].map((entry) => [entry, objectKey(entry.object)]));
  const named = (entries: readonly DocumentObject[]) => entries.filter((entry) => keys.get(entry) !== undefined);
  const { oldOf, gone } = matchObjects(named(now), named(before), (entry) => keys.get(entry) ?? '');
  return {
    oldOf: (entry) => {
      const found = oldOf.get(entry);
      return found === undefined || isTemplate(found) ? undefined : found.object;
    },
    removed: gone,
  };
}

/** What a placeholder stood for is not known. */
function isTemplate({ manifest, document }: DocumentObject): boolean {
  const span = manifest.spans[document.index];
  return span !== undefined && templateMark(manifest.text.slice(span.start, span.end)) !== undefined;
}
