import { type Problem, type Result, succeed } from '../../api/index.ts';
import { gitProblem, type Signature } from './git.ts';
import {
  commitText,
  FOLDER_MODE,
  type GitObject,
  gitObject,
  packOf,
  type TreeEntry,
  withEntries,
} from './object-format.ts';
import { git, type Repository } from './open.ts';
import { type FileMode, notAFile } from './read-files.ts';
import { baseName, type Folder, folderOf, readFoldersOf } from './read-folders.ts';

/** A commit to write; what it names but itself is in the repository already. */
export interface CommitDraft {
  readonly parents: readonly string[];
  /** Root tree to start from, or a commit whose it is; undefined: the first parent's, or an empty one. */
  readonly tree: string | undefined;
  readonly files: readonly { readonly file: string; readonly mode: FileMode; readonly bytes: Uint8Array }[];
  readonly message: string;
}

/** Commits to write in order; all but the first are made from the name of the one before. */
export type CommitDrafts = readonly [CommitDraft, ...((previous: string) => CommitDraft)[]];

/** Commits that are made, with all that is new in them, and of which the repository knows nothing yet. */
export interface MadeCommits {
  /** The commits' names, in order. */
  readonly commits: readonly string[];
  readonly objects: readonly GitObject[];
}

/**
 * Makes commits without an index and a work tree, from the trees that they start with.
 * @returns a problem where a file would have to stand in something that is no folder.
 */
export async function makeCommits(
  repository: Repository,
  signature: Signature,
  [first, ...rest]: CommitDrafts,
): Promise<Result<MadeCommits>> {
  const commits: string[] = [];
  const objects: GitObject[] = [];
  let draft: CommitDraft | undefined = first;
  while (draft !== undefined) {
    const tree = await makeTree(repository, draft, objects);
    if (!tree.ok) return tree;
    const text = commitText(tree.value, draft.parents, signature, draft.message);
    const commit = gitObject('commit', text, repository.hash);
    objects.push(commit);
    commits.push(commit.name);
    draft = rest[commits.length - 1]?.(commit.name);
  }
  return succeed({ commits, objects });
}

/**
 * Has git store objects, in one process and each in a file of its own: two who write the same ones do not meet. Until a ref
 * names them, git keeps them as it keeps all recent objects, for two weeks unless told otherwise.
 */
export async function storeObjects(
  repository: Repository,
  objects: Promise<readonly GitObject[]>,
): Promise<Result<undefined>> {
  const pack = objects.then((all) => packOf(all, repository.hash));
  const output = await git(repository, ['unpack-objects', '-q'], pack);
  if (!output.ok) return output;
  if (output.value.exitCode === 0) return succeed(undefined);
  return { ok: false, error: [gitProblem('git cannot write the commit', output.value)] };
}

/** The name of a draft's root tree; what is new in it is added to `objects`. */
async function makeTree(
  repository: Repository,
  { tree, parents, files }: CommitDraft,
  objects: GitObject[],
): Promise<Result<string>> {
  const root = tree ?? parents[0];
  const read =
    root === undefined
      ? succeed(new Map<string, Folder>())
      : await readFoldersOf(
          repository,
          root,
          files.map(({ file }) => file),
        );
  if (!read.ok) return read;
  const changes = new Map<string, Map<string, TreeEntry>>();
  const change = (path: string, entry: TreeEntry): void => {
    const folder = folderOf(path);
    changes.set(folder, (changes.get(folder) ?? new Map()).set(baseName(path), entry));
  };
  for (const { file, mode, bytes } of files) {
    const problem = inTheWay(file, read.value);
    if (problem !== undefined) return { ok: false, error: [problem] };
    const blob = gitObject('blob', bytes, repository.hash);
    objects.push(blob);
    change(file, { mode, object: blob.name });
  }
  // From the deepest folder up, as each is an entry of the one that it lies in.
  for (let path = deepest(changes); path !== undefined; path = deepest(changes)) {
    const made = withEntries(
      read.value.get(path)?.bytes ?? new Uint8Array(),
      changes.get(path) ?? new Map(),
      repository.hash,
    );
    const folder = gitObject('tree', made, repository.hash);
    objects.push(folder);
    changes.delete(path);
    if (path === '') return succeed(folder.name);
    change(path, { mode: FOLDER_MODE, object: folder.name });
  }
  const unchanged = read.value.get('')?.name;
  if (unchanged !== undefined) return succeed(unchanged);
  const empty = gitObject('tree', new Uint8Array(), repository.hash);
  objects.push(empty);
  return succeed(empty.name);
}

function deepest(changes: ReadonlyMap<string, unknown>): string | undefined {
  return [...changes.keys()].sort((a, b) => depthOf(b) - depthOf(a))[0];
}

function depthOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
}

/** What stands where a file is to be written, or where one of its folders would have to be. */
function inTheWay(file: string, folders: ReadonlyMap<string, Folder>): Problem | undefined {
  const modeOf = (path: string) => folders.get(folderOf(path))?.entries.get(baseName(path))?.mode ?? '';
  const mode = modeOf(file);
  if (mode !== '' && !mode.startsWith('100')) return notAFile(file, mode);
  for (let path = folderOf(file); path !== ''; path = folderOf(path)) {
    if (modeOf(path) === '' || modeOf(path) === FOLDER_MODE) continue;
    return { code: 'refused', file, message: `cannot be written, since "${path}" is no folder in the repository` };
  }
  return undefined;
}
