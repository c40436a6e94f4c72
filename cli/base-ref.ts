import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type Problem, type Result, succeed } from '../api/index.ts';
import { listFilesAt, readTreeFiles, repositoryAround, resolveCommit } from '../gitops/repository/index.ts';
import { type ManifestFile, readManifest } from '../manifests/index.ts';
import { MAX_MANIFEST_BYTES } from '../manifests/read/limits.ts';
import { tooLarge } from '../manifests/read/manifest.ts';
import type { CommandContext } from './context.ts';

/** Manifests as a commit has them, with the names that the work tree's have: from the folder that the command runs in. */
export interface ManifestsAtRef {
  readonly commit: string;
  /** Sorted by path. */
  readonly files: readonly ManifestFile[];
  /** Of single files; the others are read all the same. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the manifests that a commit has at `paths`, by the rules of `readManifestTree`: named files whatever they are
 * called, and every `*.yaml` and `*.yml` under named folders. What a path leads to by a symbolic link in the work tree is
 * read at the commit, too; the commit's own links and submodules are not. A path that the commit does not have is no
 * problem: it is new.
 * @param current files of the work tree; one with the same bytes at the commit is handed back as it is, not read again.
 * @returns a problem where there is no repository or no such commit, and for paths that lead out of the folder.
 */
export async function readManifestsAtRef(
  { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>,
  ref: string,
  paths: readonly string[],
  current: readonly ManifestFile[] = [],
): Promise<Result<ManifestsAtRef>> {
  const names = new Set<string>();
  const outside: Problem[] = [];
  for (const path of paths) {
    const found = namesOf(cwd, path);
    if (found.length === 0) outside.push(leadsOut(path));
    for (const name of found) names.add(name);
  }
  if (outside.length > 0) return { ok: false, error: outside };
  const around = await repositoryAround(cwd, env);
  if (!around.ok) return around;
  const { repository, prefix } = around.value;
  const commit = await resolveCommit(repository, ref);
  if (!commit.ok) return commit;
  const wanted = [...names].map((name) => (prefix + name).replace(/\/$/, ''));
  // Everything is named by no path at all.
  const listed = await listFilesAt(repository, commit.value, wanted.includes('') ? [] : wanted);
  if (!listed.ok) return listed;

  const problems: Problem[] = [];
  const chosen = listed.value
    .map((entry) => ({ ...entry, file: entry.path.slice(prefix.length) }))
    .filter(({ file }) => isManifest(file, names))
    .filter(({ file, bytes }) => {
      if (!(bytes > MAX_MANIFEST_BYTES)) return true;
      problems.push({ code: 'unreadable', file, message: tooLarge(bytes) });
      return false;
    })
    .sort((first, second) => (first.file < second.file ? -1 : 1));
  const contents = await readTreeFiles(repository, chosen);
  if (!contents.ok) return contents;
  const known = new Map(current.map((manifest) => [manifest.file, manifest]));
  const files: ManifestFile[] = [];
  contents.value.forEach((bytes, index) => {
    const file = chosen[index]?.file ?? '';
    const same = known.get(file);
    if (same !== undefined && Buffer.compare(same.bytes, bytes) === 0) {
      files.push(same);
      return;
    }
    const read = readManifest(file, bytes);
    if (read.manifest !== undefined) files.push(read.manifest);
    problems.push(...read.problems);
  });
  return succeed({ commit: commit.value, files, problems });
}

/** A path as the commit may know it, below the folder: as it was given, and as what it leads to; none that leaves it. */
function namesOf(cwd: string, path: string): readonly string[] {
  const given = resolve(cwd, path);
  const names = [nameBelow(cwd, given)];
  try {
    names.push(nameBelow(realpathSync.native(cwd), realpathSync.native(given)));
  } catch {
    // It is not in the work tree: it may have been.
  }
  return names.filter((name) => name !== '..' && !name.startsWith('../') && !isAbsolute(name));
}

/** With forward slashes; empty for the folder itself. */
function nameBelow(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

function leadsOut(file: string): Problem {
  return { code: 'refused', file, message: 'leads out of the working folder', hint: 'choose the folder with -C' };
}

/** Whether a file is named itself, or is a manifest below a folder that is, and not in one of somebody else's. */
function isManifest(file: string, names: ReadonlySet<string>): boolean {
  if (names.has(file)) return true;
  if (!/\.ya?ml$/.test(file)) return false;
  return [...names].some((name) => {
    const below = name === '' ? file : file.startsWith(`${name}/`) ? file.slice(name.length + 1) : undefined;
    return below !== undefined && !below.split('/').includes('node_modules');
  });
}
