import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fail, formatProblem, type Problem, type Result, succeed } from '../../api/index.ts';
import { forkPoint, repositoryAround } from '../../gitops/repository/index.ts';
import { type ManifestFile, RENDER_FIRST, readManifestTree } from '../../manifests/index.ts';
import { type ManifestsAtRef, readManifestsAtRef } from '../base-ref.ts';
import type { CommandContext } from '../context.ts';
import { missingPaths, nameIn } from '../settings.ts';
import { unexpected } from '../unexpected.ts';

/** One of the two states that are compared. */
export interface Side {
  /** `HEAD (271fe6d)`, `the work tree`, or a path. */
  readonly name: string;
  /** A file of it, as a user finds it. */
  readonly placeOf: (file: string) => string;
  readonly files: readonly ManifestFile[];
  readonly problems: readonly Problem[];
}

export interface Sides {
  readonly before: Side;
  readonly after: Side;
  /** Files that are not compared, with the reason. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

export interface SidesInput {
  readonly paths: readonly string[];
  readonly base: string | undefined;
  readonly head: string | undefined;
  /** Whether the commit is meant at which the new state left `base`, rather than the tip of it. */
  readonly mergeBase: boolean;
}

/** Reads both states: two places, or a commit and what took its place. */
export async function readSides(
  { paths, base, head, mergeBase }: SidesInput,
  manifests: readonly string[],
  context: CommandContext,
): Promise<Result<Sides>> {
  if (mergeBase && base === undefined)
    return fail({ code: 'usage', message: '--merge-base: of what is not said', hint: 'name the branch with --base' });
  const [old, now, ...more] = paths;
  const isPlaces =
    base === undefined && head === undefined && old !== undefined && now !== undefined && more.length === 0;
  const sides = isPlaces
    ? await readPlaces(old, now, context.cwd)
    : await readCommits(
        { base: base ?? 'HEAD', head, mergeBase, paths: paths.length > 0 ? paths : manifests },
        context,
      );
  return sides.ok ? withoutUnreadable(...sides.value) : sides;
}

async function readPlaces(old: string, now: string, cwd: string): Promise<Result<readonly [Side, Side]>> {
  const [before, after] = [await readPlace(old, cwd), await readPlace(now, cwd)];
  if (!before.ok || !after.ok) return fail(...[before, after].flatMap((side) => (side.ok ? [] : side.error)));
  if (before.value.isFolder !== after.value.isFolder) {
    const [folder, file] = before.value.isFolder ? [old, now] : [now, old];
    return fail({
      code: 'usage',
      message: `${folder} is a folder and ${file} is a file`,
      hint: 'compare two of a kind',
    });
  }
  if (after.value.isFolder) return succeed([before.value, after.value]);
  // Two files are two states of one, whatever they are called.
  return succeed([named(before.value, basename(now)), after.value]);
}

function named(side: Side, file: string): Side {
  const files = side.files.map((manifest) => ({
    ...manifest,
    file,
    documents: manifest.documents.map((document) => ({ ...document, file })),
  }));
  return { ...side, files, problems: side.problems.map((problem) => ({ ...problem, file })) };
}

/** A folder's files by their paths below it; a single file by its name. */
async function readPlace(path: string, cwd: string): Promise<Result<Side & { readonly isFolder: boolean }>> {
  const absolute = resolve(cwd, path);
  let isFolder: boolean;
  try {
    isFolder = (await stat(absolute)).isDirectory();
  } catch (cause) {
    return fail({ ...unexpected(cause), file: path });
  }
  const tree = isFolder
    ? await readManifestTree(absolute, ['.'])
    : await readManifestTree(dirname(absolute), [basename(absolute)]);
  const placeOf = (file: string): string => (isFolder ? `${path.replace(/\/$/, '')}/${file}` : path);
  return succeed({ name: path, placeOf, ...tree, isFolder });
}

async function readCommits(
  { base, head, paths, mergeBase }: Omit<SidesInput, 'base'> & { readonly base: string },
  context: CommandContext,
): Promise<Result<readonly [Side, Side]>> {
  const { cwd } = context;
  const tree = head === undefined ? await readManifestTree(cwd, paths) : undefined;
  const fork = mergeBase ? await forkPointOf(context, base, head ?? 'HEAD') : succeed(base);
  if (!fork.ok) return fork;
  const old = await readManifestsAtRef(context, fork.value, paths, tree?.files);
  if (!old.ok) return old;
  const before = mergeBase
    ? { ...sideAt(fork.value, old.value), name: `${fork.value.slice(0, 7)}, where ${base} was left` }
    : sideAt(base, old.value);
  if (tree !== undefined) {
    // What was removed is no mistake in the call: it is the difference.
    const missing = missingPaths(cwd, paths, tree.problems);
    const unknown = missing.filter(
      ({ file }) => !old.value.files.some((one) => isBelow(one.file, nameIn(cwd, file ?? ''))),
    );
    if (unknown.length > 0) return fail(...unknown);
    const problems = tree.problems.filter((problem) => !missing.includes(problem));
    return succeed([before, { name: 'the work tree', placeOf: (file) => file, files: tree.files, problems }]);
  }
  const now = await readManifestsAtRef(context, head ?? 'HEAD', paths, old.value.files);
  return now.ok ? succeed([before, sideAt(head ?? 'HEAD', now.value)]) : now;
}

async function forkPointOf({ cwd, env }: CommandContext, base: string, head: string): Promise<Result<string>> {
  const around = await repositoryAround(cwd, env);
  return around.ok ? forkPoint(around.value.repository, base, head) : around;
}

function sideAt(ref: string, { commit, files, problems }: ManifestsAtRef): Side {
  const name = commit.startsWith(ref) ? commit.slice(0, 7) : `${ref} (${commit.slice(0, 7)})`;
  return { name, placeOf: (file) => `${ref}:${file}`, files, problems };
}

function isBelow(file: string, path: string): boolean {
  return path === '.' || file === path || file.startsWith(`${path}/`);
}

/**
 * Leaves out, on both sides, files of which one side cannot be read in full: their objects would look removed. A file that
 * differs and is broken stops the comparison, since nobody could say what it means.
 */
function withoutUnreadable(before: Side, after: Side): Result<Sides> {
  const problems = [...before.problems, ...after.problems];
  const files = [...new Set(problems.map(({ file }) => file ?? ''))].sort();
  const broken = files.flatMap((file) => {
    const [old, now] = [fileOf(before, file), fileOf(after, file)];
    const isSame = old !== undefined && now !== undefined && old.digest === now.digest;
    const errors = (side: Side): readonly Problem[] =>
      side.problems
        .filter((problem) => problem.file === file && problem.code === 'syntax' && problem.hint !== RENDER_FIRST)
        .map((problem) => ({ ...problem, file: side.placeOf(file) }));
    return isSame ? [] : [...errors(after), ...errors(before)];
  });
  if (broken.length > 0) return fail(...broken);
  const isRead = ({ file }: ManifestFile): boolean => !files.includes(file);
  return succeed({
    before: { ...before, files: before.files.filter(isRead) },
    after: { ...after, files: after.files.filter(isRead) },
    skipped: files.map((file) => {
      const problem = problems.find((one) => (one.file ?? '') === file);
      const reason = problem === undefined ? '' : formatProblem({ code: problem.code, message: problem.message });
      return { file, reason };
    }),
  });
}

function fileOf({ files }: Side, file: string): ManifestFile | undefined {
  return files.find((manifest) => manifest.file === file);
}
