import * as z from 'zod';
import {
  digest,
  dnsLabel,
  graphName,
  replicaCount,
  repositoryPath,
  schemaVersion,
  serviceName,
  timestamp,
} from './common.ts';

const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be the full id of a commit');

/** One number that a proposal changes in one file. */
export const proposedChange = z.strictObject({
  deployment: graphName,
  namespace: dnsLabel,
  environment: dnsLabel,
  service: serviceName,
  file: repositoryPath,
  line: z.int().min(1),
  from: replicaCount,
  to: replicaCount,
});

/** A proposal: the record of the embedded forge, and what a hosted forge shows as a pull request. */
export const mergeRequestSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('merge-request'),
  number: z.int().min(1),
  state: z.enum(['open', 'merged', 'closed']),
  title: z.string().min(1),
  /** Markdown. */
  body: z.string(),
  base: z.strictObject({ branch: z.string().min(1), commit }),
  head: z.strictObject({ branch: z.string().min(1), commit }),
  planDigest: digest,
  /** `createdAt` of the plan; absent in records of releases that did not keep it. */
  plannedAt: timestamp.optional(),
  /** `expiresAt` of the plan; absent in records of releases that did not keep it. */
  expiresAt: timestamp.optional(),
  createdAt: timestamp,
  updatedAt: timestamp,
  changes: z.array(proposedChange),
  /** Unified diff from base to head; empty where a hosted forge shows its own. */
  diff: z.string(),
  /** Where a hosted forge shows it. */
  url: z.string().min(1).optional(),
  /** Whether the hosted forge calls the newest commit verified. */
  isVerified: z.boolean().optional(),
});

export type MergeRequest = z.output<typeof mergeRequestSchema>;
export type ProposedChange = z.output<typeof proposedChange>;
