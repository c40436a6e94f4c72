import { type Result, succeed } from '../../api/index.ts';
import { gitProblem } from './git.ts';
import { git, type Repository } from './open.ts';

/** Whether all of `ancestor`'s history is part of `descendant`'s. A commit is its own ancestor; a missing one is none. */
export async function isAncestor(
  repository: Repository,
  ancestor: string,
  descendant: string,
): Promise<Result<boolean>> {
  if (ancestor === descendant) return succeed(true);
  const output = await git(repository, ['merge-base', '--is-ancestor', ancestor, descendant]);
  return output.ok ? succeed(output.value.exitCode === 0) : output;
}

/** How a three-way merge ends: as a tree, or with the files that both sides changed differently. */
export type MergedTree =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** Merges two commits in the object database, without a work tree (git 2.38 or later). */
export async function mergeTrees(repository: Repository, base: string, head: string): Promise<Result<MergedTree>> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', base, head];
  const output = await git(repository, args);
  if (!output.ok) return output;
  const [tree = '', ...files] = output.value.stdout.toString('utf8').split('\0');
  if (output.value.exitCode === 0) return succeed({ kind: 'clean', tree });
  if (output.value.exitCode === 1) {
    return succeed({ kind: 'conflict', files: [...new Set(files.filter((file) => file !== ''))] });
  }
  const problem = gitProblem('git cannot merge', output.value);
  return { ok: false, error: [{ ...problem, hint: 'git 2.38 or later is needed' }] };
}
