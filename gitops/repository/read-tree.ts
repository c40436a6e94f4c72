import { closestName } from '../../api/closest-name.ts';
import { type Problem, type Result, succeed } from '../../api/index.ts';
import { gitProblem } from './git.ts';
import { git, type Repository, withoutNetwork } from './open.ts';
import { readObjects } from './read-files.ts';

/** Longest name that is looked up; git allows no longer one. */
const MAX_NAME = 1000;

/**
 * The commit that a name stands for: a branch, a tag, a hash, `HEAD~2`, `origin/main`.
 * @returns a problem where there is none, which says so of a clone that was cut short.
 */
export async function resolveCommit(repository: Repository, name: string): Promise<Result<string>> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no name of a ref holds any
  if (name === '' || name.startsWith('-') || name.length > MAX_NAME || /[\u0000-\u001f\u007f]/.test(name)) {
    const message = `"${name.slice(0, 80)}" cannot be the name of a branch, a tag or a commit`;
    return { ok: false, error: [{ code: 'usage', message }] };
  }
  const output = await git(repository, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  if (!output.ok) return output;
  const commit = output.value.stdout.toString('utf8').trim();
  if (output.value.exitCode === 0 && commit !== '') return succeed(commit);
  return { ok: false, error: [await unknownCommit(repository, name)] };
}

/**
 * The last commit that the histories of two names have in common: where a branch left another.
 * @returns a problem where there is none, which a clone that was cut short may only lack.
 */
export async function forkPoint(repository: Repository, first: string, second: string): Promise<Result<string>> {
  const commits = [await resolveCommit(repository, first), await resolveCommit(repository, second)] as const;
  const [one, other] = commits;
  if (!one.ok) return one;
  if (!other.ok) return other;
  const output = await git(repository, ['merge-base', one.value, other.value]);
  if (!output.ok) return output;
  const commit = output.value.stdout.toString('utf8').trim();
  if (output.value.exitCode === 0 && commit !== '') return succeed(commit);
  const message = `"${first}" and "${second}" have no commit in common here`;
  const hint = 'in a clone that was cut short, fetch more of both, as fetch-depth: 0 of actions/checkout does';
  return { ok: false, error: [{ code: 'not-found', message, hint }] };
}

async function unknownCommit(repository: Repository, name: string): Promise<Problem> {
  const [shallow, refs] = await Promise.all([
    git(repository, ['rev-parse', '--is-shallow-repository']),
    git(repository, ['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/remotes', 'refs/tags']),
  ]);
  const names = refs.ok ? refs.value.stdout.toString('utf8').split('\n').filter(Boolean) : [];
  const near = names.find((one) => one.endsWith(`/${name}`)) ?? closestName(name, names);
  const isShallow = shallow.ok && shallow.value.stdout.toString('utf8').trim() === 'true';
  const problem: Problem = { code: 'not-found', message: `the repository has no commit "${name}"` };
  if (near !== undefined) return { ...problem, hint: `did you mean "${near}"?` };
  if (!isShallow) return { ...problem, hint: 'name a branch, a tag or a commit; fetch it first if it is of a remote' };
  return {
    ...problem,
    message: `${problem.message}, and this clone holds a part of the history only`,
    hint: 'fetch it, as "git fetch origin <branch>" or fetch-depth: 0 of actions/checkout does',
  };
}

/** A file of a tree, not read yet. */
export interface TreeFile {
  /** From the repository's root. */
  readonly path: string;
  /** Name of the object that holds its bytes. */
  readonly object: string;
  readonly bytes: number;
}

/** Files at and below paths of a commit, all of it where no path is given; links and submodules are left out. */
export async function listFilesAt(
  repository: Repository,
  commit: string,
  paths: readonly string[],
): Promise<Result<readonly TreeFile[]>> {
  const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', commit, '--', ...paths];
  const output = await git(withoutNetwork(repository), args);
  if (!output.ok) return output;
  if (output.value.exitCode !== 0) {
    const isPartial = /lazy fetch|promisor/i.test(output.value.stderr);
    return {
      ok: false,
      error: [isPartial ? partialClone('files') : gitProblem('git cannot read the tree', output.value)],
    };
  }
  const files: TreeFile[] = [];
  for (const entry of output.value.stdout.toString('utf8').split('\0')) {
    const [, object, bytes, path] = /^100[0-7]{3} blob ([0-9a-f]+) +(\S+)\t(.+)$/s.exec(entry) ?? [];
    if (object !== undefined && path !== undefined) files.push({ path, object, bytes: Number(bytes) });
  }
  return succeed(files);
}

/**
 * The bytes of files, in their order.
 * @returns a problem where the clone does not hold them, as one made with `--filter` does not.
 */
export async function readTreeFiles(
  repository: Repository,
  files: readonly TreeFile[],
): Promise<Result<readonly Uint8Array[]>> {
  const objects = await readObjects(
    withoutNetwork(repository),
    files.map(({ object }) => object),
  );
  if (!objects.ok) return objects;
  const read = objects.value.filter((bytes) => bytes !== undefined);
  if (read.length === files.length) return succeed(read);
  const missing = files.length - read.length;
  return { ok: false, error: [partialClone(`${missing} file${missing === 1 ? '' : 's'}`)] };
}

function partialClone(files: string): Problem {
  const message = `this clone does not hold the content of ${files} of that commit`;
  return { code: 'not-found', message, hint: 'fetch it whole: "git fetch --refetch --no-filter origin"' };
}
