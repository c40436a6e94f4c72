import * as z from 'zod';
import { commit, oid } from './parts.ts';

const tip = commit.extend({ signature: z.object({ isValid: z.boolean() }).nullable() });

export type ReadTip = z.output<typeof tip>;

const pullRequest = z.object({
  id: z.string().min(1),
  number: z.int().min(1),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  baseRefName: z.string(),
  isCrossRepository: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  comments: z.object({ totalCount: z.int().min(0) }),
  author: z.object({ login: z.string() }).nullable(),
  autoMergeRequest: z.object({ enabledBy: z.object({ login: z.string() }).nullable() }).nullable(),
  mergeQueueEntry: z.object({ enqueuer: z.object({ login: z.string() }) }).nullable(),
  commits: z.object({ nodes: z.array(z.object({ commit })) }),
});

export type ReadPullRequest = z.output<typeof pullRequest>;

export const proposalState = z.object({
  repository: z
    .object({
      id: z.string().min(1),
      isPrivate: z.boolean(),
      base: z.object({ target: z.object({ oid, tree: z.object({ oid }) }) }).nullable(),
      head: z.object({ target: tip, associatedPullRequests: z.object({ nodes: z.array(pullRequest) }) }).nullable(),
      past: z.object({ nodes: z.array(pullRequest) }),
    })
    .nullable(),
});

/** Both branches and their proposals. What is open is asked of the branch: a fork may have one of the same name. */
export const PROPOSAL_STATE = `
query ProposalState($owner: String!, $repo: String!, $base: String!, $head: String!, $headName: String!) {
  repository(owner: $owner, name: $repo) {
    id
    isPrivate
    base: ref(qualifiedName: $base) {
      target { oid ... on Commit { tree { oid } } }
    }
    head: ref(qualifiedName: $head) {
      target { oid ... on Commit { message tree { oid } signature { isValid } } }
      associatedPullRequests(first: 10, states: [OPEN]) { nodes { ...Proposal } }
    }
    past: pullRequests(
      headRefName: $headName
      states: [CLOSED, MERGED]
      first: 10
      orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      nodes { ...Proposal }
    }
  }
}

fragment Proposal on PullRequest {
  id
  number
  state
  title
  body
  url
  baseRefName
  isCrossRepository
  createdAt
  updatedAt
  labels(first: 50) { nodes { name } }
  comments { totalCount }
  author { login }
  autoMergeRequest { enabledBy { login } }
  mergeQueueEntry { enqueuer { login } }
  commits(last: 5) { nodes { commit { oid message tree { oid } } } }
}`;
