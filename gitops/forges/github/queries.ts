import * as z from 'zod';

const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const commit = z.object({ oid, message: z.string(), tree: z.object({ oid }) });
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

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

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

const entry = z.object({ oid, mode: z.int(), type: z.string() });
const textEntry = entry.extend({
  object: z
    .object({ text: z.string().nullish(), isBinary: z.boolean().nullish(), isTruncated: z.boolean().optional() })
    .nullable(),
});

export type ReadEntry = z.output<typeof textEntry> | z.output<typeof entry>;

export const commitFiles = z.object({
  repository: z
    .object({
      texts: z.record(z.string(), textEntry.nullable()).nullish(),
      entries: z.record(z.string(), entry.nullable()).nullish(),
    })
    .nullable(),
});

/** Files of up to two commits, by number: with their text of the one, and without of the other. */
export function commitFilesQuery(files: number, has: { readonly texts: boolean; readonly entries: boolean }): string {
  const numbers = Array.from({ length: files }, (_, index) => index);
  const variables = [
    ...['$owner: String!', '$repo: String!'],
    ...(has.texts ? ['$texts: GitObjectID!'] : []),
    ...(has.entries ? ['$entries: GitObjectID!'] : []),
    ...numbers.map((index) => `$p${index}: String!`),
  ];
  const of = (name: string, fields: string): string =>
    `    ${name}: object(oid: $${name}) {
      ... on Commit {
${numbers.map((index) => `        f${index}: file(path: $p${index}) { ${fields} }`).join('\n')}
      }
    }`;
  return `
query CommitFiles(${variables.join(', ')}) {
  repository(owner: $owner, name: $repo) {
${[
  ...(has.texts ? [of('texts', 'oid mode type object { ... on Blob { text isBinary isTruncated } }')] : []),
  ...(has.entries ? [of('entries', 'oid mode type')] : []),
].join('\n')}
  }
}`;
}

export const withdrawn = z.object({
  updatePullRequest: z.object({ pullRequest: z.object({ state: z.literal('CLOSED'), updatedAt: z.string() }) }),
});

export const branchDropped = z.object({ updateRefs: z.object({ clientMutationId: z.string().nullable() }) });

/** The branch goes only where it still is what we saw. */
export const DROP_BRANCH = `
mutation DropBranch($repository: ID!, $refs: [RefUpdate!]!) {
  updateRefs(input: { repositoryId: $repository, refUpdates: $refs }) {
    clientMutationId
  }
}`;

/** Mutations of a request are done in order. The branch goes only where it still is what we saw. */
export const WITHDRAW = `
mutation Withdraw($id: ID!, $body: String!, $repository: ID!, $refs: [RefUpdate!]!) {
  updatePullRequest(input: { pullRequestId: $id, state: CLOSED, body: $body }) {
    pullRequest { state updatedAt }
  }
  updateRefs(input: { repositoryId: $repository, refUpdates: $refs }) {
    clientMutationId
  }
}`;

export const proposalComments = z.object({
  repository: z
    .object({
      pullRequest: z
        .object({
          comments: z.object({
            pageInfo,
            nodes: z.array(z.object({ id: z.string().min(1), body: z.string(), viewerDidAuthor: z.boolean() })),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

export const PROPOSAL_COMMENTS = `
query ProposalComments($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      comments(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id body viewerDidAuthor }
      }
    }
  }
}`;

export const updatedComment = z.object({
  updateIssueComment: z.object({ issueComment: z.object({ id: z.string() }) }),
});

export const UPDATE_COMMENT = `
mutation UpdateComment($id: ID!, $body: String!) {
  updateIssueComment(input: { id: $id, body: $body }) {
    issueComment { id }
  }
}`;

export const autoMergeState = z.object({
  repository: z
    .object({
      pullRequest: z
        .object({
          id: z.string().min(1),
          headRefOid: oid,
          autoMergeRequest: z.object({ enabledAt: z.string().nullable() }).nullable(),
          isInMergeQueue: z.boolean(),
        })
        .nullable(),
    })
    .nullable(),
});

export const AUTO_MERGE_STATE = `
query AutoMergeState($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      id
      headRefOid
      autoMergeRequest { enabledAt }
      isInMergeQueue
    }
  }
}`;

/** A mutation of which nothing is asked but that it was done. */
export const done = z.object({ done: z.object({}) });

/** GitHub merges the commit that we name, or refuses; of a queue's merges it makes the message itself. */
export const ENABLE_AUTO_MERGE = `
mutation EnableAutoMerge(
  $id: ID!
  $head: GitObjectID!
  $mergeMethod: PullRequestMergeMethod
  $headline: String
  $body: String
) {
  done: enablePullRequestAutoMerge(
    input: {
      pullRequestId: $id
      expectedHeadOid: $head
      mergeMethod: $mergeMethod
      commitHeadline: $headline
      commitBody: $body
    }
  ) {
    clientMutationId
  }
}`;

export const ENQUEUE = `
mutation Enqueue($id: ID!, $head: GitObjectID!) {
  done: enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) {
    clientMutationId
  }
}`;

export const DISABLE_AUTO_MERGE = `
mutation DisableAutoMerge($id: ID!) {
  done: disablePullRequestAutoMerge(input: { pullRequestId: $id }) {
    clientMutationId
  }
}`;

export const DEQUEUE = `
mutation Dequeue($id: ID!) {
  done: dequeuePullRequest(input: { id: $id }) {
    clientMutationId
  }
}`;
