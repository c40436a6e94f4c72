import { type MergeRequest, type Result, SCHEMA_VERSION, succeed } from '../../../api/index.ts';
import { type BranchView, lostRace, missingBase, type OpenProposal } from '../forge.ts';
import { isWithdrawn, noteOf } from './body-notes.ts';
import type { GitHubClient } from './client.ts';
import { githubProblem } from './failure.ts';
import { isLabelled } from './labels.ts';
import { PROPOSAL_STATE, proposalState, type ReadPullRequest, type ReadTip } from './queries/index.ts';
import { type CommitRecord, type ReadCommit, recordOf } from './record.ts';
import { scopeProblem } from './scopes.ts';

/** A branch, its base and its pull requests as they are now. */
export interface ProposalState {
  readonly repositoryId: string;
  readonly isPrivate: boolean;
  readonly base: { readonly branch: string; readonly commit: string; readonly tree: string };
  /** Undefined where there is no such branch. */
  readonly head: HeadState | undefined;
  readonly open: OpenPullRequest | undefined;
  /** Whether the branch's last pull request, where none is open, is one that we closed ourselves, or there is none. */
  readonly isWithdrawn: boolean;
  /** The last one that people merged or closed, where none is open. */
  readonly decided: MergeRequest | undefined;
}

export interface HeadState {
  readonly commit: string;
  readonly tree: string;
  /** Undefined where its newest commit is not ours. */
  readonly record: CommitRecord | undefined;
}

export interface OpenPullRequest {
  readonly id: string;
  readonly mergeRequest: MergeRequest;
  readonly labels: readonly string[];
  readonly revision: string;
  readonly isComplete: boolean;
  readonly isCommented: boolean;
  readonly mergedBy: OpenProposal['mergedBy'];
  readonly isQueued: boolean;
}

export interface Branches {
  readonly base: string;
  readonly head: string;
}

/** Reads the state of one proposal, in one call. */
export async function readState(client: GitHubClient, branches: Branches): Promise<Result<ProposalState>> {
  const { owner, repo } = client;
  const answer = await client.graphql(proposalState, PROPOSAL_STATE, {
    ...{ owner, repo, headName: branches.head },
    base: `refs/heads/${branches.base}`,
    head: `refs/heads/${branches.head}`,
  });
  if (!answer.ok) return { ok: false, error: [githubProblem('read the proposal', answer.error)] };
  const { repository } = answer.value;
  if (repository === null) {
    const message = `there is no repository "${owner}/${repo}" at GitHub, or the token may not see it`;
    return { ok: false, error: [{ code: 'not-found', message }] };
  }
  if (repository.base === null) return { ok: false, error: [missingBase(branches.base)] };
  const { target } = repository.base;
  const tip = repository.head?.target;
  const ofBranch = (pullRequest: ReadPullRequest): boolean =>
    pullRequest.baseRefName === branches.base && !pullRequest.isCrossRepository;
  const open = repository.head?.associatedPullRequests.nodes.find(ofBranch);
  const past = open === undefined ? repository.past.nodes.filter(ofBranch) : [];
  return succeed({
    repositoryId: repository.id,
    isPrivate: repository.isPrivate,
    base: { branch: branches.base, commit: target.oid, tree: target.tree.oid },
    head: tip === undefined ? undefined : { commit: tip.oid, tree: tip.tree.oid, record: recordOf(tip) },
    open: open === undefined || tip === undefined ? undefined : openPullRequest(open, branches, tip),
    isWithdrawn: past[0] === undefined || isWithdrawn(past[0].body),
    decided: past
      .filter(({ body }) => !isWithdrawn(body))
      .map((one) => mergeRequestOf(one, branches, undefined))
      .find((one) => one !== undefined),
  });
}

export interface Seen {
  readonly base: string;
  readonly head: string | undefined;
  readonly revision: string | undefined;
}

export function seenIn({ base, head, open }: BranchView): Seen {
  return { base: base.commit, head: head.commit, revision: open?.revision };
}

/** The state, for a write: where it still is what a view saw, and the token may write at all. */
export async function readUnmovedState(
  client: GitHubClient,
  branches: Branches,
  seen: Seen,
): Promise<Result<ProposalState>> {
  const state = await readState(client, branches);
  if (!state.ok) return state;
  const { base, head, open, isPrivate } = state.value;
  const isUnmoved = base.commit === seen.base && head?.commit === seen.head && open?.revision === seen.revision;
  if (!isUnmoved) return { ok: false, error: [lostRace(branches.head)] };
  const problem = scopeProblem(client.scopes(), isPrivate);
  return problem === undefined ? state : { ok: false, error: [problem] };
}

function openPullRequest(pullRequest: ReadPullRequest, branches: Branches, tip: ReadTip): OpenPullRequest | undefined {
  const mergeRequest = mergeRequestOf(pullRequest, branches, tip);
  if (mergeRequest === undefined) return undefined;
  const note = noteOf(pullRequest.body);
  const labels = pullRequest.labels?.nodes.map(({ name }) => name) ?? [];
  return {
    ...{ id: pullRequest.id, labels },
    mergeRequest: { ...mergeRequest, isVerified: tip.signature?.isValid === true },
    revision: `${pullRequest.number} ${tip.oid} ${note?.commit ?? ''}`,
    isCommented: pullRequest.comments.totalCount > 0,
    mergedBy: mergedBy(pullRequest),
    isQueued: pullRequest.mergeQueueEntry !== null,
    isComplete: note?.commit === tip.oid && (!note.canLabel || isLabelled(mergeRequest.changes, labels)),
  };
}

/** Whoever opened it is who we are; a token does not tell its own name. */
function mergedBy({ author, autoMergeRequest, mergeQueueEntry }: ReadPullRequest): OpenProposal['mergedBy'] {
  if (autoMergeRequest === null && mergeQueueEntry === null) return 'nobody';
  const login = autoMergeRequest?.enabledBy?.login ?? mergeQueueEntry?.enqueuer.login;
  return author !== null && login === author.login ? 'us' : 'somebody';
}

/** A pull request, with what its newest commit of ours remembers; undefined where it has none. */
function mergeRequestOf(
  pullRequest: ReadPullRequest,
  branches: Branches,
  tip: ReadCommit | undefined,
): MergeRequest | undefined {
  const commits = pullRequest.commits.nodes.map(({ commit }) => commit);
  const newest = tip ?? commits.at(-1);
  const record = [...commits, ...(tip === undefined ? [] : [tip])].map(recordOf).findLast((one) => one !== undefined);
  if (record === undefined || newest === undefined) return undefined;
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'merge-request',
    number: pullRequest.number,
    state: STATES[pullRequest.state],
    title: pullRequest.title,
    body: pullRequest.body,
    base: { branch: branches.base, commit: record.base },
    head: { branch: branches.head, commit: newest.oid },
    planDigest: record.planDigest,
    ...(record.plannedAt === undefined ? {} : { plannedAt: record.plannedAt }),
    ...(record.expiresAt === undefined ? {} : { expiresAt: record.expiresAt }),
    createdAt: pullRequest.createdAt,
    updatedAt: pullRequest.updatedAt,
    changes: [...record.changes],
    diff: '',
    url: pullRequest.url,
  };
}

const STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const;
