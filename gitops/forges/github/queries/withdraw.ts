import * as z from 'zod';

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
