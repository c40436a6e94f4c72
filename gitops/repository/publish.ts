import { type Result, succeed } from '../../api/index.ts';
import type { Signature } from './git.ts';
import type { Repository } from './open.ts';
import { type RefStep, updateRefs } from './refs.ts';
import { type CommitDrafts, writeCommits } from './write-commits.ts';

/**
 * Writes commits and puts refs on them, all or nothing: a reader sees the refs as they were or as they will be.
 * @param steps what to do with the refs, given the commits' names.
 * @returns the commits' names; undefined where a ref was not what a step expected, and so nothing has changed.
 */
export async function publish(
  repository: Repository,
  signature: Signature,
  reflog: string,
  drafts: CommitDrafts,
  steps: (commits: readonly string[]) => readonly RefStep[],
): Promise<Result<readonly string[] | undefined>> {
  const commits = await writeCommits(repository, signature, drafts);
  if (!commits.ok) return commits;
  const moved = await updateRefs(repository, steps(commits.value), signature, reflog);
  if (!moved.ok) return moved;
  return succeed(moved.value ? commits.value : undefined);
}
