import { posix } from 'node:path';
import { isObject, stringAt } from '../api/index.ts';
import type { ManifestFile } from '../manifests/index.ts';
import { itemsAt } from './component.ts';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** How a file is used as a patch. */
export interface PatchUse {
  /** Whether the kustomization says, by an OpenAPI document, how lists of custom resources are merged. */
  readonly knowsLists: boolean;
}

/** Files that a kustomization names as patches: they are parts of objects, and none of their own. */
export function patchFiles(files: readonly ManifestFile[]): ReadonlyMap<string, PatchUse> {
  const found = new Map<string, PatchUse>();
  for (const { file, documents } of files) {
    if (!NAMES.includes(posix.basename(file))) continue;
    for (const { value } of documents) {
      const paths = [
        ...itemsAt(value, 'patchesStrategicMerge'),
        ...['patches', 'patchesJson6902'].flatMap((field) =>
          itemsAt(value, field).map((patch) => (isObject(patch) ? (stringAt(patch, 'path') ?? null) : null)),
        ),
      ];
      for (const path of paths) {
        // A patch may also be written out in its place.
        if (typeof path === 'string' && !path.includes('\n'))
          found.set(posix.join(posix.dirname(file), path), { knowsLists: value.openapi !== undefined });
      }
    }
  }
  return found;
}
