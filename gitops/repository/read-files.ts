import { createHash } from 'node:crypto';
import { type Problem, type Result, succeed } from '../../api/index.ts';
import { gitProblem } from './git.ts';
import { git, type Repository } from './open.ts';

/** Modes of files whose content may be replaced. */
export type FileMode = '100644' | '100755';

/** A file as a tree has it: the name of its content, and its mode. */
export interface FileEntry {
  readonly object: string;
  readonly mode: FileMode;
}

export interface StoredFile extends FileEntry {
  readonly bytes: Uint8Array;
}

/** What an entry of a tree is when it is not a file, by its mode. */
const NOT_A_FILE: ReadonlyMap<string, string> = new Map([
  ['120000', 'a symbolic link'],
  ['160000', 'a submodule'],
  ['040000', 'a folder'],
]);

export function isFileMode(mode: string): mode is FileMode {
  return mode === '100644' || mode === '100755';
}

/** Says of a path that may not be edited what it is. */
export function notAFile(file: string, mode: string): Problem {
  return { code: 'refused', file, message: `is ${NOT_A_FILE.get(mode) ?? 'not a file'} in the repository` };
}

/** The name that git gives to a file's content, with the hash of the repository's other names. */
export function objectName(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

/**
 * Files at a commit, with their modes; those that do not exist there are left out.
 * @returns a problem for each path that is a link, a submodule or a folder.
 */
export async function readFilesAt(
  repository: Repository,
  commit: string,
  files: readonly string[],
): Promise<Result<ReadonlyMap<string, StoredFile>>> {
  if (files.length === 0) return succeed(new Map());
  const [tree, objects] = await Promise.all([
    git(repository, ['ls-tree', '-z', '--full-tree', commit, '--', ...files]),
    readObjects(
      repository,
      files.map((file) => `${commit}:${file}`),
    ),
  ]);
  if (!tree.ok) return tree;
  if (!objects.ok) return objects;
  if (tree.value.exitCode !== 0) return { ok: false, error: [gitProblem('git cannot read the tree', tree.value)] };
  const entries = new Map<string, { readonly mode: string; readonly object: string }>();
  for (const entry of tree.value.stdout.toString('utf8').split('\0')) {
    const [, mode, object, path] = /^(\d{6}) [a-z]+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    if (mode !== undefined && object !== undefined && path !== undefined) entries.set(path, { mode, object });
  }
  const problems: Problem[] = [];
  const stored = new Map<string, StoredFile>();
  files.forEach((file, index) => {
    const entry = entries.get(file);
    const bytes = objects.value[index];
    if (entry === undefined) return;
    if (isFileMode(entry.mode) && bytes !== undefined) {
      stored.set(file, { mode: entry.mode, object: entry.object, bytes });
    } else problems.push(notAFile(file, entry.mode));
  });
  return problems.length > 0 ? { ok: false, error: problems } : succeed(stored);
}

/** Contents of objects by name (`<commit>:<path>`), in the order of the names; undefined where there is none. */
export async function readObjects(
  repository: Repository,
  names: readonly string[],
): Promise<Result<readonly (Uint8Array | undefined)[]>> {
  if (names.length === 0) return succeed([]);
  const output = await git(repository, ['cat-file', '--batch'], `${names.join('\n')}\n`);
  if (!output.ok) return output;
  if (output.value.exitCode !== 0) return { ok: false, error: [gitProblem('git cannot read objects', output.value)] };
  const { stdout } = output.value;
  let offset = 0;
  return succeed(
    names.map(() => {
      const end = stdout.indexOf(0x0a, offset);
      const header = /^[0-9a-f]{40,64} [a-z]+ (\d+)$/.exec(stdout.toString('utf8', offset, end));
      const start = end + 1;
      offset = start;
      if (header === null) return undefined;
      const size = Number(header[1]);
      offset = start + size + 1;
      return stdout.subarray(start, start + size);
    }),
  );
}
