import * as z from 'zod';
import { parsePath } from '../graph-view.ts';
import { OPERATOR_VERSIONS, parseOperatorVersion } from '../operator-versions.ts';
import { dnsLabel, graphName, replicaCount, repositoryPath, schemaVersion, serviceName } from './common.ts';
import { freezeSchema, guardrailSettings } from './guardrails.ts';
import { slaSchema } from './policy.ts';
import { prometheusSchema } from './prometheus.ts';
import { serviceStrategySchema, strategySchema } from './strategies/index.ts';

/** Name of the one config file, at the repository's root. */
export const CONFIG_FILE = 'dynamo-gitops.yaml';

const operatorVersion = z.string().transform((text, context) => {
  const version = parseOperatorVersion(text);
  if (version !== undefined) return version;
  context.issues.push({ code: 'custom', message: `must be one of ${OPERATOR_VERSIONS.join(', ')}`, input: text });
  return z.NEVER;
});

/** Where proposals live. */
export const FORGES = ['local', 'github'] as const;
export type ForgeName = (typeof FORGES)[number];

/** Narrows what the author declared; never widens it. */
export const serviceLimits = z.strictObject({
  min: replicaCount.optional(),
  max: replicaCount.optional(),
  /** Most replicas that one plan may add. */
  maxStepUp: z.int().min(1).max(10_000).optional(),
  /** Most replicas that one plan may remove. */
  maxStepDown: z.int().min(1).max(10_000).optional(),
});

/** Where a number is written that no rule finds: a file, and the keys that lead to the number in it. */
export const numberTarget = z.strictObject({
  file: repositoryPath,
  /** `decode.replicas`, `components[name=decode].count`, `items[0].value`. */
  path: z
    .string()
    .refine(
      (text) => parsePath(text) !== undefined,
      'must be keys with dots between them, such as decode.replicas or components[name=decode].replicas',
    ),
});

/** What the config says of one service. */
export const serviceConfig = serviceLimits.extend({
  /** Where the number is edited, instead of where it is found. */
  target: numberTarget.optional(),
  /** Sizes this service instead of the graph's strategy. */
  strategy: serviceStrategySchema.optional(),
});

export const deploymentConfig = z.strictObject({
  name: graphName,
  environment: dnsLabel.optional(),
  namespace: dnsLabel.optional(),
  /** Where the model's name is not in the workers' arguments, or to check it. */
  model: z.string().min(1).optional(),
  sla: slaSchema.optional(),
  strategy: strategySchema,
  /** Graphs of a higher priority are served first by a budget that does not suffice for all. */
  priority: z.int().min(-1000).max(1000).default(0),
  /** Each field replaces the one of the fleet's guardrails. */
  guardrails: guardrailSettings.prefault({}),
  services: z.record(serviceName, serviceConfig).default({}),
});

export const budgetConfig = z.strictObject({
  name: dnsLabel,
  gpus: z.int().min(0).max(1_000_000),
  /** Graphs that share the budget: those of this environment, namespace and name, all where none is given. */
  environment: dnsLabel.optional(),
  namespace: dnsLabel.optional(),
  deployment: graphName.optional(),
});

/** How a forge merges what it may merge by itself: `queue` is a merge queue. */
export const AUTO_MERGE_METHODS = ['merge', 'squash', 'rebase', 'queue'] as const;
export type AutoMergeMethod = (typeof AUTO_MERGE_METHODS)[number];

export const autoMergePolicy = z.strictObject({
  method: z.enum(AUTO_MERGE_METHODS),
  /** Where; each by its name. */
  environments: z.array(dnsLabel).min(1),
  /** `scale-up`: where no number becomes smaller; `any`: whichever way they go. */
  changes: z.enum(['scale-up', 'any']).default('scale-up'),
  /** Most GPUs that a proposal adds; one whose GPUs are unknown is never merged so. */
  maxAddedGpus: z.int().min(0).max(1_000_000).optional(),
});

export const configSchema = z.strictObject({
  schemaVersion,
  /** Folders or files with manifests. */
  manifests: z.array(repositoryPath).min(1).default(['dist']),
  operatorVersion: operatorVersion.default('1.4.0'),
  metrics: z
    .strictObject({
      /** A recording, or a folder of them. */
      recording: repositoryPath.optional(),
      /** A server with the HTTP API of Prometheus. */
      prometheus: prometheusSchema.optional(),
      /** Length of the buckets that a server is asked for. */
      bucketSeconds: z.int().min(1).max(86_400).default(60),
      /** How far a plan looks back. */
      historyHours: z
        .number()
        .positive()
        .max(24 * 90)
        .default(24 * 7),
      /** Seconds between two scrapes of a target; data is stale after a bucket and three of them. */
      scrapeSeconds: z.int().min(1).max(3600).default(30),
      /** Share of its scrapes that a bucket, and of its buckets that a stretch must have, so that it counts as measured. */
      minCoverage: z.number().min(0.5).max(1).default(0.8),
    })
    .prefault({}),
  budgets: z.array(budgetConfig).default([]),
  /** For every deployment that does not say otherwise. */
  guardrails: guardrailSettings.prefault({}),
  freezes: z.array(freezeSchema).default([]),
  deployments: z.array(deploymentConfig).default([]),
  proposals: z
    .strictObject({
      /** Branch that proposals are merged into. */
      base: z.string().min(1).default('main'),
      /** `local`: branches and records of the repository itself; `github`: pull requests. */
      forge: z.enum(FORGES).default('local'),
      /** What the forge may merge by itself once its base's rules are met; nothing where it is left out. */
      autoMerge: autoMergePolicy.optional(),
      /** Hours after which a plan may no longer be proposed. */
      expiresAfterHours: z
        .number()
        .positive()
        .max(24 * 365)
        .default(24),
      /** Most proposals of ours that are open at once; those that add replicas go first. */
      maxOpen: z.int().min(1).max(10_000).default(20),
      /** Most proposals that are opened within an hour. */
      maxPerHour: z.int().min(1).max(10_000).default(20),
      /** Replicas by which a number must differ from the one in a proposal that a person closed, to be proposed again. */
      minStepAfterClose: z.int().min(1).max(10_000).default(1),
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
export type ServiceLimits = z.output<typeof serviceLimits>;
export type ServiceConfig = z.output<typeof serviceConfig>;
export type NumberTarget = z.output<typeof numberTarget>;
export type AutoMergePolicy = z.output<typeof autoMergePolicy>;
export type BudgetConfig = z.output<typeof budgetConfig>;
export type Pricing = NonNullable<Config['pricing']>;
