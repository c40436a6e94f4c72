import * as z from 'zod';
import { oid } from './parts.ts';

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
