import { afterAll, describe, expect, test } from '@jest/globals';
import { ApiObject, Chart, App as PlainApp, Testing } from 'cdk8s';
import {
  App,
  type AppProps,
  ArgoCdApplication,
  ArgoCdApplicationSet,
  argoCdHealthEntries,
  DynamoNamespace,
  Environment,
  type EnvironmentProps,
  FluxGitRepository,
  FluxKustomization,
  Gpu,
  GpuQuota,
  GraphDeployment,
  type GraphDeploymentProps,
  Hpa,
  type HpaProps,
  isSynthError,
  Keda,
  type KedaProps,
  KubernetesNamespace,
  ModelCache,
  type ModelCacheProps,
  PlannerJob,
  Platform,
  plannerWorkflow,
  ScaleOn,
  ScalingAdapter,
  type ScalingAdapterProps,
  Size,
} from 'dynamo-gitops/constructs';
import { complaintsOf, removeTemporaryFolders, temporaryApp } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

const GRAPH: GraphDeploymentProps = { backend: 'vllm', model: 'm', image: 'r/vllm:1.4.0' };
const MODULE = 'file:///repo/apps/chat/main.ts';

/** What the compiler would refuse, as an app that nobody compiled has it. */
function unchecked<T>(props: unknown): T {
  return props as T;
}

function thrownBy(run: () => unknown): readonly string[] {
  try {
    run();
    return [];
  } catch (cause) {
    if (!isSynthError(cause)) throw cause;
    return cause.message.split('\n');
  }
}

function graphIn(app: App, props: unknown): GraphDeployment {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  return new GraphDeployment(prod, 'chat', unchecked(props));
}

async function complaintsOfGraph(props: unknown): Promise<readonly string[]> {
  const app = temporaryApp();
  graphIn(app, props).addWorker({ gpus: Gpu.count(1), replicas: 1 });
  return complaintsOf(app);
}

async function complaintsOfWorker(props: unknown): Promise<readonly string[]> {
  const app = temporaryApp();
  graphIn(app, GRAPH).addWorker(unchecked<typeof WORKER>(props));
  return complaintsOf(app);
}

const WORKER = { gpus: Gpu.count(1), replicas: 1 };

describe('an App refuses at once', () => {
  test.each<[string, unknown, readonly string[]]>([
    [
      'an API version that there is not',
      { module: MODULE, apiVersion: 'v1' },
      ['App: apiVersion is "v1"; it must be "v1alpha1" or "v1beta1"'],
    ],
    ['no module', {}, ["App: module is missing; it must be import.meta.url of the app's main module"]],
    [
      'a module that is a path',
      { module: './main.ts' },
      ['App: module is "./main.ts"; it must be import.meta.url of the app\'s main module'],
    ],
    ['no props', undefined, ['App: props is undefined; it must be an object']],
    [
      'an operator that there is not, and a property that is misspelt, together',
      { module: MODULE, operatorVersion: 'x', outDir: 'd' },
      [
        'App: operatorVersion is "x"; it must be "0.9.0" or "1.0.0" or "1.1.0" or "1.2.0" or "1.3.0" or "1.4.0" or "1.5.0"',
        'App: outDir is not a property; did you mean "outdir"?',
      ],
    ],
  ])('%s', (_, props, expected) => {
    expect(thrownBy(() => new App(unchecked<AppProps>(props)))).toEqual(expected);
  });

  test('nothing that is right', () => {
    expect(thrownBy(() => new App({ module: MODULE, apiVersion: 'v1beta1', operatorVersion: '1.3.0' }))).toEqual([]);
  });
});

describe('an Environment says', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['that its namespace is missing', {}, ['[prod] namespace is missing; it must be text or a KubernetesNamespace']],
    [
      'that a namespace of Dynamo is none of Kubernetes',
      { namespace: DynamoNamespace.GLOBAL },
      ['[prod] namespace is an object; it must be text or a KubernetesNamespace'],
    ],
    [
      'which label is no text',
      { namespace: 'llm', labels: { 'example.com/tier': 1 } },
      ['[prod] labels["example.com/tier"] is 1; it must be text'],
    ],
    ['nothing where all is right', { namespace: new KubernetesNamespace('llm'), labels: { team: 'a' } }, []],
  ])('%s', async (_, props, expected) => {
    const app = temporaryApp();
    new Environment(app, 'prod', unchecked<EnvironmentProps>(props));
    expect(await complaintsOf(app)).toEqual(expected);
  });
});

describe('a graph says', () => {
  test.each<[string, unknown, readonly string[]]>([
    [
      'which backends there are',
      { ...GRAPH, backend: 'tensorrt-llm' },
      ['[prod/chat] backend is "tensorrt-llm"; it must be "vllm" or "sglang" or "trtllm"'],
    ],
    [
      'that its workers need a backend',
      { ...GRAPH, backend: undefined },
      [
        '[prod/chat/worker] needs the graph\'s backend for its command line; give them, or this worker\'s own "command"',
      ],
    ],
    [
      'that its workers need a model',
      { ...GRAPH, model: undefined },
      ['[prod/chat/worker] needs the graph\'s model for its command line; give them, or this worker\'s own "command"'],
    ],
    [
      'that its workers need an image',
      { ...GRAPH, image: undefined },
      ['[prod/chat/worker] has no image; give it one, or give the graph one'],
    ],
    [
      'how latency targets are named',
      { ...GRAPH, sla: { ttft: 200 } },
      [
        '[prod/chat] sla.ttft is not a property; there are ttftMs, itlMs',
        '[prod/chat] sla.ttftMs is missing; it must be a number',
        '[prod/chat] sla.itlMs is missing; it must be a number',
      ],
    ],
    [
      'which property was meant',
      { ...GRAPH, servedModelname: 'm' },
      ['[prod/chat] servedModelname is not a property; did you mean "servedModelName"?'],
    ],
    [
      'that a property is unknown which is near to none, whatever it is called',
      { ...GRAPH, nonsense: 1, ['__proto__']: 1, constructor: 1 },
      [
        '[prod/chat] nonsense is not a property',
        '[prod/chat] __proto__ is not a property',
        '[prod/chat] constructor is not a property',
      ],
    ],
    [
      'that a model cache is a construct',
      { ...GRAPH, modelCache: 'models' },
      ['[prod/chat] modelCache is "models"; it must be a ModelCache, or what ModelCache.fromClaimName makes'],
    ],
    [
      'what of an environment variable is none',
      { ...GRAPH, env: { NCCL_DEBUG: 1 } },
      ['[prod/chat] env.NCCL_DEBUG is 1; it must be text or an object'],
    ],
    ['that it has no props', undefined, ['[prod/chat] props is undefined; it must be an object']],
  ])('%s', async (_, props, expected) => {
    expect(await complaintsOfGraph(props)).toEqual(expected);
  });

  test('that a patch is no list of operations', async () => {
    const app = temporaryApp();
    const graph = graphIn(app, GRAPH);
    graph.addWorker(WORKER);
    graph.patch(unchecked([{ op: 'remove', path: '/spec' }])).mergePatch(unchecked('spec'));
    expect(await complaintsOf(app)).toEqual([
      "[prod/chat] patch[0] is a list; it must be an operation such as { op: 'remove', path: '/spec/…' }",
      '[prod/chat] mergePatch is "spec"; it must be an object',
    ]);
  });
});

describe('a service says', () => {
  test.each<[string, unknown, readonly string[]]>([
    [
      'how GPUs are counted',
      { ...WORKER, gpus: 2 },
      ['[prod/chat/worker] gpus is 2; it must be a value of Gpu.count, such as Gpu.count(2)'],
    ],
    [
      'all that is missing, by its own name',
      { name: 'Worker' },
      [
        '[prod/chat/Worker] gpus is missing; it must be a value of Gpu.count, such as Gpu.count(2)',
        '[prod/chat/Worker] replicas is missing; it must be a number or { min, max }, or "scalingAdapter: true" stands in its place',
      ],
    ],
    [
      'that text is no number',
      { ...WORKER, replicas: '3' },
      ['[prod/chat/worker] replicas is "3"; it must be a number or { min, max }'],
    ],
    [
      'that bounds are two',
      { ...WORKER, replicas: { min: 1, maximum: 3 } },
      [
        '[prod/chat/worker] replicas.maximum is not a property; there are min, max',
        '[prod/chat/worker] replicas.max is missing; it must be a number',
      ],
    ],
    [
      'that a count has no place beside the adapter',
      { ...WORKER, scalingAdapter: true },
      ['[prod/chat/worker] replicas has no place beside "scalingAdapter: true", which decides how many there are'],
    ],
    [
      'which item of a list is wrong',
      { ...WORKER, args: ['--max-model-len', 16384], volumeMounts: [{ claim: 'c', path: '/c' }, { mountPath: '/d' }] },
      [
        '[prod/chat/worker] args[1] is 16384; it must be text',
        '[prod/chat/worker] volumeMounts[0].path is not a property',
        '[prod/chat/worker] volumeMounts[0].mountPath is missing; it must be text',
        '[prod/chat/worker] volumeMounts[1].claim is missing; it must be text, or "volume" names a volume of the pod',
      ],
    ],
    [
      'that objects of Kubernetes are objects, and no more of them',
      { ...WORKER, podTemplate: { spec: { anything: 1 } }, container: 'main', livenessProbe: null, limits: { cpu: 4 } },
      [
        '[prod/chat/worker] container is "main"; it must be an object',
        '[prod/chat/worker] livenessProbe is null; it must be an object',
        '[prod/chat/worker] limits.cpu is 4; it must be text',
      ],
    ],
    ['nothing of a property that is undefined', { ...WORKER, command: undefined, gpuType: undefined }, []],
  ])('%s', async (_, props, expected) => {
    expect(await complaintsOfWorker(props)).toEqual(expected);
  });

  test('of any kind what it needs', async () => {
    const app = temporaryApp();
    const graph = graphIn(app, GRAPH);
    graph.addFrontend(unchecked<typeof WORKER>({ replicas: 1, gpu: 1 }));
    graph.addPrefill(unchecked<typeof WORKER>(undefined));
    graph.addPlanner(unchecked({ replicas: 2 }));
    graph.addEpp(unchecked({}));
    graph.addService(unchecked<{ name: string; replicas: number }>({ replicas: 'none', type: 3 }));
    expect(await complaintsOf(app)).toEqual([
      '[prod/chat/Frontend] gpu is not a property; did you mean "gpus"?',
      '[prod/chat/prefill] props is undefined; it must be an object',
      '[prod/chat/Planner] replicas is not a property',
      '[prod/chat/Epp] eppConfig is missing; it must be { config } or { configMapRef }',
      '[prod/chat/addService] replicas is "none"; it must be a number or { min, max } or "unset"',
      '[prod/chat/addService] type is 3; it must be text',
      '[prod/chat/addService] name is missing; it must be text',
    ]);
  });
});

describe('a ModelCache says', () => {
  test.each<[string, unknown, readonly string[]]>([
    [
      'how sizes are written',
      { size: '200Gi' },
      ['[prod/models] size is "200Gi"; it must be a Size, such as Size.gibibytes(200)'],
    ],
    [
      'which access modes there are',
      { size: Size.gibibytes(1), accessMode: 'RWX' },
      ['[prod/models] accessMode is "RWX"; it must be "ReadWriteMany" or "ReadOnlyMany" or "ReadWriteOnce"'],
    ],
    [
      'what a download needs',
      { size: Size.gibibytes(1), download: { models: [{ model: 'm' }] }, accessPod: 'yes' },
      [
        '[prod/models] download.models[0].model is not a property; there are name, revision',
        '[prod/models] download.models[0].name is missing; it must be text',
        '[prod/models] download.image is missing; it must be text',
        '[prod/models] accessPod is "yes"; it must be true or false or an object',
      ],
    ],
  ])('%s', async (_, props, expected) => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    new ModelCache(prod, 'models', unchecked<ModelCacheProps>(props));
    expect(await complaintsOf(app)).toEqual(expected);

    const chart = new Chart(new PlainApp(), 'prod');
    new ModelCache(chart, 'models', unchecked<ModelCacheProps>(props));
    const list = expected.map((line) => `\n  ${line}`).join('');
    expect(() => Testing.synth(chart)).toThrow(`Validation failed with the following errors:${list}`);
  });

  test('at once what is wrong with an existing claim', () => {
    expect(thrownBy(() => ModelCache.fromClaimName('models', unchecked({ mountpath: '/m' })))).toEqual([
      'ModelCache.fromClaimName: mountpath is not a property; did you mean "mountPath"?',
    ]);
  });
});

describe('what stands beside a graph says', () => {
  const SYNC = { repoUrl: 'https://git.example/models.git' };

  test.each<[string, (prod: Environment) => unknown, readonly string[]]>([
    [
      'how a quota is written',
      (prod) => new GpuQuota(prod, 'quota', unchecked<{ gpus: 1 }>({ gpus: '8', resources: 'nvidia.com/gpu' })),
      [
        '[prod/quota] gpus is "8"; it must be a number',
        '[prod/quota] resources is not a property; did you mean "resource"?',
      ],
    ],
    [
      'what an Application delivers',
      (prod) => new ArgoCdApplication(prod, 'argo', unchecked({ ...SYNC, automated: true, cluster: {} })),
      [
        '[prod/argo] automated is true; it must be false or { prune, selfHeal }',
        '[prod/argo] cluster must have one of server and name',
        '[prod/argo] folder is missing; it must be an Environment or { path, namespace }',
      ],
    ],
    [
      'what a set delivers',
      (prod) => new ArgoCdApplicationSet(prod, 'set', unchecked({ ...SYNC, applications: [{ folder: 'dist' }] })),
      ['[prod/set] applications[0].folder is "dist"; it must be an Environment or { path, namespace }'],
    ],
    [
      'how long Flux waits',
      (prod) => new FluxKustomization(prod, 'flux', unchecked({ folder: prod, source: 'models', timeout: '30m' })),
      [
        '[prod/flux] source is "models"; it must be a FluxGitRepository, or { name } of one',
        '[prod/flux] timeout is "30m"; it must be a Duration, such as Duration.minutes(10)',
      ],
    ],
    [
      'which repository Flux reads',
      (prod) => new FluxGitRepository(prod, 'models', unchecked({ repoUrl: 'https://git.example/models.git' })),
      [
        '[prod/models] repoUrl is not a property; there are url, branch, interval, credentialsSecret',
        '[prod/models] url is missing; it must be text',
      ],
    ],
    [
      'who installs the platform',
      (prod) => new Platform(prod, 'platform', unchecked({ deliveredBy: 'argo', grove: true })),
      [
        '[prod/platform] deliveredBy is "argo"; it must be "argocd" or "flux"',
        '[prod/platform] grove is true; it must be "bundled" or "existing" or "none"',
      ],
    ],
    [
      'what a planner job needs',
      (prod) => new PlannerJob(prod, 'planner', unchecked({ schedule: '17 * * * *', forge: 'gitlab' })),
      [
        '[prod/planner] forge is "gitlab"; it must be "local" or "github"',
        '[prod/planner] image is missing; it must be text',
        '[prod/planner] repositoryUrl is missing; it must be text',
        '[prod/planner] writeSecret is missing; it must be text',
      ],
    ],
  ])('%s', async (_, declare, expected) => {
    const app = temporaryApp();
    declare(new Environment(app, 'prod', { namespace: 'llm-prod' }));
    expect(await complaintsOf(app)).toEqual(expected);
  });

  test.each<[string, () => unknown, string]>([
    [
      'how a latency is given',
      () => ScaleOn.ttft(unchecked({ targetMs: 500, quantil: 0.9 })),
      'ScaleOn.ttft: quantil is not a property; did you mean "quantile"?',
    ],
    [
      'how a queue is given',
      () => ScaleOn.pendingRequests(unchecked({})),
      'ScaleOn.pendingRequests: must have one of perReplica and total',
    ],
    [
      'which actions a workflow runs',
      () => plannerWorkflow(unchecked({ schedule: '17 * * * *', actions: 'v4' })),
      'plannerWorkflow: actions is "v4"; it must be an object',
    ],
    [
      'what a health check is told',
      () => argoCdHealthEntries(unchecked({ application: true })),
      'ArgoCdHealthChecks: application is not a property; did you mean "applications"?',
    ],
  ])('at once, in a function: %s', (_, call, expected) => {
    expect(thrownBy(call)).toEqual([expected]);
  });

  test('of an autoscaler at once, with what was wrong before it', () => {
    const app = temporaryApp();
    const graph = graphIn(app, { ...GRAPH, model: 7 });
    graph.addWorker({ gpus: Gpu.count(1), scalingAdapter: true });
    const scaleOn = [ScaleOn.kvUsage({ targetPercent: 80 })];
    expect(
      thrownBy(() => new Hpa(graph, 'hpa', unchecked<HpaProps>({ target: 'worker', limits: { min: 1 }, scaleOn }))),
    ).toEqual([
      '[prod/chat] model is 7; it must be text',
      '[prod/chat/hpa] target is "worker"; it must be a service, as addWorker and its siblings return it, or a ScalingAdapter',
      '[prod/chat/hpa] limits.max is missing; it must be a number',
      '[prod/chat/hpa] scaleOn[0] is an object; it must be made by ScaleOn.cpu or ScaleOn.ttft or ScaleOn.itl or ScaleOn.pendingRequests or ScaleOn.external',
    ]);
  });

  test('of an autoscaler that it needs a floor and a ceiling', () => {
    const prod = new Environment(temporaryApp(), 'prod', { namespace: 'llm-prod' });
    const target = new GraphDeployment(prod, 'chat', GRAPH).addWorker({ gpus: Gpu.count(1), scalingAdapter: true });
    expect(
      thrownBy(() => new Keda(prod, 'keda', unchecked<KedaProps>({ target, scaleOn: [ScaleOn.itl({ targetMs: 1 })] }))),
    ).toEqual([
      '[prod/keda] limits are missing; give "limits" of what the pins may hold, or "bounds" that are fixed here',
    ]);
    expect(thrownBy(() => new ScalingAdapter(prod, 'adapter', unchecked<ScalingAdapterProps>({ target })))).toEqual([
      '[prod/adapter] target is not a property; there are service, replicas',
      '[prod/adapter] service is missing; it must be a service, as addWorker and its siblings return it',
    ]);
  });
});

describe('what is wrong with props', () => {
  test('is collected over the whole app, and nothing that follows from it is said of the same construct', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', unchecked<EnvironmentProps>({ namespaces: 'llm' }));
    const modelCache = new ModelCache(prod, 'models', unchecked<ModelCacheProps>({ size: 200 }));
    const graph = new GraphDeployment(prod, 'chat', unchecked({ ...GRAPH, model: 7, modelCache }));
    graph.addWorker(unchecked<typeof WORKER>({ replicas: 1 }));
    new GraphDeployment(prod, 'empty', GRAPH);
    expect(await complaintsOf(app)).toEqual([
      '[prod] namespaces is not a property; did you mean "namespace"?',
      '[prod] namespace is missing; it must be text or a KubernetesNamespace',
      '[prod/models] size is 200; it must be a Size, such as Size.gibibytes(200)',
      '[prod/chat] model is 7; it must be text',
      '[prod/chat/worker] gpus is missing; it must be a value of Gpu.count, such as Gpu.count(2)',
      '[prod/empty] has no service; add a frontend and a worker, or prefill and decode',
    ]);
  });

  test('keeps a graph from being rendered by any way', () => {
    const graph = graphIn(temporaryApp(), { ...GRAPH, model: 7 });
    graph.addWorker(WORKER);
    expect(thrownBy(() => graph.toJson())).toEqual(['[prod/chat] model is 7; it must be text']);
  });

  test('is shown on one line, and not at length', async () => {
    expect(await complaintsOfGraph({ ...GRAPH, backend: `a\nb${'x'.repeat(100)}` })).toEqual([
      `[prod/chat] backend is "a\\nb${'x'.repeat(57)}…"; it must be "vllm" or "sglang" or "trtllm"`,
    ]);
  });
});

describe('a document that is no object of Kubernetes', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'apiVersion, kind, metadata.name'],
    ['an empty object', {}, 'apiVersion, kind, metadata.name'],
    ['text', 'kind: Pod', 'apiVersion, kind, metadata.name'],
    ['an object without kind', { apiVersion: 'v1', metadata: { name: 'x' } }, 'kind'],
    ['an object whose name is empty', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '' } }, 'metadata.name'],
  ])('is never written: %s', async (_, value, missing) => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const object = new ApiObject(prod, 'x', { apiVersion: 'v1', kind: 'ConfigMap' });
    object.toJson = () => value;
    expect(await complaintsOf(app)).toEqual([
      `[prod/x] renders to no object of Kubernetes: without ${missing}, syncing it would delete what runs`,
    ]);
  });

  test('is refused where a patch made it so', async () => {
    const app = temporaryApp();
    const graph = graphIn(app, GRAPH);
    graph.addWorker(WORKER);
    graph.mergePatch({ kind: null });
    expect(await complaintsOf(app)).toEqual([
      '[prod/chat] renders to no object of Kubernetes: without kind, syncing it would delete what runs',
    ]);
  });
});
