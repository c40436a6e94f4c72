import { type Problem, type Result, succeed } from '../../api/index.ts';
import { FOLDER_MODE, type TreeEntry } from './object-format.ts';
import type { Repository } from './open.ts';
import { baseName, folderOf, readFoldersOf } from './read-folders.ts';

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
  [FOLDER_MODE, 'a folder'],
]);

export function isFileMode(mode: string): mode is FileMode {
  return mode === '100644' || mode === '100755';
}

/** Says of a path that may not be edited what it is. */
export function notAFile(file: string, mode: string): Problem {
  return { code: 'refused', file, message: `is ${NOT_A_FILE.get(mode) ?? 'not a file'} in the repository` };
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
  const entries = await readEntriesAt(repository, commit, files);
  if (!entries.ok) return entries;
  const found = [...entries.value];
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
  const folders = await readFoldersOf(repository, commit, files);
  if (!folders.ok) return folders;
  const found = new Map(
    files.flatMap((file) => {
      const entry = folders.value.get(folderOf(file))?.entries.get(baseName(file));
      return entry === undefined ? [] : [[file, entry] as const];
    }),
  );
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
  const read = await repository.objects.read(names);
  return read.ok ? succeed(read.value.map((object) => object?.bytes)) : read;
}
