import { type Result, succeed } from '../../../api/index.ts';
import type { Repository } from '../../repository/index.ts';
import type { BranchView, Obstacle, ViewRequest } from '../forge.ts';
import { holdingLabel } from '../holding-label.ts';
import { comparison } from './answers.ts';
import type { GitHubClient } from './client.ts';
import { githubProblem } from './failure.ts';
import { readProposalFiles } from './files.ts';
import { type HeadState, type ProposalState, readState } from './state.ts';

/** A branch, its base and its pull request as they are now. */
export async function viewProposal(
  client: GitHubClient,
  checkout: Repository | undefined,
  request: ViewRequest,
): Promise<Result<BranchView>> {
  const read = await readState(client, request);
  if (!read.ok) return read;
  const { base, head, open, isWithdrawn, decided } = read.value;
  const isOurs = head?.record !== undefined;
  const files = await readProposalFiles(client, checkout, {
    ...{ files: request.files, supporting: request.supporting ?? [] },
    base: base.commit,
    head: isOurs ? head?.commit : undefined,
  });
  if (!files.ok) return files;
  const obstacle = await obstacleOf(client, request.head, read.value);
  if (!obstacle.ok) return obstacle;
  return succeed({
    base: { branch: base.branch, commit: base.commit, files: files.value.base },
    head: { branch: request.head, commit: head?.commit, files: files.value.head },
    open:
      open === undefined
        ? undefined
        : {
            ...{ mergeRequest: open.mergeRequest, revision: open.revision },
            ...{ isComplete: open.isComplete, isCommented: open.isCommented, mergedBy: open.mergedBy },
          },
    merged: decided?.state === 'merged' ? decided : undefined,
    rejected: decided?.state === 'closed' ? decided : undefined,
    obstacle: obstacle.value,
    isOrphan: isOurs && open === undefined && isWithdrawn,
  });
}

async function obstacleOf(
  client: GitHubClient,
  branch: string,
  { base, head, open }: ProposalState,
): Promise<Result<Obstacle | undefined>> {
  if (head !== undefined && head.record === undefined) {
    const inBase = await isInBase(client, base.commit, head);
    if (!inBase.ok) return inBase;
    if (!inBase.value) {
      const reason = `the branch "${branch}" is at ${head.commit.slice(0, 12)}, a commit that is not ours`;
      return succeed({ kind: 'foreign', reason });
    }
  }
  const label = open === undefined ? undefined : holdingLabel(open.labels);
  if (open === undefined || label === undefined) return succeed(undefined);
  return succeed({ kind: 'held', reason: `#${open.mergeRequest.number} has the label "${label}"` });
}

/** Whether all of a branch is part of its base: then nobody's work is on it. */
export async function isInBase(client: GitHubClient, base: string, head: HeadState): Promise<Result<boolean>> {
  if (base === head.commit) return succeed(true);
  const { owner, repo } = client;
  const answer = await client.rest(comparison, (octokit) =>
    octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head.commit}`, per_page: 1 }),
  );
  if (!answer.ok) return { ok: false, error: [githubProblem('compare the branches', answer.error)] };
  return succeed(answer.value.ahead_by === 0);
}
