import * as z from 'zod';
import { profileSetting } from './profile-setting.ts';

/** Dynamo's SLA planner of 2026-02: sizes prefill and decode from a profile, one interval ahead. */
export const dynamoSlaStrategy = z.strictObject({
  kind: z.literal('dynamo-sla'),
  /** Profile of the engine, in Dynamo's raw-data format. */
  profile: profileSetting,
  /** Seconds between two decisions, and the length of a metrics window. */
  intervalSeconds: z.int().min(1).max(86_400).default(180),
  predictor: z.enum(['constant', 'kalman']).default('constant'),
  /** Whether to forecast the logarithm of the load. */
  log1p: z.boolean().default(false),
  kalman: z
    .strictObject({
      levelVariance: z.number().positive().default(1),
      trendVariance: z.number().positive().default(0.1),
      measurementVariance: z.number().positive().default(10),
    })
    .prefault({}),
  /** Whether measured latencies correct the profile. */
  correction: z.boolean().default(true),
  /** Floor of replicas for prefill and for decode. */
  minEndpoint: z.int().min(1).max(10_000).default(1),
});

export type DynamoSlaSettings = z.output<typeof dynamoSlaStrategy>;
