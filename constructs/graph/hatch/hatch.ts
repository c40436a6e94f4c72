import type { JsonObject } from '../../../api/index.ts';
import { applyJsonPatch, type Patched, type PatchOperation } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';

/** A change of the finished manifest that no option says. Nothing of it is checked or filtered. */
export type ManifestPatch =
  | { readonly kind: 'json'; readonly operations: readonly PatchOperation[] }
  | { readonly kind: 'merge'; readonly patch: JsonObject };

/** The manifest with every patch applied, in the order they were declared. */
export function applyPatches(manifest: JsonObject, patches: readonly ManifestPatch[]): Patched {
  let value = manifest;
  for (const patch of patches) {
    if (patch.kind === 'merge') {
      value = applyMergePatch(value, patch.patch);
      continue;
    }
    const patched = applyJsonPatch(value, patch.operations);
    if (!patched.ok) return patched;
    value = patched.value;
  }
  return { ok: true, value };
}
