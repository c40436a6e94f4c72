import * as z from 'zod';
import { digestOfDocument } from '../digest.ts';
import { SERVICE_ROLES } from '../service-role.ts';
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

const pathStep = z.union([z.string(), z.strictObject({ name: z.string() })]);

/** One number in one file: where it is, and the file that it was read from, so that a later edit can tell if it moved. */
export const scalarLocation = z.strictObject({
  file: repositoryPath,
  /** Digest of the whole file when the plan was made. */
  digest,
  /** Position of the document in a file of several, from 0. */
  document: z.int().min(0),
  path: z.array(pathStep).min(1),
  /** Line of the number, from 1. */
  line: z.int().min(1),
});

/** One step from measured demand to the target. `value` is null where the step says in words why there is no number. */
export const reason = z.strictObject({
  stage: z.enum(['observed', 'forecast', 'correction', 'demand', 'capacity', 'raw']),
  /** Name of the quantity, with its unit where it has one: `prefillTokensPerSecond`. */
  name: z.string().min(1),
  value: z.number().nullable(),
  /** How the value came about, with the numbers in it. */
  explanation: z.string().min(1),
  /** What a server was asked for the numbers that the value was measured by. */
  query: z.string().min(1).optional(),
});

/** A guardrail that moved the number, or looked and left it. */
export const guardrailMark = z.strictObject({
  guardrail: z.enum([
    'floor',
    'min',
    'max',
    'redistribution',
    'step-up',
    'step-down',
    'min-change',
    'in-flight',
    'no-status',
    'not-ready',
    'drift',
    'no-history',
    'data-quality',
    'stabilization',
    'change-budget',
    'freeze',
    'paused',
    'role-ratio',
    'gpu-budget',
  ]),
  from: replicaCount,
  to: replicaCount,
  explanation: z.string().min(1),
});

/** A latency that a service is held to, in milliseconds. Null is unknown. */
export const latencyOutlook = z.strictObject({
  latency: z.enum(['ttft', 'itl']),
  targetMs: z.number().positive(),
  /** Mean over the time that decided. */
  measuredMs: z.number().min(0).nullable(),
  /** What a share of the requests stays within, with so many replicas; null where the strategy expects nothing. */
  expected: z
    .strictObject({
      replicas: replicaCount,
      ms: z.number().min(0).nullable(),
      percentile: z.number().positive().max(1),
    })
    .nullable(),
});

/** Most points of a chart: more than a reader tells apart. */
export const MAX_CHART_POINTS = 48;

/** The demand that came before a plan, for a chart. */
export const demandChart = z.strictObject({
  start: timestamp,
  pointSeconds: z.int().min(1),
  /** Most replicas that any bucket of each point kept busy all the time; null is no data. */
  busyReplicas: z.array(z.number().min(0).nullable()).min(2).max(MAX_CHART_POINTS),
});

export const ownerKind = z.enum(['graph', 'autoscaler', 'adapter']);

export const planTarget = z.strictObject({
  deployment: graphName,
  namespace: dnsLabel,
  environment: dnsLabel,
  service: serviceName,
  role: z.enum(SERVICE_ROLES),
  /** Replicas in the manifest; for an autoscaler, its floor. */
  current: replicaCount,
  target: replicaCount,
  owner: ownerKind,
  gpusPerReplica: z.int().min(0).nullable(),
  /** What a proposal edits: the rendered number, and the pin that it was rendered from where there is one. */
  locations: z.array(scalarLocation).min(1),
  /**
   * Files that show that this is the service's number, where its own does not: kustomizations and their bases, the value
   * files of a chart, the config that maps it.
   */
  through: z.array(repositoryPath).optional(),
  /** Files of the graph itself, where its number stands in an object of its own: they show whose number that is. */
  graphFiles: z.array(repositoryPath).optional(),
  reasons: z.array(reason),
  guardrails: z.array(guardrailMark),
  /** Where an SLA is declared, and the service answers for it. */
  latencies: z.array(latencyOutlook).optional(),
  /** Of a number that changes, where it is known what one replica does. */
  demand: demandChart.optional(),
  /** Of a number that grows: from the plan until what it adds serves. */
  leadSeconds: z.number().min(0).optional(),
});

/** Something that was looked at and left alone, and why. */
export const heldItem = z.strictObject({
  deployment: graphName,
  namespace: dnsLabel.nullable(),
  environment: dnsLabel.nullable(),
  /** Null where the whole graph is held. */
  service: serviceName.nullable(),
  /** Services of a graph that is held as a whole. */
  services: z.array(z.string()).optional(),
  code: z.enum([
    'no-data',
    'stale-data',
    'impossible-data',
    'no-traffic',
    'no-decision',
    'not-planned',
    'unsupported',
    'profile-mismatch',
    'invalid-deployment',
    'owner',
    'unreadable-number',
    'unknown-gpus',
    'over-budget',
    'no-status',
    'not-ready',
    'drift',
    'no-history',
    'change-budget',
    'freeze',
    'paused',
    'phase',
  ]),
  reason: z.string().min(1),
});

/** GPUs in one budget before and after. Null is unknown, with the services that make it so. */
export const ledgerEntry = z.strictObject({
  budget: z.string().min(1),
  /** Graphs that share it, where not all do: those of this environment, namespace and name. */
  scope: z
    .strictObject({
      environment: z.string().optional(),
      namespace: z.string().optional(),
      deployment: z.string().optional(),
    })
    .optional(),
  limitGpus: z.int().min(0),
  beforeGpus: z.int().min(0).nullable(),
  afterGpus: z.int().min(0).nullable(),
  unknown: z.array(z.string()),
});

export const inputDigest = z.strictObject({ file: z.string().min(1), digest });

/** What the planner decided, from what, and why: all that `explain`, `apply` and `propose` need. */
export const planSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('plan'),
  /** The time that the plan speaks of, not the time that the command ran. */
  createdAt: timestamp,
  /** After this the numbers must not be proposed any more. */
  expiresAt: timestamp,
  inputs: z.strictObject({
    config: inputDigest,
    metrics: inputDigest.extend({ source: z.string() }),
    manifests: z.array(inputDigest),
    profiles: z.array(inputDigest),
    /** What `fit` wrote, where there is any. */
    fitted: z.array(inputDigest).optional(),
    status: inputDigest.nullable(),
    history: inputDigest.nullable(),
  }),
  targets: z.array(planTarget),
  held: z.array(heldItem),
  ledger: z.array(ledgerEntry),
  /** Digest of all the rest. */
  digest,
});

export type Plan = z.output<typeof planSchema>;
export type PlanTarget = z.output<typeof planTarget>;
export type HeldItem = z.output<typeof heldItem>;
export type PlanReason = z.output<typeof reason>;
export type GuardrailMark = z.output<typeof guardrailMark>;
export type LatencyOutlook = z.output<typeof latencyOutlook>;
export type DemandChart = z.output<typeof demandChart>;
export type LedgerEntry = z.output<typeof ledgerEntry>;
export type ScalarLocation = z.output<typeof scalarLocation>;
export type InputDigest = z.output<typeof inputDigest>;

/** Completes a plan with the digest of everything in it. */
export function sealPlan(plan: Omit<Plan, 'digest'>): Plan {
  return { ...plan, digest: digestOfDocument(plan) };
}

/** Whether a plan still is what its digest says. */
export function isSealed(plan: Plan): boolean {
  const { digest: sealed, ...rest } = plan;
  return digestOfDocument(rest) === sealed;
}
