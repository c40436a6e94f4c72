import type * as z from 'zod';
import { type Result, succeed } from '../../../api/index.ts';
import type { ForgeSurvey, SurveyedProposal, SurveyRequest } from '../forge.ts';
import type { GitHubClient } from './client.ts';
import { type Failure, githubProblem } from './failure.ts';
import { PROPOSAL_SURVEY, proposalSurvey } from './queries/index.ts';
import { recordOf } from './record.ts';

type Page = z.output<typeof proposalSurvey>;
type Repository = NonNullable<Page['repository']>;
type Branches = NonNullable<Repository['refs']>;

/**
 * Our open pull requests into a base, and how many were opened since a time. They are looked for by branch: of all that are
 * open in a repository, ours may be the fewest.
 */
export async function surveyPullRequests(
  client: GitHubClient,
  { base, prefix, since }: SurveyRequest,
): Promise<Result<ForgeSurvey>> {
  const { owner, repo } = client;
  const open: SurveyedProposal[] = [];
  let openedSince = 0;
  let cursor: { readonly afterBranch: string | null; readonly afterProposal: string | null } | undefined = {
    afterBranch: null,
    afterProposal: null,
  };
  while (cursor !== undefined) {
    const answer: Result<Page, Failure> = await client.graphql(proposalSurvey, PROPOSAL_SURVEY, {
      ...{ owner, repo, base, prefix: `refs/heads/${prefix}` },
      ...cursor,
    });
    if (!answer.ok) return { ok: false, error: [githubProblem('list our proposals', answer.error)] };
    const repository: Repository | null = answer.value.repository;
    const branches: Branches | null = repository?.refs ?? null;
    const latest: Repository['pullRequests'] | undefined = repository?.pullRequests;
    open.push(...(branches?.nodes ?? []).flatMap((branch) => proposalOf(branch, base)));
    const recent: Repository['pullRequests']['nodes'] = (latest?.nodes ?? []).filter(
      ({ createdAt }) => since !== undefined && Date.parse(createdAt) >= since.getTime(),
    );
    openedSince += recent.filter((one) => !one.isCrossRepository && one.headRefName.startsWith(prefix)).length;
    const hasBranches: boolean = branches?.pageInfo.hasNextPage === true;
    const hasRecent: boolean = latest?.pageInfo.hasNextPage === true && recent.length === latest.nodes.length;
    // A list that is over is asked for what comes after its end, which is nothing.
    cursor =
      hasBranches || hasRecent
        ? {
            afterBranch: branches?.pageInfo.endCursor ?? cursor.afterBranch,
            afterProposal: latest?.pageInfo.endCursor ?? cursor.afterProposal,
          }
        : undefined;
  }
  return succeed({ open: open.toSorted((a, b) => a.number - b.number), openedSince });
}

function proposalOf(
  { prefix, name, target, associatedPullRequests }: Branches['nodes'][number],
  base: string,
): readonly SurveyedProposal[] {
  const open = associatedPullRequests.nodes.find((one) => one.baseRefName === base && !one.isCrossRepository);
  if (open === undefined) return [];
  // Somebody else's commit on top does not make the numbers below it another proposal's.
  const commits = [...open.commits.nodes.map(({ commit }) => commit), target];
  const record = commits.map(recordOf).findLast((one) => one !== undefined);
  if (record === undefined) return [];
  const branch = `${prefix}${name}`.replace(/^refs\/heads\//, '');
  return [{ number: open.number, branch, changes: record.changes }];
}
