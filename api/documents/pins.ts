import * as z from 'zod';
import { dnsLabel, graphName, replicaCount, schemaVersion, serviceName } from './common.ts';

/** Replicas of a service that the graph owns, or the bounds of the autoscaler that owns them. */
export const servicePin = z.union([
  z.strictObject({ replicas: replicaCount }),
  z
    .strictObject({ minReplicas: replicaCount, maxReplicas: replicaCount })
    .refine((bounds) => bounds.minReplicas <= bounds.maxReplicas, 'minReplicas must not be above maxReplicas'),
]);

/**
 * `apps/<app>/pins/<environment>/<graph>.yaml`: the numbers of one graph in one environment. The only file that the
 * bot owns besides the rendered manifest.
 */
export const pinsSchema = z.strictObject({
  schemaVersion,
  deployment: graphName,
  environment: dnsLabel,
  services: z.record(serviceName, servicePin),
});

export type Pins = z.output<typeof pinsSchema>;
export type ServicePin = z.output<typeof servicePin>;
