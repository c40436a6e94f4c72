import { posix } from 'node:path';
import { stringAt } from '../../api/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import { type DocumentObject, documentObjects } from '../document-objects.ts';
import { patchFiles } from '../kustomize.ts';

/** One object of a set of files. */
export interface DiffObject extends Pick<DocumentObject, 'object' | 'file'> {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** A patch of a kustomization: a part of an object, that nobody creates as it is. */
  readonly isPatch: boolean;
}

/** An object before and after; one of the two is undefined where it is new or gone. */
export type ObjectPair =
  | { readonly before: DiffObject; readonly after: DiffObject }
  | { readonly before: undefined; readonly after: DiffObject }
  | { readonly before: DiffObject; readonly after: undefined };

/** Every object of the files, those inside of a `List` included, in the order of the files. */
export function objectsIn(files: readonly ManifestFile[]): readonly DiffObject[] {
  const patches = patchFiles(files);
  return files.flatMap((manifest) =>
    manifest.documents.flatMap((document) =>
      documentObjects(manifest, document).map(({ object, file }) => ({
        object,
        file,
        kind: stringAt(object, 'kind') ?? '',
        name: stringAt(object, 'metadata', 'name') ?? '',
        namespace: stringAt(object, 'metadata', 'namespace') || undefined,
        isPatch: patches.has(file),
      })),
    ),
  );
}

/**
 * Which object became which. An object is what its group, kind, namespace and name say; where several share that, as
 * those of two environments may, the one of the same file is meant, then the one of the same folder, then the only one
 * that is left. What has no name is told by its file.
 */
export function matchObjects(before: readonly DiffObject[], after: readonly DiffObject[]): readonly ObjectPair[] {
  const left = new Map<string, DiffObject[]>();
  for (const object of before) {
    const key = identity(object);
    left.set(key, [...(left.get(key) ?? []), object]);
  }
  const partner = new Map<DiffObject, DiffObject>();
  const match = (isSame: (old: DiffObject, now: DiffObject) => boolean): void => {
    for (const now of after) {
      if (partner.has(now)) continue;
      const olds = left.get(identity(now)) ?? [];
      const index = olds.findIndex((old) => isSame(old, now));
      const [old] = index < 0 ? [] : olds.splice(index, 1);
      if (old !== undefined) partner.set(now, old);
    }
  };
  match((old, now) => old.file === now.file);
  match((old, now) => posix.dirname(old.file) === posix.dirname(now.file));
  const waiting = new Map<string, number>();
  for (const now of after) {
    if (!partner.has(now)) waiting.set(identity(now), (waiting.get(identity(now)) ?? 0) + 1);
  }
  match((_, now) => left.get(identity(now))?.length === 1 && waiting.get(identity(now)) === 1);
  const pairs = after.map((now): ObjectPair => ({ before: partner.get(now), after: now }));
  const gone = [...left.values()].flat().map((old): ObjectPair => ({ before: old, after: undefined }));
  return [...pairs, ...gone];
}

function identity({ object, kind, name, namespace, file, isPatch }: DiffObject): string {
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const isLocal = isPatch || name === '' || kind === '';
  return JSON.stringify([group, kind, namespace ?? null, name, ...(isLocal ? [file] : [])]);
}
