import { randomUUID } from 'node:crypto';
import { type Result, succeed } from '../../api/index.ts';
import type { Signature } from './git.ts';
import type { Repository } from './open.ts';
import { type RefStep, updateRefs } from './refs.ts';
import { type CommitDrafts, writeCommits } from './write-commits.ts';

/** Refs that keep new commits from being collected until they have their place. Each run has its own and removes them. */
const TEMPORARY = 'refs/dynamo-gitops/tmp/';

/**
 * Writes commits and puts refs on them, all or nothing.
 * @param steps what to do with the refs, given the commits' names.
 * @returns undefined where a ref was not what a step expected; then nothing has changed.
 */
export async function publish(
  repository: Repository,
  signature: Signature,
  reflog: string,
  drafts: CommitDrafts,
  steps: (commits: readonly string[]) => readonly RefStep[],
): Promise<Result<readonly string[] | undefined>> {
  const run = `${TEMPORARY}${randomUUID()}/`;
  const commits = await writeCommits(repository, signature, drafts, (index) => `${run}${index}`);
  if (!commits.ok) return commits;
  const cleanUp = commits.value.map((commit, index): RefStep => {
    return { kind: 'delete', name: `${run}${index}`, from: commit };
  });
  const moved = await updateRefs(repository, [...steps(commits.value), ...cleanUp], signature, reflog);
  if (moved.ok && moved.value) return succeed(commits.value);
  await updateRefs(repository, cleanUp, signature, reflog);
  return moved.ok ? succeed(undefined) : moved;
}
