import { type Result, succeed } from '../../api/index.ts';
import { gitProblem } from './git.ts';
import { git, type Repository } from './open.ts';
import { forkPoint } from './read-tree.ts';

/**
 * Every path that a merge of `head` into `base` would bring: what differs, in content, mode or existence, between `head`
 * and the last commit that both have in common.
 */
export async function changedPaths(
  repository: Repository,
  base: string,
  head: string,
): Promise<Result<readonly string[]>> {
  const fork = await forkPoint(repository, base, head);
  if (!fork.ok) return fork;
  const output = await git(repository, ['diff-tree', '-r', '-z', '--name-only', '--no-renames', fork.value, head]);
  if (!output.ok) return output;
  if (output.value.exitCode !== 0) {
    return { ok: false, error: [gitProblem('git cannot compare the commits', output.value)] };
  }
  return succeed(output.value.stdout.toString('utf8').split('\0').filter(Boolean));
}
