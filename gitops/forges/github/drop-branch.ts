import { type Result, succeed } from '../../../api/index.ts';
import { type BranchView, lostRace } from '../forge.ts';
import type { GitHubClient } from './client.ts';
import { githubProblem } from './failure.ts';
import { branchDropped, DROP_BRANCH } from './queries/index.ts';
import { readUnmovedState, seenIn } from './state.ts';

const NOTHING = '0'.repeat(40);

/** Drops the branch of a view that has no pull request, unless somebody has pushed to it since. */
export async function dropBranch(client: GitHubClient, view: BranchView): Promise<Result<undefined>> {
  const branches = { base: view.base.branch, head: view.head.branch };
  const state = await readUnmovedState(client, branches, seenIn(view));
  if (!state.ok) return state;
  const { repositoryId, head, open } = state.value;
  if (open !== undefined || head === undefined) return { ok: false, error: [lostRace(branches.head)] };
  const answer = await client.graphql(branchDropped, DROP_BRANCH, {
    repository: repositoryId,
    refs: [{ name: `refs/heads/${branches.head}`, beforeOid: head.commit, afterOid: NOTHING }],
  });
  return answer.ok
    ? succeed(undefined)
    : { ok: false, error: [githubProblem('delete a branch that has no pull request', answer.error)] };
}
