import { type JsonObject, type Plan, serviceStrategySchema, strategySchema } from '../../api/index.ts';
import { makePlan, type PlanInput, type TrafficBucket } from '../../planner/index.ts';
import { config, deployment, liveStatus, member, planInput } from './fleet-fixture.ts';
import { busy, msAt, series } from './traffic-fixture.ts';

type Fields = { readonly [field: string]: unknown };

const worker = (role: string | undefined, replicas: number): JsonObject => ({
  componentType: 'worker',
  ...(role === undefined ? {} : { subComponentType: role }),
  replicas,
  resources: { limits: { gpu: '1' } },
  extraPodSpec: { mainContainer: { args: ['--model', 'acme/model'] } },
});

export interface SketchedGraph {
  readonly frontends?: number;
  /** CPU that a frontend requests. */
  readonly cpu?: string;
  readonly prefill?: number;
  readonly decode?: number;
  /** Workers that do both, instead of prefill and decode. */
  readonly aggregated?: number;
}

/** A graph with a frontend of two cores, and two replicas of everything. */
export function sketched({ frontends = 2, cpu = '2', prefill = 2, decode = 2, aggregated }: SketchedGraph = {}) {
  const workers =
    aggregated === undefined
      ? { prefill: worker('prefill', prefill), decode: worker('decode', decode) }
      : { worker: worker(undefined, aggregated) };
  const resources = cpu === '' ? {} : { resources: { requests: { cpu } } };
  const frontend = { componentType: 'frontend', replicas: frontends, ...resources };
  return member({ services: { Frontend: frontend, ...workers } });
}

/** A status in which all of a sketched graph is ready. */
export function settled({ frontends = 2, prefill = 2, decode = 2, aggregated }: SketchedGraph = {}) {
  const counts: { readonly [service: string]: number } = {
    Frontend: frontends,
    ...(aggregated === undefined ? { prefill, decode } : { worker: aggregated }),
  };
  const [live] = liveStatus({}).items;
  const of = (write: (count: number) => JsonObject) =>
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, write(count)]));
  const item = {
    ...live,
    spec: { services: of((replicas) => ({ replicas })) },
    status: {
      ...(live?.status as JsonObject),
      services: of((count) => ({ replicas: count, updatedReplicas: count, readyReplicas: count })),
    },
  } as unknown as NonNullable<typeof live>;
  return { kind: 'List' as const, items: [item] };
}

export interface Question {
  /** Of the graph; numbers that stay as they are where it is absent. */
  readonly strategy?: Fields;
  readonly services?: Fields;
  readonly graph?: SketchedGraph;
  /** A bucket a minute; the plan is made when the last has ended. */
  readonly buckets?: readonly TrafficBucket[];
  readonly at?: Date;
  readonly input?: Partial<PlanInput>;
}

export function inputFor({ strategy, services, graph, buckets = [busy()], at, input }: Question): PlanInput {
  const fixed = { kind: 'fixed', replicas: { [graph?.aggregated === undefined ? 'prefill' : 'worker']: 2 } };
  return planInput({
    at: at ?? new Date(msAt(buckets.length * 60)),
    config: config({ deployments: [deployment({ strategy: strategy ?? fixed, services: services ?? {} })] }),
    fleet: [sketched(graph)],
    series: [series(buckets)],
    status: settled(graph),
    ...input,
  });
}

export function planFor(question: Question): Plan {
  const plan = makePlan(inputFor(question));
  if (!plan.ok) throw new Error(plan.error.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return plan.value;
}

export const numbersOf = (plan: Plan) =>
  plan.targets.map(({ service, current, target }) => `${service} ${current}→${target}`);

/** What the strategy asked for, before guardrails. */
export const rawOf = (plan: Plan): { readonly [service: string]: number | null } =>
  Object.fromEntries(
    plan.targets.map(({ service, reasons }) => [
      service,
      reasons.findLast(({ stage }) => stage === 'raw')?.value ?? null,
    ]),
  );

export const whyOf = (plan: Plan, service: string) =>
  plan.targets.find((target) => target.service === service)?.reasons.findLast(({ stage }) => stage === 'raw')
    ?.explanation;

export const heldOf = (plan: Plan) =>
  plan.held.map(({ service, code, reason }) => `${service ?? '*'} ${code}: ${reason}`);

/** What is wrong with settings, in the words of the schema. */
export function wrongWith(settings: Fields, of: 'graph' | 'service' = 'graph'): readonly string[] {
  const parsed = (of === 'graph' ? strategySchema : serviceStrategySchema).safeParse(settings);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
