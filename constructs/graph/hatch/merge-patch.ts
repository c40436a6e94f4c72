import { isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';

/** A JSON Merge Patch (RFC 7386): objects are merged, `null` removes, everything else replaces, lists as a whole. */
export function applyMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue | undefined>(Object.entries(document));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (isObject(value)) {
      const current = merged.get(key);
      merged.set(key, applyMergePatch(isObject(current) ? current : {}, value));
    } else if (value !== undefined) merged.set(key, value);
  }
  return Object.fromEntries(merged);
}
