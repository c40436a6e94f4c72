import { afterAll, describe, expect, test } from '@jest/globals';
import {
  type App,
  Environment,
  Gpu,
  GraphDeployment,
  Hpa,
  type HpaProps,
  Keda,
  type KedaProps,
  type KedaSignal,
  promqlLabel,
  ScaleOn,
  ScalingAdapter,
  type Service,
} from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import {
  type DynamoApiVersion,
  type GraphView,
  graphViewOf,
  isObject,
  type JsonObject,
  type OperatorVersion,
  objectAt,
  policySchema,
  replicaOwner,
  scalerOf,
} from '../../api/index.ts';
import { golden, joined, runExample } from './run-example.ts';
import { complaintsOf, removeTemporaryFolders, renderedBy, temporaryApp } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

const IMAGE = 'registry.example/vllm-runtime:1.3.1';
const BOUNDS = { min: 1, max: 8 } as const;
const LATENCY = [ScaleOn.ttft({ targetMs: 500 })] as const;

interface Chat {
  readonly app: App;
  readonly prod: Environment;
  readonly graph: GraphDeployment;
  readonly frontend: Service;
  readonly prefill: Service;
  readonly decode: Service;
}

/** A graph whose services are all scaled by their adapters. */
function chat(
  options: {
    readonly apiVersion?: DynamoApiVersion;
    readonly operatorVersion?: OperatorVersion;
    readonly pins?: JsonObject;
    readonly isGlobal?: boolean;
    readonly model?: string;
  } = {},
): Chat {
  const { pins, isGlobal = false, model = 'Qwen/Qwen3-32B', ...props } = options;
  const file = { schemaVersion: 1, deployment: 'chat', environment: 'prod', services: pins ?? {} };
  const app = temporaryApp(pins === undefined ? {} : { 'prod/chat': JSON.stringify(file) }, props);
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model, image: IMAGE });
  const shared = isGlobal ? { globalDynamoNamespace: true } : {};
  return {
    ...{ app, prod, graph },
    frontend: graph.addFrontend({ scalingAdapter: true, ...shared }),
    prefill: graph.addPrefill({ gpus: Gpu.count(2), requests: { cpu: '8' }, scalingAdapter: true, ...shared }),
    decode: graph.addDecode({
      name: 'VllmDecodeWorker',
      gpus: Gpu.count(4),
      requests: { cpu: '8' },
      scalingAdapter: true,
      ...shared,
    }),
  };
}

/** The one object of a kind that an app renders. */
async function objectOf(app: App, kind: string): Promise<JsonObject> {
  const { files } = await renderedBy(app);
  const objects = files.map(({ text }) => load(text)).filter(isObject);
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} objects are a ${kind}`);
  return found[0];
}

async function kedaSpec({ app, prod, decode }: Chat, props: Partial<KedaProps>): Promise<JsonObject> {
  new Keda(prod, 'scaler', { target: decode, bounds: BOUNDS, scaleOn: LATENCY, ...props } as KedaProps);
  return objectAt(await objectOf(app, 'ScaledObject'), 'spec') ?? {};
}

async function queryOf(
  signal: KedaSignal,
  options: Parameters<typeof chat>[0] = {},
  service?: 'prefill',
): Promise<string> {
  const deployed = chat(options);
  const spec = await kedaSpec(deployed, { scaleOn: [signal], ...(service && { target: deployed[service] }) });
  const [trigger] = spec.triggers as readonly JsonObject[];
  return String(objectAt(trigger, 'metadata')?.query);
}

describe('the documented examples', () => {
  test.each(['keda', 'hpa', 'scaling-adapter'])('of %s are written byte for byte as expected', async (name) => {
    expect(joined(await runExample(name))).toBe(golden(name));
  });
});

describe('a service with an autoscaler', () => {
  async function deployed(
    apiVersion: DynamoApiVersion,
  ): Promise<{ readonly view: GraphView; readonly scaler: JsonObject }> {
    const { app, prod, decode } = chat({ apiVersion, pins: { VllmDecodeWorker: { minReplicas: 2, maxReplicas: 6 } } });
    new Keda(prod, 'decode', { target: decode, limits: BOUNDS, scaleOn: LATENCY });
    const view = graphViewOf(await objectOf(app, 'DynamoGraphDeployment'));
    if (!view.ok) throw new Error('no graph');
    return { view: view.value, scaler: await objectOf(app, 'ScaledObject') };
  }

  test.each(['v1alpha1', 'v1beta1'] as const)(
    'renders no replicas in %s, and its autoscaler owns them',
    async (version) => {
      const { view, scaler } = await deployed(version);
      const service = view.services.find(({ name }) => name === 'VllmDecodeWorker');
      if (service === undefined) throw new Error('no service');
      expect(service).toMatchObject({ scalingAdapter: 'on', replicas: { kind: 'absent' } });
      const read = scalerOf(scaler);
      expect(replicaOwner(view, service, read === undefined ? [] : [read], '1.4.0')).toMatchObject({
        kind: 'autoscaler',
        scaler: { kind: 'keda', name: 'chat-vllmdecodeworker', adapterName: 'chat-vllmdecodeworker', min: 2, max: 6 },
      });
      expect(objectAt(scaler, 'spec', 'scaleTargetRef')?.apiVersion).toBe(`nvidia.com/${version}`);
    },
  );

  test('carries the autoscaler’s limits in the policy of its graph, whatever the pins say', async () => {
    const { view } = await deployed('v1alpha1');
    const policy = policySchema.parse(JSON.parse(view.annotations['dynamo-gitops/policy'] ?? ''));
    expect(policy.services).toEqual({ VllmDecodeWorker: { min: 1, max: 8 } });
  });

  test('takes floor and ceiling from the pins, within the limits of the code', async () => {
    const { app, prod, decode } = chat({ pins: { VllmDecodeWorker: { minReplicas: 0, maxReplicas: 9 } } });
    new Hpa(prod, 'decode', { target: decode, limits: BOUNDS, scaleOn: LATENCY });
    const at = 'apps/demo/pins/prod/chat.yaml:1: services.VllmDecodeWorker';
    expect(await complaintsOf(app)).toEqual([
      `${at}.minReplicas: 0 is outside 1 to 8, which the code allows`,
      `${at}.maxReplicas: 9 is outside 1 to 8, which the code allows`,
    ]);
  });

  test('needs no pins where the code fixes the bounds', async () => {
    const { app, prod, decode } = chat();
    new Hpa(prod, 'decode', { name: 'own-name', target: decode, bounds: BOUNDS, scaleOn: LATENCY });
    const hpa = await objectOf(app, 'HorizontalPodAutoscaler');
    expect(hpa).toMatchObject({ metadata: { name: 'own-name' }, spec: { minReplicas: 1, maxReplicas: 8 } });
  });
});

describe('a query', () => {
  const labels = '{dynamo_namespace="llm-prod-chat"}';

  test('of a latency tells traffic, no traffic and no data apart', async () => {
    expect(await queryOf(ScaleOn.ttft({ targetMs: 500, quantile: 0.99, windowSeconds: 90 }))).toBe(
      `histogram_quantile(0.99, sum by (le) (rate(dynamo_frontend_time_to_first_token_seconds_bucket${labels}[90s]))) >= 0 or 0 * sum(rate(dynamo_frontend_time_to_first_token_seconds_count${labels}[90s]))`,
    );
    expect(await queryOf(ScaleOn.itl({ targetMs: 25 }))).toContain(
      `rate(dynamo_frontend_inter_token_latency_seconds_bucket${labels}[5m])`,
    );
  });

  test('of waiting requests follows the operator’s era', async () => {
    const queued = `sum(dynamo_frontend_queued_requests${labels})`;
    const signal = ScaleOn.pendingRequests({ perReplica: 10 });
    expect(await queryOf(signal, { operatorVersion: '1.1.0' })).toBe(queued);
    expect(await queryOf(signal, { operatorVersion: '1.2.0' })).toBe(
      `sum(dynamo_frontend_stage_requests{dynamo_namespace="llm-prod-chat",stage=~"preprocess|route|dispatch"}) or ${queued}`,
    );
  });

  test('of the KV cache finds workers by the runtime’s spelling of the namespace, with and without a hash', async () => {
    const signal = ScaleOn.kvUsage({ targetPercent: 70 });
    const metric = 'dynamo_component_gpu_cache_usage_percent{dynamo_namespace=~"llm_prod_chat(_[0-9a-f]{8})?"';
    expect(await queryOf(signal)).toBe(`avg(${metric},dynamo_component!="prefill"})`);
    expect(await queryOf(signal, {}, 'prefill')).toBe(`avg(${metric},dynamo_component="prefill"})`);
  });

  test('in the global namespace asks for the model, as the frontend spells it', async () => {
    const options = { isGlobal: true, model: 'Org/Mo"del\\' } as const;
    expect(await queryOf(ScaleOn.pendingRequests({ total: 10 }), options)).toBe(
      'sum(dynamo_frontend_queued_requests{dynamo_namespace="dynamo",model="org/mo\\"del\\\\"})',
    );
  });

  test('has labels in which nothing ends the text', () => {
    expect(promqlLabel('a"b\\c\nd')).toBe('"a\\"b\\\\c\\nd"');
  });
});

describe('KEDA', () => {
  test('is told the type of each metric, and that no data is an error', async () => {
    const spec = await kedaSpec(chat(), {
      scaleOn: [
        ScaleOn.cpu({ utilizationPercent: 80 }),
        ScaleOn.itl({ targetMs: 12.5 }),
        ScaleOn.pendingRequests({ perReplica: 10 }),
        ScaleOn.query({ promql: 'sum(up)', threshold: 1e7, metricType: 'AverageValue', activationThreshold: 0.5 }),
        ScaleOn.query({ promql: 'vector(1)', threshold: 1, metricType: 'Value', ignoreNullValues: true }),
      ],
      cooldownSeconds: 0,
    });
    const triggers = (spec.triggers as readonly JsonObject[]).map(({ type, metricType, metadata }) => {
      const { value, threshold, ignoreNullValues, activationThreshold } = isObject(metadata) ? metadata : {};
      return [type, metricType, value ?? threshold, ignoreNullValues, activationThreshold];
    });
    expect(triggers).toEqual([
      ['cpu', 'Utilization', '80', undefined, undefined],
      ['prometheus', 'Value', '0.0125', 'false', undefined],
      ['prometheus', 'AverageValue', '10', 'false', undefined],
      ['prometheus', 'AverageValue', '10000000', 'false', '0.5'],
      ['prometheus', 'Value', '1', 'true', undefined],
    ]);
    expect(spec.cooldownPeriod).toBe(0);
  });

  test('asks the Prometheus that it is given, with the credentials that are in the cluster', async () => {
    const spec = await kedaSpec(chat(), {
      prometheus: {
        serverAddress: 'https://thanos.example:9091',
        authentication: { name: 'thanos', kind: 'ClusterTriggerAuthentication', modes: ['bearer', 'tls'] },
        metadata: { namespace: 'llm-prod' },
      },
    });
    expect(spec.triggers).toEqual([
      expect.objectContaining({
        metadata: expect.objectContaining({
          serverAddress: 'https://thanos.example:9091',
          authModes: 'bearer,tls',
          namespace: 'llm-prod',
        }),
        authenticationRef: { name: 'thanos', kind: 'ClusterTriggerAuthentication' },
      }),
    ]);
  });

  test('falls back for totals only, and never to fewer than run unless that is asked for', async () => {
    const totals = [ScaleOn.pendingRequests({ perReplica: 10 })];
    expect((await kedaSpec(chat(), { scaleOn: totals, fallback: { replicas: 4 } })).fallback).toEqual({
      failureThreshold: 3,
      replicas: 4,
      behavior: 'currentReplicasIfHigher',
    });
    const { app, prod, prefill, decode } = chat();
    new Keda(prod, 'a', { target: prefill, bounds: BOUNDS, scaleOn: LATENCY, fallback: { replicas: 4 } });
    new Keda(prod, 'b', {
      target: decode,
      bounds: BOUNDS,
      scaleOn: [ScaleOn.pendingRequests({ perReplica: 2.5 })],
      fallback: { replicas: 9, failureThreshold: 0 },
    });
    expect(await complaintsOf(app)).toEqual([
      '[prod/a] fallback has no signal that it works for: KEDA knows it for type AverageValue only on a scaling adapter; add ScaleOn.pendingRequests({ perReplica }), or leave it out, and replicas hold while a query fails',
      '[prod/b] fallback.failureThreshold is 0; it must be whole, at least 1',
      '[prod/b] fallback.replicas is 9; it must be whole, from 1 to 8',
      '[prod/b] fallback: KEDA cuts the target 2.5 to a whole number to compute it; use a whole target',
    ]);
  });
});

describe('a HorizontalPodAutoscaler', () => {
  async function metricsOf(scaleOn: HpaProps['scaleOn'], operatorVersion: OperatorVersion = '1.4.0'): Promise<unknown> {
    const { app, prod, decode } = chat({ operatorVersion });
    new Hpa(prod, 'decode', { target: decode, bounds: BOUNDS, scaleOn });
    const metrics = objectAt(await objectOf(app, 'HorizontalPodAutoscaler'), 'spec')?.metrics as readonly JsonObject[];
    return metrics.map(({ external }) => {
      const { metric, target } = isObject(external) ? external : {};
      return [objectAt(metric)?.name, target];
    });
  }

  test('compares a latency as a whole, and divides a total, in quantities as Kubernetes prints them', async () => {
    expect(
      await metricsOf([
        ScaleOn.ttft({ targetMs: 1500, quantile: 0.999 }),
        ScaleOn.itl({ targetMs: 12.5 }),
        ScaleOn.pendingRequests({ perReplica: 10 }),
        ScaleOn.external({ metric: 'queue_length', target: 2000, metricType: 'Value' }),
      ]),
    ).toEqual([
      ['dynamo_ttft_p99_9_seconds', { type: 'Value', value: '1500m' }],
      ['dynamo_itl_p95_seconds', { type: 'Value', value: '12500u' }],
      ['dynamo_frontend_pending_requests', { type: 'AverageValue', averageValue: '10' }],
      ['queue_length', { type: 'Value', value: '2000' }],
    ]);
    expect(await metricsOf([ScaleOn.pendingRequests({ perReplica: 10 })], '1.1.0')).toEqual([
      ['dynamo_queued_requests', { type: 'AverageValue', averageValue: '10' }],
    ]);
  });
});

describe('one autoscaler per service', () => {
  test('is all there can be, and both are named', async () => {
    const { app, prod, prefill, decode } = chat();
    new Keda(prod, 'first', { target: prefill, bounds: BOUNDS, scaleOn: LATENCY });
    new Hpa(prod, 'second', {
      target: new ScalingAdapter(prod, 'adapter', { service: prefill }),
      bounds: BOUNDS,
      scaleOn: LATENCY,
    });
    new ScalingAdapter(prod, 'manifest', { service: decode, replicas: 3 });
    new Keda(prod, 'third', { target: decode, bounds: BOUNDS, scaleOn: LATENCY });
    expect(await complaintsOf(app)).toEqual([
      '[prod/second] "prod/chat/prefill" is scaled by "prod/first" already, and two would fight over one number; keep one',
      '[prod/third] "prod/chat/VllmDecodeWorker" is scaled by "prod/manifest" already, and two would fight over one number; keep one',
    ]);
  });

  test('drives an adapter that is on, in its own namespace', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const staging = new Environment(app, 'staging', { namespace: 'llm-staging' });
    const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'm', image: IMAGE });
    const worker = graph.addWorker({ gpus: Gpu.count(1), replicas: 2 });
    new ScalingAdapter(prod, 'adapter', { service: worker });
    new Hpa(staging, 'worker', { target: worker, bounds: BOUNDS, scaleOn: LATENCY });
    expect(await complaintsOf(app)).toEqual([
      '[prod/adapter] the scaling adapter of "prod/chat/worker" is off; declare the service with "scalingAdapter: true" instead of "replicas"',
      '[staging/worker] the scaling adapter of "prod/chat/worker" is off, so nothing would carry out what is decided here; declare the service with "scalingAdapter: true" instead of "replicas"',
      '[staging/worker] is in namespace "llm-staging", but the scaling adapter of "prod/chat/worker" is in "llm-prod", and scalers reach their own namespace only',
    ]);
  });
});

describe('an autoscaler is refused', () => {
  test('for a floor of zero, without which no model is served', async () => {
    const { app, prod, frontend, prefill, decode } = chat();
    new Keda(prod, 'decode', { target: decode, bounds: { min: 0, max: 4 }, scaleOn: LATENCY });
    new Hpa(prod, 'frontend', { target: frontend, bounds: { min: 0, max: 0 }, scaleOn: LATENCY });
    new ScalingAdapter(prod, 'prefill', { service: prefill, replicas: 0 });
    expect(await complaintsOf(app)).toEqual([
      '[prod/decode] bounds: min is 0, but without a decode the model is not served, and nothing is left to scale up by; the least is 1',
      '[prod/frontend] bounds: max is 0, and an autoscaler needs at least 1',
      '[prod/frontend] bounds: min is 0, but without a frontend the model is not served, and nothing is left to scale up by; the least is 1',
      '[prod/prefill] replicas: max is 0, and an autoscaler needs at least 1',
      '[prod/prefill] replicas: min is 0, but without a prefill the model is not served, and nothing is left to scale up by; the least is 1',
    ]);
  });

  test('for everything that is wrong with it, at once', async () => {
    const { app, prod, frontend, prefill, decode } = chat();
    const [fraction, negative]: readonly number[] = [1.5, -1];
    new Hpa(prod, 'frontend', {
      ...{ name: 'Front', target: frontend, scaleOn: [] },
      bounds: { min: fraction ?? 0, max: negative ?? 0 },
      scaleUp: { stabilizationSeconds: 4000, policies: [] },
      scaleDown: { policies: [{ pods: 0, periodSeconds: 0 }] },
    });
    const computed: number = 5;
    new Hpa(prod, 'prefill', {
      target: prefill,
      bounds: { min: computed, max: 4 },
      scaleOn: [
        ScaleOn.cpu({ utilizationPercent: 0 }),
        ScaleOn.ttft({ targetMs: 0, quantile: 95, windowSeconds: 1 }),
        ScaleOn.external({ metric: 'two words', target: Number.NaN, metricType: 'Value' }),
        ScaleOn.cpu({ utilizationPercent: 70 }),
      ],
    });
    new Keda(prod, 'decode', {
      target: decode,
      bounds: BOUNDS,
      scaleOn: [
        ScaleOn.query({ promql: ' ', threshold: -1, metricType: 'Value', activationThreshold: -1 }),
        ScaleOn.kvUsage({ targetPercent: 120 }),
        ScaleOn.cron({ timezone: '+02:00', start: '0 8 * *', end: '0 8 * *', desiredReplicas: 9 }),
      ],
      pollingSeconds: 0,
      cooldownSeconds: -1,
      prometheus: { serverAddress: 'https://me:secret@prometheus', authentication: { name: 'A B', modes: [] } },
    });
    expect(await complaintsOf(app)).toEqual([
      '[prod/frontend] "Front" is not a lower-case DNS name, which an autoscaler\'s name must be',
      '[prod/frontend] bounds 1.5 and -1 must be whole, from 0 to 10000',
      '[prod/frontend] scaleUp.stabilizationSeconds is 4000; it must be whole, from 0 to 3600',
      "[prod/frontend] scaleUp.policies is empty; leave it out for Kubernetes' own",
      '[prod/frontend] scaleDown.policies: pods is 0; it must be whole, at least 1',
      '[prod/frontend] scaleDown.policies: periodSeconds is 0; it must be whole, from 1 to 1800',
      '[prod/frontend] scaleOn is empty; give it at least one of ScaleOn',
      '[prod/prefill] bounds: min 5 is above max 4',
      '[prod/prefill] ScaleOn.cpu: utilizationPercent is 0; it must be whole, at least 1',
      '[prod/prefill] ScaleOn.ttft: targetMs is 0; it must be above 0',
      '[prod/prefill] ScaleOn.ttft: quantile is 95; it is between 0 and 1, such as 0.95',
      '[prod/prefill] ScaleOn.ttft: windowSeconds is 1; it must be whole, at least 15, to hold a few scrapes',
      '[prod/prefill] ScaleOn.external: "two words" is not a metric\'s name',
      '[prod/prefill] ScaleOn.external: target is NaN; it must be above 0',
      '[prod/prefill] scaleOn has two of ScaleOn.cpu; keep one, since the lower target would hold',
      '[prod/decode] ScaleOn.query: promql is empty',
      '[prod/decode] ScaleOn.query: threshold is -1; it must be above 0',
      '[prod/decode] ScaleOn.query: activationThreshold is -1; it is 0 or more',
      '[prod/decode] ScaleOn.kvUsage: targetPercent is 120; it is above 0, up to 100',
      '[prod/decode] ScaleOn.cron: "+02:00" is not an IANA time zone, such as "Europe/Berlin"',
      '[prod/decode] ScaleOn.cron: start "0 8 * *" needs five fields: minute, hour, day of month, month, day of week',
      '[prod/decode] ScaleOn.cron: end "0 8 * *" needs five fields: minute, hour, day of month, month, day of week',
      '[prod/decode] ScaleOn.cron: start and end are both "0 8 * *"',
      '[prod/decode] ScaleOn.cron: desiredReplicas is 9; it must be whole, from 1 to 8',
      '[prod/decode] pollingSeconds is 0; it must be whole, at least 1',
      '[prod/decode] cooldownSeconds is -1; it must be whole, at least 0',
      '[prod/decode] prometheus.serverAddress has a password in it, which would be committed; use authentication',
      '[prod/decode] prometheus.authentication.name "A B" is not a lower-case DNS name',
    ]);
  });

  test('where its metric could never be read: CPU of a service that requests none, metrics of the global namespace', async () => {
    const { app, prod, frontend, prefill, decode } = chat({ isGlobal: true });
    new Hpa(prod, 'frontend', { target: frontend, bounds: BOUNDS, scaleOn: [ScaleOn.cpu({ utilizationPercent: 70 })] });
    new Hpa(prod, 'prefill', { target: prefill, bounds: BOUNDS, scaleOn: LATENCY });
    new Keda(prod, 'decode', { target: decode, bounds: BOUNDS, scaleOn: [ScaleOn.kvUsage({ targetPercent: 80 })] });
    const unnamed = new GraphDeployment(prod, 'unnamed', { image: IMAGE });
    const custom = unnamed.addService({
      ...{ name: 'engine', type: 'worker', globalDynamoNamespace: true, command: ['serve'] },
      scalingAdapter: true,
    });
    new Keda(prod, 'custom', { target: custom, bounds: BOUNDS, scaleOn: LATENCY });
    const global = '"prod/chat" is in the global Dynamo namespace, whose metrics do not tell apart';
    expect(await complaintsOf(app)).toEqual([
      `[prod/frontend] ScaleOn.cpu: "prod/chat/Frontend" requests no CPU, which the percentage is of; declare the service with "requests: { cpu: '2' }"`,
      `[prod/prefill] ScaleOn.ttft: ${global} graphs in the external metrics API; use Keda, which asks for the model`,
      `[prod/decode] ScaleOn.kvUsage: ${global} workers of several graphs`,
      '[prod/custom] ScaleOn.ttft: "prod/unnamed" is in the global Dynamo namespace, whose metrics do not tell apart graphs but by their models; give the graph "servedModelName"',
    ]);
  });

  test('by the compiler, where it mixes what cannot go together', () => {
    const { prod, prefill } = chat();
    const target = prefill;
    const mistakes = [
      // @ts-expect-error a HorizontalPodAutoscaler knows no schedule
      (): Hpa => new Hpa(prod, 'a', { target, bounds: BOUNDS, scaleOn: [ScaleOn.cron(SCHEDULE)] }),
      // @ts-expect-error nor a query
      (): Hpa => new Hpa(prod, 'b', { target, bounds: BOUNDS, scaleOn: [ScaleOn.query(QUERY)] }),
      // @ts-expect-error KEDA does not read the external metrics API, which it serves
      (): Keda => new Keda(prod, 'c', { target, bounds: BOUNDS, scaleOn: [ScaleOn.external(EXTERNAL)] }),
      // @ts-expect-error bounds are fixed or pinned, not both
      (): Keda => new Keda(prod, 'd', { target, bounds: BOUNDS, limits: BOUNDS, scaleOn: LATENCY }),
      // @ts-expect-error and in order
      (): Keda => new Keda(prod, 'd', { target, limits: { min: 9, max: 8 }, scaleOn: LATENCY }),
      // @ts-expect-error of an adapter's manifest too
      (): ScalingAdapter => new ScalingAdapter(prod, 'd', { service: target, replicas: { min: 10, max: 9 } }),
      // @ts-expect-error and there is no default for them
      (): Keda => new Keda(prod, 'e', { target, scaleOn: LATENCY }),
      // @ts-expect-error a policy counts pods or percent
      (): Keda => new Keda(prod, 'f', { target, bounds: BOUNDS, scaleOn: LATENCY, scaleUp: { policies: [BOTH] } }),
      // @ts-expect-error a service is not its name
      (): Keda => new Keda(prod, 'g', { target: 'prefill', bounds: BOUNDS, scaleOn: LATENCY }),
    ];
    expect(mistakes).toHaveLength(9);
  });
});

const SCHEDULE = { timezone: 'Etc/UTC', start: '0 8 * * *', end: '0 18 * * *', desiredReplicas: 2 } as const;
const QUERY = { promql: 'vector(1)', threshold: 1, metricType: 'Value' } as const;
const EXTERNAL = { metric: 'queue', target: 1, metricType: 'Value' } as const;
const BOTH = { pods: 1, percent: 10, periodSeconds: 60 } as const;

describe('a scaling adapter', () => {
  test('renders nothing by itself, and is named as the operator names it', async () => {
    const { app, prod, decode } = chat();
    const adapter = new ScalingAdapter(prod, 'decode', { service: decode });
    expect(adapter.adapterName).toBe('chat-vllmdecodeworker');
    expect((await renderedBy(app)).files.map(({ path }) => path)).toEqual([
      'prod/demo/dynamographdeployment-chat.yaml',
      'prod/demo/kustomization.yaml',
    ]);
  });

  test('has a manifest where replicas are given, fixed or from the pins, in either version', async () => {
    const { app, prod, decode } = chat({ apiVersion: 'v1beta1', pins: { VllmDecodeWorker: { replicas: 5 } } });
    new ScalingAdapter(prod, 'decode', { service: decode, replicas: { min: 1, max: 8 } });
    const manifest = await objectOf(app, 'DynamoGraphDeploymentScalingAdapter');
    expect(manifest).toEqual({
      apiVersion: 'nvidia.com/v1beta1',
      kind: 'DynamoGraphDeploymentScalingAdapter',
      metadata: { name: 'chat-vllmdecodeworker', namespace: 'llm-prod' },
      spec: { replicas: 5, dgdRef: { name: 'chat', componentName: 'VllmDecodeWorker' } },
    });
    expect(scalerOf(manifest)).toMatchObject({
      kind: 'adapter',
      graph: 'chat',
      service: 'VllmDecodeWorker',
      replicas: 5,
    });

    const fixed = chat();
    new ScalingAdapter(fixed.prod, 'decode', { service: fixed.decode, replicas: 3 });
    const alpha = await objectOf(fixed.app, 'DynamoGraphDeploymentScalingAdapter');
    expect(alpha.spec).toEqual({ replicas: 3, dgdRef: { name: 'chat', serviceName: 'VllmDecodeWorker' } });
  });

  test('is refused as a manifest for an operator that would overwrite it', async () => {
    const { app, prod, decode } = chat({ operatorVersion: '1.3.0' });
    new ScalingAdapter(prod, 'decode', { service: decode, replicas: 3 });
    expect(await complaintsOf(app)).toEqual([
      '[prod/decode] operator 1.3.0 overwrites a scaling adapter\'s manifest with the graph\'s count; leave "replicas" out, or use operator 1.4 or later',
    ]);
  });

  test('needs a pin of one count', async () => {
    const { app, prod, decode } = chat({ pins: { VllmDecodeWorker: { replicas: 9 } } });
    new ScalingAdapter(prod, 'decode', { service: decode, replicas: { min: 1, max: 8 } });
    expect(await complaintsOf(app)).toEqual([
      'apps/demo/pins/prod/chat.yaml:1: services.VllmDecodeWorker.replicas: 9 is outside 1 to 8, which the code allows',
    ]);
  });
});
