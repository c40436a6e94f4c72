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
  return files.length <= FEW ? readFew(repository, commit, files) : readMany(repository, commit, files);
}

/** Files for which one process is less than reading the tree first. */
const FEW = 16;

/** With one process: folders are objects too, and say what their entries are. */
async function readFew(
  repository: Repository,
  commit: string,
  files: readonly string[],
): Promise<Result<ReadonlyMap<string, StoredFile>>> {
  // Whatever is above them tells a file that does not exist from one that this clone does not hold.
  const folders = [...new Set(['', ...files.flatMap(foldersOf)])];
  const read = await readTyped(
    repository,
    [...folders, ...files].map((path) => `${commit}:${path}`),
  );
  if (!read.ok) return read;
  const trees = new Map(folders.map((folder, index) => [folder, treeEntries(read.value[index], commit)]));
  const isMissing = folders.some((folder, index) => {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    const isThere = folder === '' || trees.get(folderOf(folder))?.get(name)?.mode === FOLDER_MODE;
    return isThere && read.value[index]?.type !== 'tree';
  });
  if (isMissing) {
    return { ok: false, error: [{ code: 'unavailable', message: `this clone does not hold all of ${commit}` }] };
  }
  const found = new Map(
    files.flatMap((file) => {
      const entry = trees.get(folderOf(file))?.get(file.slice(file.lastIndexOf('/') + 1));
      return entry === undefined ? [] : [[file, entry] as const];
    }),
  );
  const entries = filesAmong(files, found);
  if (!entries.ok) return entries;
  const contents = new Map(files.map((file, index) => [file, read.value[folders.length + index]?.bytes]));
  return stored(entries.value, contents);
}

async function readMany(
  repository: Repository,
  commit: string,
  files: readonly string[],
): Promise<Result<ReadonlyMap<string, StoredFile>>> {
  const entries = await readEntriesAt(repository, commit, files);
  if (!entries.ok) return entries;
  const found = [...entries.value];
  // Git finds an object faster by its own name than by a path to it.
  const read = await readObjects(
    repository,
    found.map(([, { object }]) => object),
  );
  if (!read.ok) return read;
  return stored(entries.value, new Map(found.map(([file], index) => [file, read.value[index]])));
}

function stored(
  entries: ReadonlyMap<string, FileEntry>,
  contents: ReadonlyMap<string, Uint8Array | undefined>,
): Result<ReadonlyMap<string, StoredFile>> {
  const files = new Map<string, StoredFile>();
  for (const [file, entry] of entries) {
    const bytes = contents.get(file);
    if (bytes === undefined) {
      return { ok: false, error: [{ code: 'unavailable', file, message: 'has no content in this clone' }] };
    }
    files.set(file, { ...entry, bytes });
  }
  return succeed(files);
}

/** The folder of a file, empty for the root. */
function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

/** The folder of a file and all that it lies in, but for the root. */
function foldersOf(file: string): readonly string[] {
  const steps = file.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

const FOLDER_MODE = '040000';

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
}

/** A tree object's entries by name: a mode without leading zeros, a name, a zero byte and the object's name in bytes. */
function treeEntries(tree: TypedObject | undefined, like: string): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  if (tree?.type !== 'tree') return entries;
  const { bytes } = tree;
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0x00, space);
    const end = zero + 1 + like.length / 2;
    const mode = bytes.toString('latin1', at, space).padStart(6, '0');
    entries.set(bytes.toString('utf8', space + 1, zero), { mode, object: bytes.toString('hex', zero + 1, end) });
    at = end;
  }
  return entries;
}

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
  const found = new Map<string, TreeEntry>();
  for (const entry of tree.value.stdout.toString('utf8').split('\0')) {
    const [, mode, object, path] = /^(\d{6}) [a-z]+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    if (mode !== undefined && object !== undefined && path !== undefined) found.set(path, { mode, object });
  }
  return filesAmong(files, found);
}

/** @returns a problem for each path that is a link, a submodule or a folder. */
function filesAmong(
  files: readonly string[],
  found: ReadonlyMap<string, TreeEntry>,
): Result<ReadonlyMap<string, FileEntry>> {
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
  const read = await readTyped(repository, names);
  return read.ok ? succeed(read.value.map((object) => object?.bytes)) : read;
}

interface TypedObject {
  readonly type: string;
  readonly bytes: Buffer;
}

async function readTyped(
  repository: Repository,
  names: readonly string[],
): Promise<Result<readonly (TypedObject | undefined)[]>> {
  if (names.length === 0) return succeed([]);
  const output = await git(repository, ['cat-file', '--batch'], `${names.join('\n')}\n`);
  if (!output.ok) return output;
  if (output.value.exitCode !== 0) return { ok: false, error: [gitProblem('git cannot read objects', output.value)] };
  const { stdout } = output.value;
  let offset = 0;
  return succeed(
    names.map(() => {
      const end = stdout.indexOf(0x0a, offset);
      const header = /^[0-9a-f]{40,64} ([a-z]+) (\d+)$/.exec(stdout.toString('utf8', offset, end));
      const start = end + 1;
      offset = start;
      if (header === null) return undefined;
      const [, type = '', size = '0'] = header;
      offset = start + Number(size) + 1;
      return { type, bytes: stdout.subarray(start, offset - 1) };
    }),
  );
}
