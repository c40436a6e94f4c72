import { type Problem, type Result, succeed } from '../../api/index.ts';
import { type GitCall, type GitOutput, gitEnvironment, gitProblem, runGit } from './git.ts';
import type { ObjectHash } from './object-format.ts';
import { ObjectReader } from './object-reader.ts';

/** A local repository, bare or with a work tree, reached by its git folder alone: never by its work tree or index. */
export interface Repository {
  readonly gitDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly hash: ObjectHash;
  readonly objects: ObjectReader;
}

/**
 * The repository whose root, or whose git folder, is `folder`.
 * @returns a problem where there is none, where git is missing, and where the folder lies below the root, since every
 * path of a plan starts at the root.
 */
export async function openRepository(
  folder: string,
  env: { readonly [name: string]: string | undefined },
): Promise<Result<Repository>> {
  const around = await repositoryAround(folder, env);
  if (!around.ok) return around;
  const { prefix, repository } = around.value;
  if (prefix !== '') {
    const message = `the repository's root is above this folder, which is its "${prefix}"; paths of a plan start at the root`;
    return {
      ok: false,
      error: [{ code: 'refused', message, hint: "run in the repository's root, or name it with -C" }],
    };
  }
  return succeed(repository);
}

/** The repository that a folder is part of; `prefix` is the folder below the root, as `apps/chat/`, or empty. */
export async function repositoryAround(
  folder: string,
  env: { readonly [name: string]: string | undefined },
): Promise<Result<{ readonly repository: Repository; readonly prefix: string }>> {
  const environment = gitEnvironment(env);
  const args = ['rev-parse', '--absolute-git-dir', '--show-prefix', '--show-object-format'];
  const answer = await runGit({ args, env: environment, cwd: folder });
  if (!answer.ok) return answer;
  if (answer.value.exitCode !== 0) return { ok: false, error: [openProblem(answer.value)] };
  const [gitDir = '', prefix = '', format = ''] = answer.value.stdout.toString('utf8').split('\n');
  const hash = format === 'sha256' ? format : 'sha1';
  const objects = new ObjectReader(gitDir, environment);
  return succeed({ repository: { gitDir, env: environment, hash, objects }, prefix });
}

/** A partial clone fetches each object that it misses, one by one, unless it is told not to (git 2.45 or later). */
export function withoutNetwork(repository: Repository): Repository {
  const env = { ...repository.env, GIT_NO_LAZY_FETCH: '1' };
  return { ...repository, env, objects: new ObjectReader(repository.gitDir, env) };
}

/**
 * Where a remote is, as git would fetch from it; undefined where there is no such remote.
 * It may hold a password: it is for no message.
 */
export async function remoteAddress(repository: Repository, name: string): Promise<Result<string | undefined>> {
  const output = await git(repository, ['remote', 'get-url', name]);
  if (!output.ok) return output;
  return succeed(output.value.exitCode === 0 ? output.value.stdout.toString('utf8').trim() : undefined);
}

/** Runs a git command on the repository's object database and refs. */
export async function git(
  repository: Repository,
  args: readonly string[],
  input?: GitCall['input'],
): Promise<Result<GitOutput>> {
  return runGit({
    args: [`--git-dir=${repository.gitDir}`, ...args],
    env: repository.env,
    ...(input === undefined ? {} : { input }),
  });
}

function openProblem(output: GitOutput): Problem {
  if (/not a git repository/.test(output.stderr)) {
    return {
      code: 'not-found',
      message: 'this folder is not in a git repository',
      hint: 'run in a clone, or name it with -C; "git init" makes a new one',
    };
  }
  if (/dubious ownership/.test(output.stderr)) {
    return {
      code: 'refused',
      message: 'the repository belongs to another user, so git does not open it',
      hint: 'git config --global --add safe.directory <folder>',
    };
  }
  return gitProblem('git cannot open the repository', output);
}
