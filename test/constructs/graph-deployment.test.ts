import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import {
  type App,
  Environment,
  Gpu,
  GraphDeployment,
  type GraphDeploymentProps,
  ModelCache,
  Size,
} from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import {
  type Backend,
  graphViewOf,
  isObject,
  type JsonObject,
  type OperatorVersion,
  objectAt,
  policySchema,
  validateDeployment,
} from '../../api/index.ts';
import {
  complaintsOf,
  pinsOf,
  removeTemporaryFolders,
  renderedBy,
  temporaryApp,
  temporaryFolder,
  textOf,
} from './temporary-app.ts';

afterAll(removeTemporaryFolders);

function golden(name: string): string {
  return readFileSync(new URL(`golden/${name}.yaml`, import.meta.url), 'utf8');
}

const IMAGE = 'registry.example/vllm-runtime:1.3.1';

function declareDisaggregated(
  app: App,
  backend: Backend = 'vllm',
  more: Partial<GraphDeploymentProps> = {},
): GraphDeployment {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  const graph = new GraphDeployment(prod, 'chat', {
    backend,
    model: 'Qwen/Qwen3-32B',
    image: IMAGE,
    sla: { ttftMs: 500, itlMs: 25.5 },
    modelCache: new ModelCache(prod, 'models', { size: Size.gibibytes(200), storageClass: 'shared-nfs' }),
    environmentSecret: 'hf-token-secret',
    ...more,
  });
  graph.addFrontend();
  graph.addPrefill({ gpus: Gpu.count(2), replicas: { min: 1, max: 6 }, args: ['--max-model-len', '16384'] });
  graph.addDecode({ gpus: Gpu.count(4), replicas: { min: 2, max: 8 } });
  return graph;
}

const CHAT_PINS = { 'prod/chat': pinsOf('chat', 'prod', { prefill: 3, decode: 5 }) };
const CHAT_FILE = 'prod/demo/dynamographdeployment-chat.yaml';

function declareAggregated(app: App): void {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod', labels: { team: 'assist' } });
  const graph = new GraphDeployment(prod, 'assist', {
    backend: 'sglang',
    model: '/opt/models/qwen',
    servedModelName: 'Qwen/Qwen3-0.6B',
    image: 'registry.example/sglang-runtime:1.3.1',
    modelCache: ModelCache.fromClaimName('shared-models'),
  });
  graph.addFrontend({ replicas: 2 });
  graph.addWorker({ gpus: Gpu.count(1), replicas: { min: 0, max: 4 } });
}

const ASSIST_PINS = { 'prod/assist': pinsOf('assist', 'prod', { worker: 2 }) };

async function graphIn(app: App, path = CHAT_FILE): Promise<JsonObject> {
  const value = load(await textOf(app, path));
  if (!isObject(value)) throw new Error('not a manifest');
  return value;
}

async function argumentsOf(app: App, service: string): Promise<unknown> {
  return objectAt(await graphIn(app), 'spec', 'services', service, 'extraPodSpec', 'mainContainer')?.args;
}

describe('a disaggregated vLLM graph', () => {
  test.each(['v1alpha1', 'v1beta1'] as const)('is written in %s byte for byte as expected', async (apiVersion) => {
    const app = temporaryApp(CHAT_PINS, { apiVersion });
    declareDisaggregated(app);
    expect(await textOf(app, CHAT_FILE)).toBe(golden(`disaggregated-${apiVersion}`));
  });

  test.each(['v1alpha1', 'v1beta1'] as const)('reads back in %s as what was declared', async (apiVersion) => {
    const app = temporaryApp(CHAT_PINS, { apiVersion });
    declareDisaggregated(app);
    const view = graphViewOf(await graphIn(app));
    if (!view.ok) throw new Error('no graph');
    expect(view.value).toMatchObject({ name: 'chat', namespace: 'llm-prod', backend: 'vllm', apiVersion });
    expect(view.value.metricsNamespace).toBe('llm-prod-chat');
    const services = view.value.services.map(({ name, role, replicas, gpusPerReplica }) => [
      name,
      role,
      replicas.kind === 'explicit' && replicas.count,
      gpusPerReplica.kind === 'known' && gpusPerReplica.count,
    ]);
    expect(services).toEqual([
      ['Frontend', 'frontend', 1, 0],
      ['prefill', 'prefill', 3, 2],
      ['decode', 'decode', 5, 4],
    ]);
    const valid = validateDeployment(view.value, { requirePrefill: true, requireDecode: true });
    expect(valid).toMatchObject({ ok: true, value: { modelName: 'Qwen/Qwen3-32B' } });
  });

  test('carries what its author declared as an annotation that the planner can read', async () => {
    const app = temporaryApp(CHAT_PINS);
    declareDisaggregated(app);
    const annotations = objectAt(await graphIn(app), 'metadata', 'annotations');
    const policy = policySchema.parse(JSON.parse(String(annotations?.['dynamo-gitops/policy'])));
    expect(policy).toEqual({
      schemaVersion: 1,
      app: 'demo',
      environment: 'prod',
      sla: { ttftMs: 500, itlMs: 25.5 },
      services: { Frontend: { min: 1, max: 1 }, prefill: { min: 1, max: 6 }, decode: { min: 2, max: 8 } },
    });
  });

  test('keeps labels and annotations that are added to its metadata', async () => {
    const app = temporaryApp(CHAT_PINS);
    const graph = declareDisaggregated(app);
    graph.metadata.addAnnotation('argocd.argoproj.io/sync-wave', '2');
    graph.metadata.addLabel('team', 'chat');
    const metadata = objectAt(await graphIn(app), 'metadata');
    expect(metadata?.labels).toEqual({ team: 'chat' });
    expect(Object.keys(objectAt(metadata, 'annotations') ?? {})).toEqual([
      'argocd.argoproj.io/sync-wave',
      'dynamo-gitops/policy',
    ]);
  });
});

describe('an aggregated SGLang graph', () => {
  test.each(['v1alpha1', 'v1beta1'] as const)('is written in %s byte for byte as expected', async (apiVersion) => {
    const app = temporaryApp(ASSIST_PINS, { apiVersion });
    declareAggregated(app);
    const text = await textOf(app, 'prod/demo/dynamographdeployment-assist.yaml');
    expect(text).toBe(golden(`aggregated-${apiVersion}`));
  });
});

describe('engine arguments', () => {
  test('name a vLLM worker’s place in the way of its runtime', async () => {
    const modern = temporaryApp(CHAT_PINS);
    declareDisaggregated(modern, 'vllm', { image: 'r/vllm:v1.0.2@sha256:0' });
    expect(await argumentsOf(modern, 'decode')).toEqual([
      ...['--model', 'Qwen/Qwen3-32B', '--served-model-name', 'Qwen/Qwen3-32B', '--tensor-parallel-size', '4'],
      ...['--disaggregation-mode', 'decode'],
      ...['--kv-transfer-config', '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'],
    ]);
    const early = temporaryApp(CHAT_PINS);
    declareDisaggregated(early, 'vllm', { image: 'r/vllm:0.9.1' });
    expect(await argumentsOf(early, 'decode')).toEqual([
      ...['--model', 'Qwen/Qwen3-32B', '--served-model-name', 'Qwen/Qwen3-32B', '--tensor-parallel-size', '4'],
      '--is-decode-worker',
    ]);
  });

  test('follow the operator’s release where an image’s tag is no version and the operator takes it', async () => {
    const app = temporaryApp(CHAT_PINS, { operatorVersion: '0.9.0' });
    declareDisaggregated(app, 'vllm', { image: 'r/vllm:latest' });
    expect(await argumentsOf(app, 'prefill')).toEqual(expect.arrayContaining(['--is-prefill-worker']));
  });

  test('tell SGLang and TensorRT-LLM the mode, and the served name that the planner looks for', async () => {
    const sglang = temporaryApp(CHAT_PINS);
    declareDisaggregated(sglang, 'sglang', { image: 'r/sglang:1.3.1' });
    expect(await argumentsOf(sglang, 'prefill')).toEqual([
      ...['--model-path', 'Qwen/Qwen3-32B', '--served-model-name', 'Qwen/Qwen3-32B', '--tp', '2', '--page-size', '16'],
      ...['--disaggregation-mode', 'prefill', '--disaggregation-transfer-backend', 'nixl'],
      ...['--disaggregation-bootstrap-port', '12345', '--host', '0.0.0.0', '--max-model-len', '16384'],
    ]);
    const trtllm = temporaryApp(CHAT_PINS);
    declareDisaggregated(trtllm, 'trtllm', { image: 'r/tensorrtllm:1.3.1' });
    expect(await argumentsOf(trtllm, 'decode')).toEqual([
      ...['--model-path', 'Qwen/Qwen3-32B', '--served-model-name', 'Qwen/Qwen3-32B', '--tensor-parallel-size', '4'],
      ...['--disaggregation-mode', 'decode'],
    ]);
  });

  test('give way to the author’s own, in either spelling', async () => {
    const app = temporaryApp({ 'prod/chat': pinsOf('chat', 'prod', { worker: 1 }) });
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'm', image: IMAGE });
    graph.addWorker({
      gpus: Gpu.count(8),
      replicas: { min: 1, max: 2 },
      args: ['-tp', '1', '--served-model-name=other', '--data-parallel-size', '8'],
    });
    expect(await argumentsOf(app, 'worker')).toEqual([
      ...['--model', 'm', '-tp', '1', '--served-model-name=other', '--data-parallel-size', '8'],
    ]);
  });
});

describe('what admission would refuse', () => {
  test('is said all at once, each with its construct path', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'Prod', { namespace: 'llm_prod' });
    const graph = new GraphDeployment(prod, '7', {
      name: 'Chat',
      backend: 'vllm',
      model: ' ',
      image: 'r/vllm:latest',
      sla: { ttftMs: 0, itlMs: Number.NaN },
      environmentSecret: 'HF_TOKEN',
    });
    graph.addFrontend({ name: 'worker', replicas: 1.5 });
    graph.addWorker({ gpus: Gpu.count(1), replicas: -1 });
    graph.addWorker({ name: 'Worker', gpus: Gpu.count(1), replicas: 1 });
    const upsideDown = { min: 3, max: 2 };
    graph.addPrefill({ name: 'pre_fill', gpus: Gpu.count(1), replicas: upsideDown });
    expect(await complaintsOf(app)).toEqual([
      '[Prod/7] the id "7" is a number; give it a name',
      '[Prod] "Prod" is not a lower-case DNS label, which an environment\'s name must be',
      '[Prod] namespace "llm_prod" is not a lower-case DNS label',
      '[Prod/7] "Chat" is not a lower-case DNS name, which a graph\'s name must be',
      '[Prod/7] model " " must be a name without blanks',
      '[Prod/7] environmentSecret "HF_TOKEN" is not a lower-case DNS name',
      '[Prod/7] sla.ttftMs is 0; a latency target is a positive number of milliseconds',
      '[Prod/7] sla.itlMs is NaN; a latency target is a positive number of milliseconds',
      '[Prod/7] image "r/vllm:latest" has no version tag such as ":1.4.0", without which operator 1.4.0 refuses the graph',
      '[Prod/7] has prefill but no decode; call addDecode',
      '[Prod/7/worker] there are two services "worker"; give one a name',
      '[Prod/7/Worker] differs from service "worker" in case only',
      '[Prod/7/pre_fill] "pre_fill" is not a service\'s name: at most 63 letters, digits and dashes, with a letter or digit at both ends',
      '[Prod/7/worker] replicas 1.5 must be whole, from 0 to 10000',
      '[Prod/7/worker] replicas -1 must be whole, from 0 to 10000',
      '[Prod/7/pre_fill] replicas: min 3 is above max 2',
    ]);
  });

  test('includes a graph without services, and two of one role', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    new GraphDeployment(prod, 'empty', { backend: 'vllm', model: 'm', image: IMAGE });
    const graph = new GraphDeployment(prod, 'twice', { backend: 'vllm', model: 'm', image: IMAGE });
    for (const name of ['a', 'b']) graph.addDecode({ name, gpus: Gpu.count(1), replicas: 1 });
    expect(await complaintsOf(app)).toEqual([
      '[prod/empty] has no service; add a frontend and a worker, or prefill and decode',
      '[prod/twice] "a" and "b" are both decode; the planner can size one of each',
      '[prod/twice] has decode but no prefill; call addPrefill, or addWorker for workers that do both',
    ]);
  });

  test.each<[string, OperatorVersion, string, readonly string[]]>([
    ['45 characters fit an early operator', '1.1.0', 'g'.repeat(28), []],
    [
      'one more does not',
      '1.1.0',
      'g'.repeat(29),
      [
        `[prod/graph/VllmPrefillWorker] is 1 character too long beside the graph's name "${'g'.repeat(29)}" for operator 1.1.0, which makes pod names of both`,
      ],
    ],
    ['a later operator shortens the graph’s name', '1.2.0', 'g'.repeat(60), []],
  ])('includes names that are too long together: %s', async (_, operatorVersion, name, expected) => {
    const app = temporaryApp({}, { operatorVersion });
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const graph = new GraphDeployment(prod, 'graph', { name, backend: 'vllm', model: 'm', image: IMAGE });
    graph.addWorker({ name: 'VllmPrefillWorker', gpus: Gpu.count(1), replicas: 1 });
    expect(await complaintsOf(app)).toEqual(expected);
  });

  test('includes v1beta1 for an operator that does not serve it', async () => {
    const app = temporaryApp(ASSIST_PINS, { apiVersion: 'v1beta1', operatorVersion: '1.1.0' });
    declareAggregated(app);
    expect(await complaintsOf(app)).toEqual([
      'v1beta1 is served from operator 1.2.0 on, and operatorVersion is "1.1.0"; use v1alpha1',
    ]);
  });
});

describe('Gpu', () => {
  test('takes whole numbers only, which the compiler says of literals', () => {
    expect(Gpu.count(8).perPod).toBe(8);
    // @ts-expect-error a fraction of a GPU
    expect(() => Gpu.count(1.5)).toThrow('Gpu.count(1.5): a pod takes whole GPUs, at least 1');
    // @ts-expect-error no GPU
    expect(() => Gpu.count(0)).toThrow(RangeError);
    // @ts-expect-error less than none
    expect(() => Gpu.count(-2)).toThrow(RangeError);
    const computed: number = 3 / 2;
    expect(() => Gpu.count(computed)).toThrow(RangeError);
  });
});

describe('ModelCache', () => {
  const MOUNTED = { gpus: Gpu.count(1), replicas: 1 } as const;

  function graphWith(environment: Environment, id: string, cache: ModelCache): GraphDeployment {
    return new GraphDeployment(environment, id, { backend: 'vllm', model: 'm', image: IMAGE, modelCache: cache });
  }

  test('on storage of one node takes one worker, and leaves the frontend out', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const cache = new ModelCache(prod, 'models', { size: Size.gibibytes(1), accessMode: 'ReadWriteOnce' });
    const graph = graphWith(prod, 'chat', cache);
    graph.addFrontend({ replicas: 3 });
    graph.addWorker(MOUNTED);
    const services = objectAt(await graphIn(app), 'spec', 'services');
    expect(objectAt(services, 'Frontend')).not.toHaveProperty('volumeMounts');
    expect(objectAt(services, 'worker')).toHaveProperty('volumeMounts');

    graphWith(prod, 'other', cache).addWorker(MOUNTED);
    expect(await complaintsOf(app)).toEqual([
      '[prod/models] access mode ReadWriteOnce serves the pods of one node, but up to 2 may mount it; use ReadWriteMany with a storage class that offers it',
    ]);
  });

  test('is refused for a size that is not whole, a name that is none, and a graph in another namespace', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const staging = new Environment(app, 'staging', { namespace: 'llm-staging' });
    const cache = new ModelCache(prod, 'Models', { size: Size.mebibytes(1500) });
    graphWith(staging, 'chat', cache).addWorker(MOUNTED);
    expect(await complaintsOf(app)).toEqual([
      '[prod/Models] "Models" is not a lower-case DNS name, which a claim\'s name must be',
      expect.stringContaining('[prod/Models] size: '),
      '[staging/chat] model cache "prod/Models" is in namespace "llm-prod", but a pod mounts claims of its own namespace only, which is "llm-staging"',
    ]);
  });
});

describe('a claim that the graph creates', () => {
  const created = {
    name: 'weights',
    create: true,
    storageClass: 'nfs',
    size: '200Gi',
    volumeAccessMode: 'ReadWriteMany',
  };

  test('is a warning, and rendered all the same; one that is there already is none', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm' });
    const pvcs = [created, { name: 'cache', create: false }] as const;
    new GraphDeployment(prod, 'chat', { image: IMAGE, pvcs }).addFrontend();
    const { files, warnings } = await renderedBy(app);
    expect(files.map(({ path }) => path)).toContain('prod/demo/dynamographdeployment-chat.yaml');
    expect(warnings).toEqual([
      {
        code: 'refused',
        path: 'prod/chat',
        message:
          'pvcs: "weights" is created by the graph, and deleted with it and all that is in it; a ModelCache, or a claim of its own, stays',
      },
    ]);
  });

  test('is warned of where the app runs by itself', () => {
    const outdir = temporaryFolder();
    const app = temporaryApp({}, { outdir });
    const prod = new Environment(app, 'prod', { namespace: 'llm' });
    new GraphDeployment(prod, 'chat', { image: IMAGE, pvcs: [created] }).addFrontend();
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    app.synth();
    const lines = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect(lines).toEqual([expect.stringMatching(/^warning: \[prod\/chat\] pvcs: "weights" is created by the graph/)]);
  });
});

describe('a service that its scaling adapter scales', () => {
  test.each([
    ['v1alpha1', { enabled: true }],
    ['v1beta1', {}],
  ] as const)('renders the adapter and no replicas in %s', async (apiVersion, scalingAdapter) => {
    const app = temporaryApp({}, { apiVersion });
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'm', image: IMAGE });
    const service = graph.addWorker({ name: 'VllmWorker', gpus: Gpu.count(1), scalingAdapter: true });
    const { name, role, adapterName, scalesBy, path } = service;
    expect({ name, role, adapterName, scalesBy, path }).toEqual({
      name: 'VllmWorker',
      role: 'worker',
      adapterName: 'chat-vllmworker',
      scalesBy: 'adapter',
      path: 'prod/chat/VllmWorker',
    });
    const { spec } = await graphIn(app);
    const [component] = (objectAt(spec)?.components ?? []) as readonly JsonObject[];
    const rendered = objectAt(spec, 'services', 'VllmWorker') ?? component;
    expect(rendered).toHaveProperty('scalingAdapter', scalingAdapter);
    expect(rendered).not.toHaveProperty('replicas');
  });

  test('is refused in v1alpha1 by an operator that stops at absent replicas', async () => {
    const app = temporaryApp({}, { operatorVersion: '1.0.0' });
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'm', image: IMAGE });
    graph.addWorker({ gpus: Gpu.count(1), scalingAdapter: true });
    expect(await complaintsOf(app)).toEqual([
      '[prod/chat/worker] scalingAdapter needs operator 1.1.0 in v1alpha1, and operatorVersion is "1.0.0", which stops at a service without replicas',
    ]);
  });

  test('takes the bounds of its autoscaler from the pins', async () => {
    const pins = {
      schemaVersion: 1,
      deployment: 'chat',
      environment: 'prod',
      services: { worker: { minReplicas: 2, maxReplicas: 9 } },
    };
    const app = temporaryApp({ 'prod/chat': JSON.stringify(pins) });
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'm', image: IMAGE });
    const service = graph.addWorker({ gpus: Gpu.count(1), scalingAdapter: true });
    expect(await complaintsOf(app)).toEqual([
      'apps/demo/pins/prod/chat.yaml:1: services.worker: "worker" is scaled by its adapter and has no autoscaler with pinned bounds, so this pin reaches no number; remove it',
    ]);
    service.addScaler({ construct: prod, kind: 'hpa', limits: { min: 1, max: 9 }, isPinned: true });
    expect(graph.pinnedBounds('worker')).toEqual({ min: 2, max: 9 });
    expect(await complaintsOf(app)).toEqual([]);
  });
});
