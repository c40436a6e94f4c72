import * as z from 'zod';

export const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
export const commit = z.object({ oid, message: z.string(), tree: z.object({ oid }) });
/** Where a list of GitHub's goes on. */
export const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
