import * as z from 'zod';
import { pageInfo } from './parts.ts';

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
