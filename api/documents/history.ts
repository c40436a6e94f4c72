import * as z from 'zod';
import { dnsLabel, graphName, replicaCount, schemaVersion, serviceName, timestamp } from './common.ts';

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
  commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be the full id of a commit'),
});

/** Past changes, oldest first, so that stabilisation and change budgets have a memory. */
export const historySchema = z.strictObject({
  schemaVersion,
  kind: z.literal('history'),
  changes: z.array(replicaChange),
});

export type ReplicaChange = z.output<typeof replicaChange>;
export type History = z.output<typeof historySchema>;
