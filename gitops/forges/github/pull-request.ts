import { type ProposedChange, type Result, succeed } from '../../../api/index.ts';
import type { ProposalWrite } from '../forge.ts';
import { labels, pullRequest, pullRequests, type RestPullRequest } from './answers.ts';
import { bodyFor, titleFor } from './body-notes.ts';
import type { GitHubClient } from './client.ts';
import { type Failure, githubProblem } from './failure.ts';
import { missingLabels, staleLabels } from './labels.ts';
import type { OpenPullRequest } from './state.ts';

/** Opens the branch's pull request, or gives the open one the text that describes its newest commit. */
export async function pullRequestFor(
  client: GitHubClient,
  proposal: ProposalWrite,
  open: OpenPullRequest | undefined,
  commit: string,
): Promise<Result<RestPullRequest>> {
  const text = { title: titleFor(proposal.title), body: bodyFor(proposal.body, { commit, canLabel: true }) };
  const number = open?.mergeRequest.number;
  return number === undefined ? openPullRequest(client, proposal, text) : describe(client, number, text);
}

interface Text {
  readonly title: string;
  readonly body: string;
}

/** One that may have been opened though nobody answered is looked for before another is, so that there is never a second. */
async function openPullRequest(
  client: GitHubClient,
  { view }: ProposalWrite,
  text: Text,
): Promise<Result<RestPullRequest>> {
  const { owner, repo } = client;
  const branches = { head: view.head.branch, base: view.base.branch };
  let failure: Failure | undefined;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const opened = await client.restOnce(pullRequest, (octokit, once) =>
      octokit.rest.pulls.create({ owner, repo, ...branches, ...text, ...once }),
    );
    if (opened.ok) return opened;
    failure = opened.error;
    const found = await findPullRequest(client, branches);
    if (!found.ok) return { ok: false, error: [githubProblem('look for the pull request', found.error)] };
    if (found.value !== undefined) {
      return found.value.title === text.title && found.value.body === text.body
        ? succeed(found.value)
        : describe(client, found.value.number, text);
    }
    if (failure.kind !== 'lost') break;
  }
  return { ok: false, error: failure === undefined ? [] : [githubProblem('open the pull request', failure)] };
}

async function findPullRequest(
  client: GitHubClient,
  { head, base }: { readonly head: string; readonly base: string },
): Promise<Result<RestPullRequest | undefined, Failure>> {
  const { owner, repo } = client;
  const listed = await client.rest(pullRequests, (octokit) =>
    octokit.rest.pulls.list({ owner, repo, head: `${owner}:${head}`, base, state: 'open', per_page: 10 }),
  );
  if (!listed.ok) return listed;
  return succeed(listed.value.find((one) => one.head.ref === head && one.base.ref === base));
}

async function describe(client: GitHubClient, number: number, text: Text): Promise<Result<RestPullRequest>> {
  const { owner, repo } = client;
  const updated = await client.rest(pullRequest, (octokit) =>
    octokit.rest.pulls.update({ owner, repo, pull_number: number, ...text }),
  );
  return updated.ok
    ? updated
    : { ok: false, error: [githubProblem('update the text of the pull request', updated.error)] };
}

/** Times that a pull request is labelled which GitHub has made, and does not know everywhere yet. */
const LABEL_ATTEMPTS = 3;

/**
 * Puts our labels on a pull request, and takes the direction off that its numbers no longer go.
 * @returns false where the token may not: a label that does not exist yet takes more than a pull request does.
 */
export async function labelPullRequest(
  client: GitHubClient,
  number: number,
  changes: readonly ProposedChange[],
  present: readonly string[],
): Promise<Result<boolean>> {
  const { owner, repo } = client;
  const missing = missingLabels(changes, present);
  for (let attempt = 1; missing.length > 0; attempt += 1) {
    const added = await client.rest(labels, (octokit) =>
      octokit.rest.issues.addLabels({ owner, repo, issue_number: number, labels: [...missing] }),
    );
    if (added.ok) break;
    if (isForbidden(added.error)) return succeed(false);
    const isTooEarly = added.error.kind === 'refused' && added.error.status === 422 && attempt < LABEL_ATTEMPTS;
    if (!isTooEarly) return { ok: false, error: [githubProblem('label the pull request', added.error)] };
  }
  for (const name of staleLabels(changes, present)) {
    const removed = await client.rest(labels, (octokit) =>
      octokit.rest.issues.removeLabel({ owner, repo, issue_number: number, name }),
    );
    if (!removed.ok && isForbidden(removed.error)) return succeed(false);
    const isGone = !removed.ok && removed.error.kind === 'refused' && removed.error.status === 404;
    if (!removed.ok && !isGone) return { ok: false, error: [githubProblem('label the pull request', removed.error)] };
  }
  return succeed(true);
}

function isForbidden(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.status === 403;
}

/** Notes in the text that its labels were refused. */
export async function noteUnlabelled(
  client: GitHubClient,
  proposal: ProposalWrite,
  number: number,
  commit: string,
): Promise<Result<RestPullRequest>> {
  client.log(`#${number} has not all of its labels: create them once by hand, or give the token issues: write`);
  return describe(client, number, {
    title: titleFor(proposal.title),
    body: bodyFor(proposal.body, { commit, canLabel: false }),
  });
}
