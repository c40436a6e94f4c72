import * as z from 'zod';

const ABOVE = { path: ['up'], message: 'must be above "down"' };

const bounds = (up: number, down: number) => ({
  up: z.number().positive().max(1e9).default(up),
  down: z.number().min(0).max(1e9).default(down),
});

function isAbove({ up, down }: { readonly up: number; readonly down: number }): boolean {
  return up > down;
}

/** Thresholds on queue depth and KV use, a replica at a time: Dynamo's first planner, and the load target of its latest. */
export const dynamoLoadStrategy = z.strictObject({
  kind: z.literal('dynamo-load'),
  /** Length of the stretch whose mean is compared. */
  intervalSeconds: z.int().min(1).max(86_400).default(180),
  /**
   * What waits for each prefill replica: requests, as the first planner counts them, or prompt tokens, as the latest does.
   * Defaults are those of the first planner.
   */
  prefill: z
    .discriminatedUnion('unit', [
      z.strictObject({ unit: z.literal('requests'), ...bounds(0.5, 0.2) }).refine(isAbove, ABOVE),
      z
        .strictObject({
          unit: z.literal('tokens'),
          up: z.number().positive().max(1e9),
          down: z.number().min(0).max(1e9),
        })
        .refine(isAbove, ABOVE),
    ])
    .prefault({ unit: 'requests' }),
  /** Share of the KV cache in use, 0 to 1. */
  decode: z
    .strictObject({ up: z.number().positive().max(1).default(0.9), down: z.number().min(0).max(1).default(0.5) })
    .refine(isAbove, ABOVE)
    .prefault({}),
  /** Intervals that a queue must last, by its trend, to be worth a prefill replica; 0 does not look at the trend. */
  queueTrendIntervals: z.int().min(0).max(100).default(3),
  /** Intervals after a decode replica was added in which none is removed, since its cache is still empty. */
  graceIntervals: z.int().min(0).max(100).default(3),
});

export type DynamoLoadSettings = z.output<typeof dynamoLoadStrategy>;
