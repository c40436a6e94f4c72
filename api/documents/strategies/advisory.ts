import * as z from 'zod';

/** What Dynamo's own planner would set, where it only advises: its gauges become numbers in Git. */
export const advisoryStrategy = z.strictObject({
  kind: z.literal('advisory'),
  /** The highest advice of so many seconds counts, so that a dip between two of them is no change. */
  windowSeconds: z.int().min(1).max(86_400).default(600),
  /** Advice that is older than this is none. */
  staleAfterSeconds: z.int().min(1).max(86_400).default(600),
});

export type AdvisorySettings = z.output<typeof advisoryStrategy>;
