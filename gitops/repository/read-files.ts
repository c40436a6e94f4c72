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
  const isFew = files.length <= FEW;
  // Git finds an object faster by its own name, which only the tree tells; a few are read while the tree still is.
  const [entries, byPath] = await Promise.all([
    readEntriesAt(repository, commit, files),
    readObjects(repository, isFew ? files.map((file) => `${commit}:${file}`) : []),
  ]);
  if (!entries.ok) return entries;
  const found = [...entries.value];
  const contents = isFew
    ? byPath
    : await readObjects(
        repository,
        found.map(([, { object }]) => object),
      );
  if (!contents.ok) return contents;
  const bytesOf = new Map(
    (isFew ? files : found.map(([file]) => file)).map((file, index) => [file, contents.value[index]]),
  );
  const stored = new Map<string, StoredFile>();
  for (const [file, entry] of found) {
    const bytes = bytesOf.get(file);
    if (bytes === undefined)
      return { ok: false, error: [{ code: 'unavailable', file, message: 'has no content in this clone' }] };
    stored.set(file, { ...entry, bytes });
  }
  return succeed(stored);
}

/** Files whose contents are asked for by their paths. */
const FEW = 16;

/** Paths for which git is asked for these alone; for more of them, reading the whole tree takes less time than comparing. */
const MOST_PATHS = 200;

/**
 * Names and modes of files at a commit, without their content; those that do not exist there are left out.
 * @returns a problem for each path that is a link, a submodule or a folder.
 */
export async function readEntriesAt(
  repository: Repository,
  commit: string,
  files: readonly string[],
): Promise<Result<ReadonlyMap<string, FileEntry>>> {
  if (files.length === 0) return succeed(new Map());
  const which = files.length > MOST_PATHS ? ['-r', '-t', commit] : [commit, '--', ...files];
  const tree = await git(repository, ['ls-tree', '-z', '--full-tree', ...which]);
  if (!tree.ok) return tree;
  if (tree.value.exitCode !== 0) return { ok: false, error: [gitProblem('git cannot read the tree', tree.value)] };
  const found = new Map<string, { readonly mode: string; readonly object: string }>();
  for (const entry of tree.value.stdout.toString('utf8').split('\0')) {
    const [, mode, object, path] = /^(\d{6}) [a-z]+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    if (mode !== undefined && object !== undefined && path !== undefined) found.set(path, { mode, object });
  }
  const problems: Problem[] = [];
  const entries = new Map<string, FileEntry>();
  for (const file of files) {
    const entry = found.get(file);
    if (entry === undefined) continue;
    if (isFileMode(entry.mode)) entries.set(file, { mode: entry.mode, object: entry.object });
    else problems.push(notAFile(file, entry.mode));
  }
  return problems.length > 0 ? { ok: false, error: problems } : succeed(entries);
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
