import * as z from 'zod';
import { commit, pageInfo } from './parts.ts';

export const proposalSurvey = z.object({
  repository: z
    .object({
      refs: z
        .object({
          pageInfo,
          nodes: z.array(
            z.object({
              prefix: z.string(),
              name: z.string(),
              target: commit,
              associatedPullRequests: z.object({
                nodes: z.array(
                  z.object({
                    number: z.int().min(1),
                    baseRefName: z.string(),
                    isCrossRepository: z.boolean(),
                    commits: z.object({ nodes: z.array(z.object({ commit })) }),
                  }),
                ),
              }),
            }),
          ),
        })
        .nullable(),
      pullRequests: z.object({
        pageInfo,
        nodes: z.array(z.object({ createdAt: z.string(), headRefName: z.string(), isCrossRepository: z.boolean() })),
      }),
    })
    .nullable(),
});

/** What is open on branches that begin alike, and what was opened last. */
export const PROPOSAL_SURVEY = `
query ProposalSurvey(
  $owner: String!
  $repo: String!
  $base: String!
  $prefix: String!
  $afterBranch: String
  $afterProposal: String
) {
  repository(owner: $owner, name: $repo) {
    refs(refPrefix: $prefix, first: 100, after: $afterBranch) {
      pageInfo { hasNextPage endCursor }
      nodes {
        prefix
        name
        target { oid ... on Commit { message tree { oid } } }
        associatedPullRequests(first: 10, states: [OPEN]) {
          nodes {
            number
            baseRefName
            isCrossRepository
            commits(last: 5) { nodes { commit { oid message tree { oid } } } }
          }
        }
      }
    }
    pullRequests(
      baseRefName: $base
      first: 100
      after: $afterProposal
      orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { createdAt headRefName isCrossRepository }
    }
  }
}`;
