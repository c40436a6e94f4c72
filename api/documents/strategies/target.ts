import * as z from 'zod';
import { serviceName } from '../common.ts';
import { RECORDING_COLUMNS } from '../recording.ts';

/** Columns that are no measure of load. */
const NO_LOAD = [
  'coverage',
  'prefillReady',
  'decodeReady',
  'frontendReady',
  'advisedPrefill',
  'advisedDecode',
] as const;

export const TARGET_COLUMNS = RECORDING_COLUMNS.filter(
  (column): column is Exclude<typeof column, (typeof NO_LOAD)[number]> => !NO_LOAD.some((one) => one === column),
);
export type TargetColumn = (typeof TARGET_COLUMNS)[number];

const amount = z.number().positive().max(1e12);

/** A metric and what it should be, in one of the three forms of Kubernetes' autoscaler. */
export const targetMetric = z
  .strictObject({
    /** `requestCount` and `startedCount` are compared per second. */
    column: z.enum(TARGET_COLUMNS),
    /** Of the total for each replica. */
    averageValue: amount.optional(),
    /** Of the metric itself; replicas change in proportion. */
    value: amount.optional(),
    /** Share of what the replicas request, 0 to 1. */
    utilization: amount.optional(),
    /** What a replica requests; of `frontendCpuCores` the manifest says it. */
    requestPerReplica: amount.optional(),
  })
  .superRefine(({ column, averageValue, value, utilization, requestPerReplica }, context) => {
    const forms = [averageValue, value, utilization].filter((form) => form !== undefined);
    if (forms.length !== 1) {
      const message = 'needs exactly one of averageValue, value and utilization';
      context.addIssue({ code: 'custom', message });
    }
    if (utilization === undefined && requestPerReplica !== undefined) {
      context.addIssue({ code: 'custom', path: ['requestPerReplica'], message: 'goes with utilization only' });
    }
    if (utilization !== undefined && requestPerReplica === undefined && column !== 'frontendCpuCores') {
      const message = 'utilization needs requestPerReplica; only CPU requests of a frontend stand in the manifest';
      context.addIssue({ code: 'custom', path: ['utilization'], message });
    }
  });

const scalingPolicy = z.strictObject({
  type: z.enum(['Pods', 'Percent']),
  value: z.int().min(1).max(10_000),
  /** Changes that were merged in so many seconds count. */
  periodSeconds: z.int().min(1).max(604_800).default(15),
});

const scalingRules = (stabilizationSeconds: number, policies: readonly z.input<typeof scalingPolicy>[]) =>
  z.strictObject({
    /** The lowest (up) or highest (down) recommendation of so many seconds counts. */
    stabilizationWindowSeconds: z.int().min(0).max(86_400).default(stabilizationSeconds),
    /** Share by which the metric may miss its target without a change. */
    tolerance: z.number().min(0).max(10).default(0.1),
    selectPolicy: z.enum(['Max', 'Min', 'Disabled']).default('Max'),
    policies: z
      .array(scalingPolicy)
      .min(1)
      .prefault([...policies]),
  });

const ruleOf = {
  metrics: z.array(targetMetric).min(1).max(20),
  /** Length of the stretch whose mean is compared. */
  windowSeconds: z.int().min(1).max(86_400).default(60),
  /** As in a HorizontalPodAutoscaler, with its defaults. */
  behavior: z
    .strictObject({
      scaleUp: scalingRules(0, [
        { type: 'Pods', value: 4 },
        { type: 'Percent', value: 100 },
      ]).prefault({}),
      scaleDown: scalingRules(300, [{ type: 'Percent', value: 100 }]).prefault({}),
    })
    .prefault({}),
};

/** The arithmetic of Kubernetes' HPA and of KEDA, for each service that is named. */
export const targetStrategy = z.strictObject({
  kind: z.literal('target'),
  services: z
    .record(serviceName, z.strictObject(ruleOf))
    .refine((services) => Object.keys(services).length > 0, 'must name at least one service'),
});

export const targetServiceStrategy = z.strictObject({ kind: z.literal('target'), ...ruleOf });

export type TargetSettings = z.output<typeof targetStrategy>;
export type TargetServiceSettings = z.output<typeof targetServiceStrategy>;
/** What one service is sized by. */
export type TargetRule = Omit<TargetServiceSettings, 'kind'>;
export type TargetMetric = z.output<typeof targetMetric>;
export type ScalingRules = TargetRule['behavior']['scaleUp'];

/** How a frontend is sized where nobody says: by its CPU, where that is measured and the manifest says what it requests. */
export const DEFAULT_FRONTEND_RULE: TargetRule = z
  .strictObject(ruleOf)
  .parse({ metrics: [{ column: 'frontendCpuCores', utilization: 0.7 }], windowSeconds: 300 });
