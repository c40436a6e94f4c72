import { type Result, succeed } from '../../api/index.ts';
import { gitProblem, runGit } from './git.ts';
import type { Repository } from './open.ts';

/**
 * Moves the branch that is checked out in a work tree forward to a commit, files included.
 * @returns a problem where files have changes that are not committed, or the branch has moved on meanwhile.
 */
export async function fastForward(repository: Repository, workTree: string, commit: string): Promise<Result<void>> {
  const call = { env: repository.env, cwd: workTree };
  const status = await runGit({ ...call, args: ['status', '--porcelain', '--untracked-files=no'] });
  if (!status.ok) return status;
  if (status.value.exitCode !== 0) {
    return { ok: false, error: [gitProblem('git cannot read the work tree', status.value)] };
  }
  if (status.value.stdout.length > 0) {
    const message = 'the work tree has changes that are not committed, so it is not moved';
    return { ok: false, error: [{ code: 'refused', message, hint: 'commit or put them away first' }] };
  }
  const merge = await runGit({ ...call, args: ['merge', '--ff-only', '--quiet', commit] });
  if (!merge.ok) return merge;
  if (merge.value.exitCode === 0) return succeed(undefined);
  return { ok: false, error: [{ ...gitProblem('the work tree cannot be moved', merge.value), code: 'conflict' }] };
}
