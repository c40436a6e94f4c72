import { stringAt } from '../../api/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import { type DocumentObject, documentObjects } from '../document-objects.ts';
import { patchFiles } from '../kustomize.ts';
import { matchObjects, objectKey } from '../match-objects.ts';

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

/** Which object became which. A patch, and what has no name, is told by its file. */
export function pairsOf(before: readonly DiffObject[], after: readonly DiffObject[]): readonly ObjectPair[] {
  const { oldOf, gone } = matchObjects(after, before, keyOf);
  return [
    ...after.map((now): ObjectPair => ({ before: oldOf.get(now), after: now })),
    ...gone.map((old): ObjectPair => ({ before: old, after: undefined })),
  ];
}

function keyOf({ object, kind, name, file, isPatch }: DiffObject): string {
  const key = objectKey(object);
  return isPatch || key === undefined ? JSON.stringify([file, kind, name, key ?? '']) : key;
}
