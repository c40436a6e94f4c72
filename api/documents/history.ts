import * as z from 'zod';
import { digest, dnsLabel, graphName, replicaCount, schemaVersion, serviceName, timestamp } from './common.ts';

const commitId = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be the full id of a commit');

/** One merged change of a replica count. */
export const replicaChange = z.strictObject({
  at: timestamp,
  deployment: graphName,
  namespace: dnsLabel,
  environment: dnsLabel,
  service: serviceName,
  from: replicaCount,
  to: replicaCount,
  /** The commit that made it. */
  commit: commitId,
  /** The plan that it was proposed from, as the commit says. */
  planId: digest.optional(),
  /** Who wrote it: a proposal of a plan, or somebody by hand. */
  author: z.enum(['bot', 'human']).optional(),
});

/** Past changes, oldest first, so that stabilisation and change budgets have a memory. */
export const historySchema = z.strictObject({
  schemaVersion,
  kind: z.literal('history'),
  /** The commit that it was read up to. */
  head: commitId.optional(),
  /** Changes before this time were not looked at; without it there are none. */
  since: timestamp.optional(),
  changes: z.array(replicaChange),
});

export type ReplicaChange = z.output<typeof replicaChange>;
export type History = z.output<typeof historySchema>;
