import * as z from 'zod';
import { replicaCount, serviceName } from '../common.ts';

/** A number for each service that is named. */
export const replicasByService = z
  .record(serviceName, replicaCount)
  .refine((replicas) => Object.keys(replicas).length > 0, 'must name at least one service');

/** Numbers that somebody decided on, whatever is measured. */
export const fixedStrategy = z.strictObject({ kind: z.literal('fixed'), replicas: replicasByService });

export const fixedServiceStrategy = z.strictObject({ kind: z.literal('fixed'), replicas: replicaCount });

export type FixedSettings = z.output<typeof fixedStrategy>;
export type FixedServiceSettings = z.output<typeof fixedServiceStrategy>;
