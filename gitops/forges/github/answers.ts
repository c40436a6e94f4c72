import * as z from 'zod';

/** What we read of GitHub's REST answers, and nothing more. */

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

export const tree = z.object({ sha });
export const listedTree = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha })),
});
export const committedTree = z.object({ tree: z.object({ sha }) });
export const commit = z.object({
  sha,
  verification: z.object({ verified: z.boolean() }).optional(),
});
export const reference = z.object({ object: z.object({ sha }) });
export const blob = z.object({ content: z.string(), encoding: z.literal('base64') });
export const comparison = z.object({ ahead_by: z.int().min(0) });
export const forkedComparison = z.object({
  merge_base_commit: z.object({ commit: z.object({ tree: z.object({ sha }) }) }),
});
export const pullRequest = z.object({
  number: z.int().min(1),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string(),
});
export const pullRequests = z.array(
  pullRequest.extend({ base: z.object({ ref: z.string() }), head: z.object({ ref: z.string(), label: z.string() }) }),
);
const repository = z.object({ id: z.int() });

export const pullRequestHead = z.object({
  state: z.enum(['open', 'closed']),
  head: z.object({ ref: z.string().min(1), repo: repository.nullable() }),
  base: z.object({ repo: repository }),
});
export const issueComment = z.object({ id: z.int() });
export const labels = z.array(z.object({ name: z.string() }));

export type RestPullRequest = z.output<typeof pullRequest>;
