import { posix } from 'node:path';
import { isObject, stringAt } from '../api/index.ts';
import type { ManifestFile } from '../manifests/index.ts';
import { itemsAt } from './component.ts';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Files that a kustomization names as patches: they are parts of objects, and none of their own. */
export function patchFiles(files: readonly ManifestFile[]): ReadonlySet<string> {
  const found = new Set<string>();
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
        if (typeof path === 'string' && !path.includes('\n')) found.add(posix.join(posix.dirname(file), path));
      }
    }
  }
  return found;
}
