import * as z from 'zod';
import { SERVICE_ROLES } from '../service-role.ts';
import { digest, dnsLabel, graphName, replicaCount, schemaVersion, serviceName, timestamp } from './common.ts';

const share = z.number().min(0).max(1);

/** What a number of replicas would have come to with the requests that came, by the performance model. */
const simulatedNumbers = z.strictObject({
  /** Share of the requests within both targets. */
  attainment: share,
  gpuHours: z.number().min(0),
});

/** What was expected of one service, and what came. */
export const serviceOutcome = z.strictObject({
  service: serviceName,
  role: z.enum(SERVICE_ROLES),
  from: replicaCount,
  to: replicaCount,
  /** The most that was predicted, and the highest that any bucket had; null where the plan predicts none. */
  demand: z
    .strictObject({
      quantity: z.enum(['prefillTokensPerSecond', 'decodeTokensPerSecond']),
      predicted: z.number().min(0),
      highest: z.number().min(0),
    })
    .nullable(),
  latencies: z.array(
    z.strictObject({
      latency: z.enum(['ttft', 'itl']),
      targetMs: z.number().positive(),
      /** What a share of the requests was expected to stay within; null where nothing was. */
      expectedMs: z.number().min(0).nullable(),
      /** Mean over the requests that came; null where nothing was measured. */
      measuredMs: z.number().min(0).nullable(),
    }),
  ),
});

/** What became of a plan's numbers for one graph: a line of the record of accuracy. */
export const outcomeSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('outcome'),
  /** Digest of the plan. */
  plan: digest,
  plannedAt: timestamp,
  deployment: graphName,
  namespace: dnsLabel,
  environment: dnsLabel,
  decision: z.enum(['merged', 'refused']),
  /** When it was merged; null where it was refused. */
  mergedAt: timestamp.nullable(),
  /** From the time that the numbers served, or would have. */
  judged: z.strictObject({ start: timestamp, end: timestamp }),
  /** Requests that came. */
  requests: z.number().min(0),
  services: z.array(serviceOutcome).min(1),
  /** With the change and without it, whichever happened; null where that is not simulated, and `note` says why. */
  simulated: z.strictObject({ changed: simulatedNumbers, unchanged: simulatedNumbers }).nullable(),
  note: z.string().min(1).optional(),
});

export type Outcome = z.output<typeof outcomeSchema>;
export type ServiceOutcome = z.output<typeof serviceOutcome>;
