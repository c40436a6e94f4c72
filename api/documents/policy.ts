import * as z from 'zod';
import { dnsLabel, replicaCount, schemaVersion, serviceName } from './common.ts';

export const slaSchema = z.strictObject({
  /** Time to first token, milliseconds. */
  ttftMs: z.number().positive(),
  /** Inter-token latency, milliseconds. */
  itlMs: z.number().positive(),
});

export const replicaBounds = z
  .strictObject({ min: replicaCount, max: replicaCount })
  .refine((bounds) => bounds.min <= bounds.max, 'min must not be above max');

/** What the author of a graph declared: the planner never proposes what `synth` would refuse. */
export const policySchema = z.strictObject({
  schemaVersion,
  app: dnsLabel,
  environment: dnsLabel,
  sla: slaSchema.optional(),
  services: z.record(serviceName, replicaBounds),
});

export type Sla = z.output<typeof slaSchema>;
export type ReplicaBounds = z.output<typeof replicaBounds>;
export type Policy = z.output<typeof policySchema>;
