import * as z from 'zod';
import { digestOfDocument } from '../digest.ts';
import { digest, dnsLabel, graphName, replicaCount, schemaVersion, timestamp } from './common.ts';
import { heldItem, planSchema, planTarget } from './plan.ts';

/** Most parts that a plan is cut into. */
export const MAX_SHARDS = 10_000;

/** What was read of the metrics: one file, or a part for each graph. Parts of several runs put together are one run's. */
export const metricsEvidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), file: z.string().min(1), source: z.string(), digest }),
  z.strictObject({
    kind: z.literal('graphs'),
    file: z.string().min(1),
    source: z.string(),
    graphs: z.array(z.strictObject({ graph: z.string().min(1), digest })),
  }),
]);

/** One part of a fleet, planned on its own: what `plan --shard` writes and `plan merge` fits into the shared budgets. */
export const planShardSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('plan-shard'),
  shard: z
    .strictObject({ index: z.int().min(1), count: z.int().min(1).max(MAX_SHARDS) })
    .refine(({ index, count }) => index <= count, 'index must not be above count'),
  /** The time that the plan speaks of. */
  at: timestamp,
  inputs: planSchema.shape.inputs.omit({ metrics: true }),
  metrics: metricsEvidence,
  graphs: z.array(
    z.strictObject({
      /** Where the graph stands in the order of the fleet, from 0. */
      position: z.int().min(0),
      deployment: graphName,
      namespace: dnsLabel.nullable(),
      environment: dnsLabel.nullable(),
      /** Before any budget. */
      services: z.array(z.strictObject({ target: planTarget, min: replicaCount })),
      held: z.array(heldItem),
    }),
  ),
  /** Digest of all the rest. */
  digest,
});

export type MetricsEvidence = z.output<typeof metricsEvidence>;
export type PlanShard = z.output<typeof planShardSchema>;

/** Completes a part of a plan with the digest of everything in it. */
export function sealPlanShard(shard: Omit<PlanShard, 'digest'>): PlanShard {
  return { ...shard, digest: digestOfDocument(shard) };
}

/** Whether a part still is what its digest says. */
export function isSealedShard(shard: PlanShard): boolean {
  const { digest: sealed, ...rest } = shard;
  return digestOfDocument(rest) === sealed;
}
