import { type MergeRequest, type Result, succeed } from '../../../api/index.ts';
import { type BranchView, lostRace } from '../forge.ts';
import { leaveToPeople } from './auto-merge.ts';
import { withdrawnBody } from './body-notes.ts';
import type { GitHubClient } from './client.ts';
import { githubProblem } from './failure.ts';
import { WITHDRAW, withdrawn } from './queries/index.ts';
import { readState, readUnmovedState, seenIn } from './state.ts';

const NOTHING = '0'.repeat(40);

/** Leaves the open pull request of a view for people to merge, whatever has moved since: that is never wrong. */
export async function withoutAutoMerge(client: GitHubClient, view: BranchView): Promise<Result<undefined>> {
  const state = await readState(client, { base: view.base.branch, head: view.head.branch });
  if (!state.ok) return state;
  const { open } = state.value;
  return open === undefined || open.mergedBy === 'nobody' ? succeed(undefined) : leaveToPeople(client, open);
}

/** Closes the open pull request of a view, and drops its branch unless somebody has pushed to it since. */
export async function withdrawProposal(
  client: GitHubClient,
  view: BranchView,
  reason: string,
): Promise<Result<MergeRequest>> {
  const branches = { base: view.base.branch, head: view.head.branch };
  const state = await readUnmovedState(client, branches, seenIn(view));
  if (!state.ok) return state;
  const { repositoryId, head, open } = state.value;
  if (open === undefined || head === undefined) return { ok: false, error: [lostRace(branches.head)] };
  const body = withdrawnBody(open.mergeRequest.body, reason);
  const answer = await client.graphqlPart(withdrawn, WITHDRAW, {
    ...{ id: open.id, body, repository: repositoryId },
    refs: [{ name: `refs/heads/${branches.head}`, beforeOid: head.commit, afterOid: NOTHING }],
  });
  if (!answer.ok) return { ok: false, error: [githubProblem('close the pull request', answer.error)] };
  const { updatedAt } = answer.value.updatePullRequest.pullRequest;
  return succeed({ ...open.mergeRequest, state: 'closed', body, updatedAt });
}
