import {
  type Config,
  configSchema,
  digestOf,
  type GraphView,
  graphViewOf,
  type JsonObject,
  type LiveStatus,
  type Policy,
  type ReplicaOwner,
} from '../../api/index.ts';
import type { EngineProfile, FleetMember, LocatedNumber, PlanInput } from '../../planner/index.ts';
import { busy, msAt, seriesOf } from './traffic-fixture.ts';

export const PROFILE = 'profiles/engine.json';

const AXIS = Array.from({ length: 100 }, (_, index) => index / 99);

/**
 * An engine with round numbers: 10,000 prompt tokens/s per GPU at 20 ms, whatever the length; 1,000 output tokens/s per
 * GPU at full KV cache, and 5 to 15 ms between tokens from an empty to a full one.
 */
export const engine: EngineProfile = {
  prefill: {
    islTokens: [100, 1000, 5000, 10_000],
    ttftMs: [20, 20, 20, 20],
    tokensPerSecondPerGpu: [10_000, 10_000, 10_000, 10_000],
  },
  decode: {
    kvUsage: [0, 1, 0, 1],
    contextTokens: [100, 100, 9900, 9900],
    itlMs: [5, 15, 5, 15],
    tokensPerSecondPerGpu: [1, 1000, 1, 1000],
    maxKvTokens: 100_000,
    grids: {
      kvUsageAxis: AXIS,
      contextTokensAxis: AXIS.map((share) => share * 9900),
      itlMs: AXIS.map(() => AXIS.map((usage) => 5 + 10 * usage)),
      tokensPerSecondPerGpu: AXIS.map(() => AXIS.map((usage) => 1000 * usage)),
    },
  },
};

export interface GraphSketch {
  readonly name?: string;
  readonly namespace?: string | undefined;
  readonly environment?: string;
  readonly policy?: Policy | undefined;
  readonly prefill?: number | undefined;
  readonly decode?: number | undefined;
  readonly gpus?: string;
  readonly model?: string;
  readonly services?: JsonObject;
  readonly owners?: { readonly [service: string]: ReplicaOwner };
  readonly numbers?: { readonly [service: string]: LocatedNumber };
}

/** A disaggregated graph with a frontend, whose workers have one GPU each. */
export function member(sketch: GraphSketch = {}): FleetMember {
  const name = sketch.name ?? 'chat';
  const environment = sketch.environment ?? 'prod';
  const worker = (role: string, replicas: number | undefined): JsonObject => ({
    componentType: 'worker',
    subComponentType: role,
    ...(replicas === undefined ? {} : { replicas }),
    resources: { limits: { gpu: sketch.gpus ?? '1' } },
    extraPodSpec: { mainContainer: { args: ['--model', sketch.model ?? 'acme/model'] } },
  });
  const view = graphViewOf({
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: { name, ...('namespace' in sketch ? { namespace: sketch.namespace } : { namespace: 'llm' }) },
    spec: {
      services: sketch.services ?? {
        Frontend: { componentType: 'frontend', replicas: 1 },
        prefill: worker('prefill', 'prefill' in sketch ? sketch.prefill : 2),
        decode: worker('decode', 'decode' in sketch ? sketch.decode : 2),
      },
    },
  });
  if (!view.ok) throw new Error(view.error.map((problem) => problem.message).join());
  const file = `dist/${environment}/${name}.yaml`;
  return {
    view: view.value,
    file,
    policy: 'policy' in sketch ? sketch.policy : { schemaVersion: 1, app: 'chat', environment, services: {} },
    owners: new Map(
      view.value.services.map((service) => [service.name, sketch.owners?.[service.name] ?? { kind: 'graph' }]),
    ),
    numbers: new Map(
      view.value.services.map((service) => [
        service.name,
        sketch.numbers?.[service.name] ?? located(view.value, service.name, file),
      ]),
    ),
  };
}

function located(view: GraphView, service: string, file: string): LocatedNumber {
  const found = view.services.find((one) => one.name === service);
  const path = (found?.replicasPath ?? []).map((step) => (typeof step === 'string' ? step : { name: step.name }));
  return { kind: 'located', locations: [{ file, digest: digestOf(file), document: 0, path, line: 7 }] };
}

export function config(change: { readonly [field: string]: unknown } = {}): Config {
  return configSchema.parse({ schemaVersion: 1, deployments: [deployment()], ...change });
}

export function deployment(change: { readonly [field: string]: unknown } = {}) {
  return {
    name: 'chat',
    sla: { ttftMs: 200, itlMs: 15 },
    strategy: { kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60, correction: false },
    ...change,
  };
}

/** Status in which every graph has settled at the replicas that are given, 2 unless said. */
export function liveStatus(...graphs: readonly Pick<GraphSketch, 'name' | 'prefill' | 'decode'>[]): LiveStatus {
  return { kind: 'List', items: graphs.map(liveGraph) };
}

function liveGraph({ name = 'chat', prefill = 2, decode = 2 }: GraphSketch): LiveStatus['items'][number] {
  const reported = (replicas: number) => ({ replicas, updatedReplicas: replicas, readyReplicas: replicas });
  return {
    ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
    metadata: { name, namespace: 'llm', generation: 3 },
    spec: { services: { prefill: { replicas: prefill }, decode: { replicas: decode } } },
    status: {
      ...{ observedGeneration: 3, state: 'successful', conditions: [{ type: 'Ready', status: 'True' }] },
      services: { prefill: reported(prefill), decode: reported(decode) },
    },
  };
}

const NO_INPUT = { file: 'none', digest: digestOf('none') };

/** The plan of one graph at the end of a recording of two buckets. */
export function planInput(change: Partial<PlanInput> = {}): PlanInput {
  return {
    at: new Date(msAt(120)),
    config: config(),
    fleet: [member()],
    series: seriesOf([{ name: 'chat', namespace: 'llm', buckets: [busy(), busy()] }]),
    profiles: new Map([[PROFILE, engine]]),
    status: liveStatus({}),
    history: { schemaVersion: 1, kind: 'history', changes: [] },
    parentGraph: undefined,
    metrics: { ...NO_INPUT, source: 'made up for a test' },
    inputs: { config: NO_INPUT, manifests: [], profiles: [], status: null, history: null },
    ...change,
  };
}
