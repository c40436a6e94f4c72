import { type Result, succeed } from '../../api/index.ts';
import { FOLDER_MODE, type TreeEntry, treeEntries } from './object-format.ts';
import type { Repository } from './open.ts';

/** A folder of a commit: its tree as it is stored, and what is in it by name. */
export interface Folder {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

/** The folder of a path, empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folders that some files lie in at a commit or tree, and all above them, by path; those that do not exist are left out. */
export async function readFoldersOf(
  repository: Repository,
  root: string,
  files: readonly string[],
): Promise<Result<ReadonlyMap<string, Folder>>> {
  const found = new Map<string, Folder>();
  let level: readonly (readonly [path: string, name: string])[] = [['', `${root}^{tree}`]];
  const wanted = new Set(files.flatMap(foldersAbove));
  for (let depth = 1; level.length > 0; depth += 1) {
    const read = await repository.objects.read(level.map(([, name]) => name));
    if (!read.ok) return read;
    for (const [index, [path]] of level.entries()) {
      const tree = read.value[index];
      if (tree?.type !== 'tree') return missing(root);
      const { name, bytes } = tree;
      const entries = treeEntries(bytes, repository.hash);
      if (entries === undefined) return malformed(name);
      found.set(path, { name, bytes, entries });
    }
    level = [...wanted].flatMap((path): readonly (readonly [string, string])[] => {
      if (path.split('/').length !== depth) return [];
      const entry = found.get(folderOf(path))?.entries.get(baseName(path));
      return entry?.mode === FOLDER_MODE ? [[path, entry.object]] : [];
    });
  }
  return succeed(found);
}

/** The folder of a file and all that it lies in, but for the root. */
function foldersAbove(file: string): readonly string[] {
  const steps = file.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

function malformed(tree: string): Result<never> {
  const message = `the tree ${tree} is not one that git can read`;
  return { ok: false, error: [{ code: 'unavailable', message, hint: '"git fsck" tells more' }] };
}

/** What a tree names and is not there was not fetched: the file may well exist. */
function missing(root: string): Result<never> {
  return { ok: false, error: [{ code: 'unavailable', message: `this clone does not hold all of ${root}` }] };
}
