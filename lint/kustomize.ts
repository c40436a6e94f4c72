import { posix } from 'node:path';
import { isObject, type JsonObject, stringAt } from '../api/index.ts';
import type { ManifestFile } from '../manifests/index.ts';
import { itemsAt } from './component.ts';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export function isKustomizationFile(file: string): boolean {
  return NAMES.includes(posix.basename(file));
}

/** How a file is used as a patch. */
export interface PatchUse {
  /** Whether whatever builds the patch says, by an OpenAPI document, how lists of custom resources are merged. */
  readonly knowsLists: boolean;
}

interface KustomizationDocument {
  readonly file: string;
  readonly object: JsonObject;
}

/** The kustomizations of a repository, by folder, and what each is made of. */
export interface KustomizeTree {
  has(folder: string): boolean;
  /** Files that a build of the folder reads as whole objects, with those of the kustomizations that it includes. */
  filesOf(folder: string): ReadonlySet<string>;
  /** Whether every build that the folder is part of knows how lists of custom resources are merged. */
  knowsLists(folder: string): boolean;
}

export function kustomizeTree(documents: Iterable<KustomizationDocument>): KustomizeTree {
  const byFolder = new Map<string, JsonObject>();
  for (const { file, object } of documents) {
    if (isKustomizationFile(file)) byFolder.set(posix.dirname(file), object);
  }
  const included = new Map([...byFolder].map(([folder, object]) => [folder, entriesOf(folder, object)]));
  const users = new Map<string, string[]>();
  for (const [folder, entries] of included) {
    for (const entry of entries) {
      if (byFolder.has(entry)) users.set(entry, [...(users.get(entry) ?? []), folder]);
    }
  }
  // The outermost kustomization is loaded first, and its document holds for all that it includes.
  const knows = (folder: string): boolean => {
    const seen = new Set([folder]);
    let isUnderRoot = false;
    for (const one of seen) {
      const over = users.get(one) ?? [];
      const isTold = byFolder.get(one)?.openapi !== undefined;
      if (!isTold && over.length === 0) return false;
      if (isTold) isUnderRoot = true;
      else for (const user of over) seen.add(user);
    }
    return isUnderRoot;
  };
  const filesOf = (folder: string): ReadonlySet<string> => {
    const files = new Set<string>();
    const folders = new Set([folder]);
    for (const one of folders) {
      for (const entry of included.get(one) ?? []) (byFolder.has(entry) ? folders : files).add(entry);
    }
    return files;
  };
  return {
    has: (folder) => byFolder.has(folder),
    filesOf,
    knowsLists: knows,
  };
}

/** Files and folders that a kustomization includes; what is not in this repository is left out. */
function entriesOf(folder: string, object: JsonObject): readonly string[] {
  return ['resources', 'bases', 'components'].flatMap((field) =>
    itemsAt(object, field).flatMap((entry) =>
      typeof entry === 'string' && !entry.includes('\n') && !entry.includes('://')
        ? [posix.join(folder, entry).replace(/(.)\/$/, '$1')]
        : [],
    ),
  );
}

/** Files that a kustomization names as patches: they are parts of objects, and none of their own. */
export function patchFiles(files: readonly ManifestFile[]): ReadonlyMap<string, PatchUse> {
  const kustomizations = files
    .filter(({ file }) => isKustomizationFile(file))
    .flatMap(({ file, documents }) => documents.map(({ value }) => ({ file, object: value })));
  const tree = kustomizeTree(kustomizations);
  const found = new Map<string, PatchUse>();
  for (const { file, object } of kustomizations) {
    const folder = posix.dirname(file);
    const paths = [
      ...itemsAt(object, 'patchesStrategicMerge'),
      ...['patches', 'patchesJson6902'].flatMap((field) =>
        itemsAt(object, field).map((patch) => (isObject(patch) ? (stringAt(patch, 'path') ?? null) : null)),
      ),
    ];
    for (const path of paths) {
      // A patch may also be written out in its place.
      if (typeof path !== 'string' || path.includes('\n')) continue;
      const patch = posix.join(folder, path);
      const knowsLists = tree.knowsLists(folder) && (found.get(patch)?.knowsLists ?? true);
      found.set(patch, { knowsLists });
    }
  }
  return found;
}
