import * as z from 'zod';
import { OPERATOR_VERSIONS, parseOperatorVersion } from '../operator-versions.ts';
import { dnsLabel, graphName, replicaCount, repositoryPath, schemaVersion, serviceName } from './common.ts';
import { slaSchema } from './policy.ts';

/** Name of the one config file, at the repository's root. */
export const CONFIG_FILE = 'dynamo-gitops.yaml';

const operatorVersion = z.string().transform((text, context) => {
  const version = parseOperatorVersion(text);
  if (version !== undefined) return version;
  context.issues.push({ code: 'custom', message: `must be one of ${OPERATOR_VERSIONS.join(', ')}`, input: text });
  return z.NEVER;
});

/** Dynamo's SLA planner of 2026-02: sizes prefill and decode from a profile, one interval ahead. */
export const dynamoSlaStrategy = z.strictObject({
  kind: z.literal('dynamo-sla'),
  /** Profile of the engine, in Dynamo's raw-data format. */
  profile: repositoryPath,
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

export const strategySchema = z.discriminatedUnion('kind', [dynamoSlaStrategy]);

/** Narrows what the author declared; never widens it. */
export const serviceLimits = z.strictObject({
  min: replicaCount.optional(),
  max: replicaCount.optional(),
  /** Most replicas that one plan may add. */
  maxStepUp: z.int().min(1).max(10_000).optional(),
  /** Most replicas that one plan may remove. */
  maxStepDown: z.int().min(1).max(10_000).optional(),
});

export const deploymentConfig = z.strictObject({
  name: graphName,
  environment: dnsLabel.optional(),
  namespace: dnsLabel.optional(),
  /** Where the model's name is not in the workers' arguments, or to check it. */
  model: z.string().min(1).optional(),
  sla: slaSchema.optional(),
  strategy: strategySchema,
  services: z.record(serviceName, serviceLimits).default({}),
});

export const budgetConfig = z.strictObject({
  name: dnsLabel,
  gpus: z.int().min(0).max(1_000_000),
  /** Graphs that share the budget: those of this environment and namespace, all where neither is given. */
  environment: dnsLabel.optional(),
  namespace: dnsLabel.optional(),
});

export const configSchema = z.strictObject({
  schemaVersion,
  /** Folders or files with manifests. */
  manifests: z.array(repositoryPath).min(1).default(['dist']),
  operatorVersion: operatorVersion.default('1.4.0'),
  metrics: z.strictObject({ recording: repositoryPath }).optional(),
  budgets: z.array(budgetConfig).default([]),
  deployments: z.array(deploymentConfig).default([]),
  proposals: z
    .strictObject({
      /** Branch that proposals are merged into. */
      base: z.string().min(1).default('main'),
      /** Hours after which a plan may no longer be proposed. */
      expiresAfterHours: z
        .number()
        .positive()
        .max(24 * 365)
        .default(24),
    })
    .prefault({}),
  pricing: z
    .strictObject({
      currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, such as "USD"'),
      perGpuHour: z.number().min(0),
      /** Where the price comes from, shown beside every estimate. */
      source: z.string().min(1),
    })
    .optional(),
});

export type Config = z.output<typeof configSchema>;
export type DeploymentConfig = z.output<typeof deploymentConfig>;
export type DynamoSlaSettings = z.output<typeof dynamoSlaStrategy>;
export type ServiceLimits = z.output<typeof serviceLimits>;
export type BudgetConfig = z.output<typeof budgetConfig>;
export type Pricing = NonNullable<Config['pricing']>;
