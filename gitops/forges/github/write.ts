import { type MergeRequest, type Result, SCHEMA_VERSION, succeed } from '../../../api/index.ts';
import { objectName } from '../../repository/index.ts';
import { lostRace, type ProposalWrite } from '../forge.ts';
import { commit, reference, tree } from './answers.ts';
import { leaveToPeople } from './auto-merge.ts';
import type { GitHubClient } from './client.ts';
import { type Failure, githubProblem } from './failure.ts';
import { labelPullRequest, noteUnlabelled, pullRequestFor } from './pull-request.ts';
import { recordedMessage } from './record.ts';
import { type HeadState, type ProposalState, readUnmovedState, seenIn } from './state.ts';

/**
 * Brings a branch and its pull request to what a proposal says, and writes nothing of it that is there already. Everything
 * is read again first; the ref moves only from where it was then.
 */
export async function writeProposal(client: GitHubClient, proposal: ProposalWrite): Promise<Result<MergeRequest>> {
  const { view } = proposal;
  const branches = { base: view.base.branch, head: view.head.branch };
  if (branches.base === branches.head) {
    const message = `"${branches.base}" is the branch that proposals are merged into; none is made on it`;
    return { ok: false, error: [{ code: 'refused', message }] };
  }
  const read = await readUnmovedState(client, branches, seenIn(view));
  if (!read.ok) return read;
  const state = read.value;
  const written = holdsAlready(proposal, state.head) ? succeed(state.head) : await writeCommit(client, proposal, state);
  if (!written.ok) return written;
  const opened = await pullRequestFor(client, proposal, state.open, written.value.commit);
  if (!opened.ok) return opened;
  const { number } = opened.value;
  const labelled = await labelPullRequest(client, number, proposal.changes, state.open?.labels ?? []);
  if (!labelled.ok) return labelled;
  const pullRequest = labelled.value ? opened : await noteUnlabelled(client, proposal, number, written.value.commit);
  if (!pullRequest.ok) return pullRequest;
  const { title, body, html_url: url, created_at: createdAt, updated_at: updatedAt } = pullRequest.value;
  return succeed({
    schemaVersion: SCHEMA_VERSION,
    kind: 'merge-request',
    ...{ number, state: 'open', title, body: body ?? '', createdAt, updatedAt, url },
    base: { branch: branches.base, commit: view.base.commit },
    head: { branch: branches.head, commit: written.value.commit },
    ...{ planDigest: proposal.planDigest, plannedAt: proposal.plannedAt, expiresAt: proposal.expiresAt },
    ...{ changes: [...proposal.changes], diff: proposal.diff },
    ...('isVerified' in written.value ? { isVerified: written.value.isVerified } : {}),
  });
}

/** Whether the branch is ours and its files are these, for this plan: a run before this one wrote it. */
function holdsAlready({ view, files, planDigest }: ProposalWrite, head: HeadState | undefined): head is HeadState {
  if (head?.record === undefined || head.record.planDigest !== planDigest) return false;
  const edited = new Set(head.record.changes.map(({ file }) => file));
  return (
    edited.size === files.length &&
    files.every(({ file, bytes }) => {
      const entry = view.head.files.get(file);
      return edited.has(file) && entry !== undefined && entry.object === objectName(bytes, entry.object);
    })
  );
}

interface WrittenCommit {
  readonly commit: string;
  readonly isVerified: boolean;
}

async function writeCommit(
  client: GitHubClient,
  proposal: ProposalWrite,
  { base, head, open }: ProposalState,
): Promise<Result<WrittenCommit>> {
  const { owner, repo } = client;
  const { view } = proposal;
  const entries = treeEntries(proposal);
  if (!entries.ok) return entries;
  // Whoever said that the old numbers may be merged has not said so of the new ones.
  const left =
    open === undefined || open.mergedBy === 'nobody' ? succeed(undefined) : await leaveToPeople(client, open);
  if (!left.ok) return left;
  const madeTree = await client.rest(tree, (octokit) =>
    octokit.rest.git.createTree({ owner, repo, base_tree: base.tree, tree: [...entries.value] }),
  );
  if (!madeTree.ok) return { ok: false, error: [githubProblem('write the files', madeTree.error)] };
  if (madeTree.value.sha === base.tree) {
    const message = `"${base.branch}" already has these files, so there is nothing to propose`;
    return { ok: false, error: [{ code: 'refused', message }] };
  }
  const message = recordedMessage(proposal, madeTree.value.sha);
  const parents = parentsOf(view.base.commit, head);
  // Neither author nor committer: GitHub signs what an App commits in its own name.
  const made = await client.rest(commit, (octokit) =>
    octokit.rest.git.createCommit({ owner, repo, message, tree: madeTree.value.sha, parents: [...parents] }),
  );
  if (!made.ok) return { ok: false, error: [githubProblem('write the commit', made.error)] };
  const moved = await moveBranch(client, view.head.branch, head?.commit, made.value.sha);
  if (!moved.ok) return moved;
  return succeed({ commit: made.value.sha, isVerified: made.value.verification?.verified === true });
}

interface TreeEntry {
  readonly path: string;
  readonly mode: '100644' | '100755';
  readonly type: 'blob';
  readonly content: string;
}

function treeEntries({ view, files }: ProposalWrite): Result<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for (const { file, bytes } of files) {
    const content = Buffer.from(bytes).toString('utf8');
    if (!Buffer.from(content, 'utf8').equals(bytes)) {
      return { ok: false, error: [{ code: 'refused', file, message: 'is not UTF-8, so its content cannot be sent' }] };
    }
    entries.push({ path: file, mode: view.base.files.get(file)?.mode ?? '100644', type: 'blob', content });
  }
  return succeed(entries);
}

/**
 * The commit follows what is on the branch, so that the branch only ever grows and GitHub itself refuses to move it from
 * anywhere else. A base that has moved since becomes a second parent, as a merge of it would. Of a branch that is all in
 * the base (the view found no obstacle in it) nothing is left to follow.
 */
function parentsOf(base: string, head: HeadState | undefined): readonly string[] {
  if (head?.record === undefined) return [base];
  return head.record.base === base ? [head.commit] : [head.commit, base];
}

/** Times that a ref is moved for which nobody answers. */
const MOVE_ATTEMPTS = 3;

/**
 * Puts the branch on our commit: made anew where there was none, and only forward where there was one. Whether a call
 * without an answer was done is looked up; a refusal is believed even where the branch is where we want it, since somebody
 * who proposes the same in the same second makes the same commit.
 */
async function moveBranch(
  client: GitHubClient,
  branch: string,
  from: string | undefined,
  to: string,
): Promise<Result<undefined>> {
  const { owner, repo } = client;
  let failure: Failure | undefined;
  for (let attempt = 0; attempt < MOVE_ATTEMPTS; attempt += 1) {
    const moved = await client.restOnce(reference, (octokit, once) =>
      from === undefined
        ? octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: to, ...once })
        : octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha: to, force: false, ...once }),
    );
    if (moved.ok) return succeed(undefined);
    failure = moved.error;
    const now = await client.rest(reference, (octokit) =>
      octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }),
    );
    const commit = now.ok ? now.value.object.sha : undefined;
    if (failure.kind === 'lost' && commit === to) return succeed(undefined);
    if (isLostRace(failure, from, commit)) return { ok: false, error: [lostRace(branch)] };
    if (failure.kind !== 'lost') break;
  }
  return { ok: false, error: failure === undefined ? [] : [githubProblem('move the branch', failure)] };
}

/** Whether the branch was refused for having moved, and not for a rule that protects it. */
function isLostRace(failure: Failure, from: string | undefined, now: string | undefined): boolean {
  return failure.kind === 'refused' && [404, 409, 422].includes(failure.status) && now !== from;
}
