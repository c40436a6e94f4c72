import { fail, type Result, succeed } from '../../../api/index.ts';
import { pullRequestHead } from './answers.ts';
import type { GitHubClient } from './client.ts';
import { githubProblem } from './failure.ts';

/** The branch of an open pull request of this repository; one of a fork is never ours. */
export async function branchOfPullRequest(client: GitHubClient, number: number): Promise<Result<string>> {
  const { owner, repo } = client;
  const read = await client.rest(pullRequestHead, (octokit) =>
    octokit.rest.pulls.get({ owner, repo, pull_number: number }),
  );
  if (!read.ok) return { ok: false, error: [githubProblem(`read #${number}`, read.error)] };
  const { state, head, base } = read.value;
  if (head.repo?.id !== base.repo.id) return fail({ code: 'refused', message: `#${number} is of another repository` });
  return state === 'open' ? succeed(head.ref) : fail({ code: 'refused', message: `#${number} is closed already` });
}
