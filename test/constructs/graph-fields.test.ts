import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type App, type CustomProps, Environment, Gpu, GraphDeployment, ModelCache } from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import { type DynamoApiVersion, graphViewOf, isObject, type JsonObject, objectAt, valueAt } from '../../api/index.ts';
import { aggregated } from './examples/aggregated.ts';
import { multinode } from './examples/multinode.ts';
import { plannerEppMultimodal } from './examples/planner-epp-multimodal.ts';
import { complaintsOf, pinsOf, removeTemporaryFolders, temporaryApp, textOf } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

const VERSIONS = ['v1alpha1', 'v1beta1'] as const;
const IMAGE = 'registry.example/vllm-runtime:1.4.0';

const EXAMPLES = [
  { name: 'rich-aggregated', graph: 'lora', declare: aggregated, pins: {} },
  {
    name: 'rich-multinode',
    graph: 'deepseek',
    declare: multinode,
    pins: { 'prod/deepseek': pinsOf('deepseek', 'prod', { prefill: 2 }) },
  },
  { name: 'rich-planner-epp-multimodal', graph: 'vision', declare: plannerEppMultimodal, pins: {} },
];

describe.each(VERSIONS)('rich graphs in %s', (apiVersion) => {
  test.each(EXAMPLES)('$name is written byte for byte as expected', async ({ name, graph, declare, pins }) => {
    const app = temporaryApp(pins, { apiVersion });
    declare(app);
    const expected = readFileSync(new URL(`golden/${name}-${apiVersion}.yaml`, import.meta.url), 'utf8');
    expect(await textOf(app, `prod/demo/dynamographdeployment-${graph}.yaml`)).toBe(expected);
  });
});

test.each(EXAMPLES)('$name reads the same in both versions', async ({ graph, declare, pins }) => {
  const viewIn = async (apiVersion: DynamoApiVersion): Promise<unknown> => {
    const app = temporaryApp(pins, { apiVersion });
    declare(app);
    const view = graphViewOf(object(await textOf(app, `prod/demo/dynamographdeployment-${graph}.yaml`)));
    if (!view.ok) throw new Error('no graph');
    return view.value.services.map(({ name, role, replicas, nodeCount, scalingAdapter, modelName, gpusPerPod }) => ({
      ...{ name, role, replicas, nodeCount, scalingAdapter, modelName },
      gpus: gpusPerPod.kind === 'known' ? gpusPerPod.count : gpusPerPod.kind,
    }));
  };
  expect(await viewIn('v1alpha1')).toEqual(await viewIn('v1beta1'));
});

function object(text: string): JsonObject {
  const value = load(text);
  if (!isObject(value)) throw new Error('not a manifest');
  return value;
}

function graphIn(app: App, props: Partial<ConstructorParameters<typeof GraphDeployment>[2]> = {}): GraphDeployment {
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  return new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'm', image: IMAGE, ...props });
}

const manifestOf = async (app: App): Promise<JsonObject> =>
  object(await textOf(app, 'prod/demo/dynamographdeployment-chat.yaml'));

const CUSTOM: CustomProps = { name: 'other', type: 'worker', gpus: Gpu.count(1) };

describe('what the chosen versions lack', () => {
  test('is said for v1beta1 with what to do instead', async () => {
    const app = temporaryApp({}, { apiVersion: 'v1beta1' });
    const graph = graphIn(app, { pvcs: [{ name: 'models' }] });
    graph.addService({ ...CUSTOM, type: 'router', subType: 'kv' });
    graph.addService({ name: 'web', type: 'frontend', ingress: { enabled: true }, ignored: { dynamoNamespace: 'x' } });
    expect(await complaintsOf(app)).toEqual([
      '[prod/chat/web] ingress.host is needed where it is enabled',
      '[prod/chat] pvcs is in v1alpha1 only, and this app is in v1beta1; make the claim apart, with ModelCache for example, and mount it by its name',
      '[prod/chat/other] type "router" is in v1alpha1 only; v1beta1 takes a closed list of types',
      '[prod/chat/web] ingress is in v1alpha1 only, and this app is in v1beta1; write an Ingress or HTTPRoute of your own',
      '[prod/chat/web] ignored is in v1alpha1 only, and this app is in v1beta1; leave them out: they have no effect',
    ]);
  });

  test('is said for an operator with the release that knows the field', async () => {
    const app = temporaryApp({}, { operatorVersion: '1.0.0' });
    const graph = graphIn(app, { priorityClassName: 'serving' });
    graph.addService({
      ...CUSTOM,
      replicas: 'unset',
      minAvailable: 1,
      runtimeVersionOverride: '1.4.0',
      providerOverride: { apiVersion: 'grove.io/v1alpha1', value: {} },
      checkpoint: { enabled: true, startupPolicy: 'Immediate' },
      forceScalingGroup: true,
      frontendSidecar: 'web',
    });
    const needs = (field: string, since: string): string =>
      `${field} needs operator ${since}, and operatorVersion is "1.0.0"`;
    expect(await complaintsOf(app)).toEqual([
      "[prod/chat/other] replicas: 'unset' stops operator 1.0.0; give a number",
      '[prod/chat/other] frontendSidecar: no container "web" in sidecars',
      `[prod/chat] ${needs('priorityClassName', '1.1.0')}`,
      '[prod/chat/other] forceScalingGroup is in v1beta1 only, and this app is in v1alpha1; use v1beta1',
      `[prod/chat/other] ${needs('frontendSidecar', '1.1.0')}`,
      `[prod/chat/other] ${needs('checkpoint.startupPolicy', '1.1.0')}`,
      `[prod/chat/other] ${needs('minAvailable', '1.3.0')}`,
      `[prod/chat/other] ${needs('runtimeVersionOverride', '1.4.0')}`,
      `[prod/chat/other] ${needs('providerOverride', '1.5.0')}`,
      '[prod/chat/other] frontendSidecar names a container in v1beta1 only; give its image here',
    ]);
  });
});

describe('rules of admission', () => {
  test('on one service are all reported, with its path', async () => {
    const app = temporaryApp();
    const graph = graphIn(app, { backend: 'sglang' });
    graph.addService({
      ...CUSTOM,
      replicas: { min: 1, max: 4 },
      image: 'r/x:latest',
      nodes: 1,
      minAvailable: 2,
      sharedMemory: '0',
      requests: { cpu: 'two', gpus: Gpu.count(2) },
      volumeMounts: [
        { claim: 'Models', mountPath: '' },
        { volume: 'gone', mountPath: '/gone' },
      ],
      volumes: [
        { name: 'config', configMap: { name: 'a' } },
        { name: 'config', configMap: { name: 'b' } },
        { name: 'tmp', emptyDir: {}, hostPath: { path: '/tmp' } },
      ],
      sidecars: [{ name: 'proxy' }],
      initContainers: [{ name: 'proxy' }],
      compilationCache: { claim: 'kernels' },
      podTemplate: { spec: { containers: [{ name: 'main' }] } },
      eppConfig: { configMapRef: { name: 'c', key: 'k' } },
      topologyConstraint: { packDomain: 'Rack' },
      gpuMemoryService: { mode: 'interPod', extraClientContainers: ['a'] },
      failover: { mode: 'intraPod', numShadows: 2 },
      checkpoint: { enabled: true, checkpointRef: 'c', job: {} },
    });
    expect(await complaintsOf(app)).toEqual(
      [
        'image "r/x:latest" has no version tag such as ":1.4.0", without which operator 1.4.0 refuses the graph',
        'minAvailable 2 is above the replicas, which may be 1; operators refuse that',
        'requests.cpu "two" is no amount of Kubernetes, such as "500m" or "64Gi"',
        'sharedMemory "0" must be above 0; use \'disabled\' for none',
        'requests.gpus is 2 and the limit 1; Kubernetes shares no GPUs, so both are the same',
        'nodes 1 must be a whole number of at least 2; leave it out for one pod a replica',
        'volumeMounts: claim "Models" is not a lower-case DNS name',
        'volumeMounts: claim "Models" has no mountPath',
        'compilationCache needs mountPath: only vLLM has a default',
        'volumes: "config" is listed twice',
        'volumes: "tmp" has emptyDir and hostPath; a volume has one source',
        'volumeMounts: no volume "gone" in volumes',
        'sidecars list the main container; give its fields as "container"',
        'there are two containers "proxy"',
        'eppConfig is for type epp only',
        'topologyConstraint.packDomain "Rack" must be lower-case letters, digits and dashes',
        'topologyConstraint needs one of the graph, which names the topology',
        'gpuMemoryService.extraClientContainers go with intraPod',
        'gpuMemoryService between pods needs backend vllm',
        'failover is intraPod, and gpuMemoryService is not',
        'failover.numShadows 2: v1alpha1 takes 1 within a pod',
        'checkpoint.job makes a checkpoint, and checkpointRef names one; give one of them',
      ]
        .map((message) => `[prod/chat/other] ${message}`)
        .concat(
          'apps/demo/pins/prod/chat.yaml: does not exist, and synth invents no replica counts (to start at the least, write this line to it: {schemaVersion: 1, deployment: chat, environment: prod, services: {other: {replicas: 1}}})',
        ),
    );
  });

  test('on the graph are all reported', async () => {
    const app = temporaryApp();
    const graph = graphIn(app, {
      restart: { id: '', strategy: { order: ['worker', 'worker', 'gone'] } },
      topologyConstraint: { topology: 'rack' },
      kvTransferPolicy: { labelKey: '-x', domain: 'rack' },
      pvcs: [{ name: 'a' }, { name: 'a' }],
    });
    graph.metadata.addAnnotation('nvidia.com/enable-grove', 'False');
    graph.addWorker({ gpus: Gpu.count(1), replicas: 1, minAvailable: 1 });
    for (const name of ['Epp', 'Epp2']) graph.addService({ name, type: 'epp', replicas: 2 });
    expect(await complaintsOf(app)).toEqual([
      '[prod/chat] restart: operator 1.4.0 refuses to create a graph that has it, so it cannot stay in Git; restart with kubectl patch',
      '[prod/chat] restart.id is empty',
      '[prod/chat] restart.strategy.order names a service twice',
      '[prod/chat] restart.strategy.order names "gone", which is no service of this graph',
      '[prod/chat] restart.strategy.order leaves out "Epp", "Epp2"; it names every service',
      '[prod/chat] pvcs: "a" is listed twice',
      '[prod/chat/worker] minAvailable needs Grove, which this graph turns off',
      '[prod/chat] "Epp" and "Epp2" are both epp; a graph has one',
      '[prod/chat/Epp] an endpoint picker has exactly 1 replica',
      '[prod/chat/Epp] needs eppConfig',
      '[prod/chat/Epp2] an endpoint picker has exactly 1 replica',
      '[prod/chat/Epp2] needs eppConfig',
      '[prod/chat] topologyConstraint needs packDomain, here or in a service',
      '[prod/chat] kvTransferPolicy.labelKey "-x" is no label\'s key',
    ]);
  });
});

describe('the hatch', () => {
  test('changes the finished manifest in the order of the calls, with items addressed by name', async () => {
    const app = temporaryApp({}, { apiVersion: 'v1beta1' });
    const graph = graphIn(app);
    graph.addWorker({ gpus: Gpu.count(1), replicas: 1, env: { MODE: 'a' } });
    graph
      .patch(
        { op: 'test', path: '/spec/components/[name=worker]/replicas', value: 1 },
        { op: 'add', path: '/spec/components/[name=worker]/podTemplate/spec/hostIPC', value: true },
        {
          op: 'replace',
          path: '/spec/components/[name=worker]/podTemplate/spec/containers/[name=main]/env/[name=MODE]/value',
          value: 'b',
        },
        { op: 'add', path: '/metadata/annotations/example.com~1of~0mine', value: 'yes' },
        { op: 'add', path: '/spec/unheardOf', value: { field: [1] } },
      )
      .mergePatch({ spec: { backendFramework: null, unheardOf: { more: true } } });
    const manifest = await manifestOf(app);
    const [worker] = valueAt(manifest, 'spec', 'components') as readonly JsonObject[];
    expect(objectAt(worker, 'podTemplate', 'spec')).toMatchObject({
      hostIPC: true,
      containers: [{ env: [{ name: 'MODE', value: 'b' }] }],
    });
    expect(objectAt(manifest, 'metadata', 'annotations')).toHaveProperty(['example.com/of~mine'], 'yes');
    expect(manifest.spec).not.toHaveProperty('backendFramework');
    expect(objectAt(manifest, 'spec', 'unheardOf')).toEqual({ field: [1], more: true });
  });

  test.each([
    [
      { op: 'remove', path: '/spec/services/gone' },
      'patch remove "/spec/services/gone": there is nothing at this path',
    ],
    [
      { op: 'test', path: '/spec/backendFramework', value: 'sglang' },
      'patch test "/spec/backendFramework": the value there is another one',
    ],
    [
      { op: 'add', path: '/spec/services/worker/envs/[name=B]/value', value: '1' },
      'patch add "/spec/services/worker/envs/[name=B]/value": no item with name "B"',
    ],
    [{ op: 'remove', path: 'spec' }, 'patch remove "spec": "spec" must begin with "/"'],
  ] as const)('says of %j what it did not find', async (operation, message) => {
    const app = temporaryApp();
    const graph = graphIn(app);
    graph.addWorker({ gpus: Gpu.count(1), replicas: 1, env: { A: '1' } });
    graph.patch(operation);
    expect(await complaintsOf(app)).toEqual([`[prod/chat] ${message}`]);
  });
});

describe('the pod around the main container', () => {
  const POD_SPEC = {
    initContainers: [{ name: 'warm', image: IMAGE, restartPolicy: 'Always' }],
    resourceClaims: [{ name: 'imex', resourceClaimTemplateName: 'channel' }],
    nodeSelector: { gpu: 'h200' },
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] },
    },
    tolerations: [{ key: 'gpu', operator: 'Exists' }],
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    serviceAccountName: 'workers',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 300,
    hostNetwork: true,
    hostIPC: true,
    hostPID: false,
    shareProcessNamespace: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
    schedulerName: 'kai-scheduler',
    runtimeClassName: 'nvidia',
    priorityClassName: 'serving',
  } as const;
  const SIDECAR = { name: 'proxy', image: IMAGE };
  const LATER = { name: 'later', image: IMAGE };
  const KERNELS = { name: 'kernels', emptyDir: { sizeLimit: '1Gi' } } as const;
  const OPTIONS: CustomProps = {
    ...CUSTOM,
    ...POD_SPEC,
    imagePullSecrets: ['registry'],
    podSecurityContext: { fsGroup: 1000 },
    sidecars: [SIDECAR],
    volumes: [KERNELS],
    volumeMounts: [
      { claim: 'models', mountPath: '/models' },
      { claim: 'shared.tuned', volume: 'tuned', mountPath: '/tuned', subPath: 'h200', readOnly: true },
      { volume: 'kernels', mountPath: '/kernels' },
    ],
    container: { volumeMounts: [{ name: 'kernels', mountPath: '/more' }] },
    podMetadata: { annotations: { net: 'rdma' } },
    podTemplate: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [LATER], schedulerName: 'other', subdomain: 'chat' },
    },
  };
  const RENDERED = {
    ...POD_SPEC,
    schedulerName: 'other',
    subdomain: 'chat',
    imagePullSecrets: [{ name: 'registry' }],
    securityContext: { fsGroup: 1000 },
  };
  const METADATA = { labels: { a: 'b' }, annotations: { net: 'rdma' } };
  const TUNED = { name: 'tuned', persistentVolumeClaim: { claimName: 'shared.tuned' } };
  const POD_MOUNTS = [
    { name: 'tuned', mountPath: '/tuned', subPath: 'h200', readOnly: true },
    { name: 'kernels', mountPath: '/kernels' },
    { name: 'kernels', mountPath: '/more' },
  ];

  test('is extraPodSpec in v1alpha1, whose own mounts are of claims without more', async () => {
    const app = temporaryApp();
    graphIn(app).addService(OPTIONS);
    const service = objectAt(await manifestOf(app), 'spec', 'services', 'other');
    expect(service).toMatchObject({ volumeMounts: [{ name: 'models', mountPoint: '/models' }] });
    expect(service?.extraPodMetadata).toEqual(METADATA);
    expect(service?.extraPodSpec).toEqual({
      ...RENDERED,
      containers: [SIDECAR, LATER],
      volumes: [TUNED, KERNELS],
      mainContainer: { image: IMAGE, volumeMounts: POD_MOUNTS },
    });
  });

  test.each([
    ['v1alpha1', 'shared.models'],
    ['v1beta1', 'model-cache'],
  ] as const)('may mount the model cache again in %s, by the name of its volume', async (apiVersion, volume) => {
    const app = temporaryApp({}, { apiVersion });
    const modelCache = ModelCache.fromClaimName('shared.models', { mountPath: '/models' });
    const mount = { mountPath: '/lora', subPath: 'lora' };
    graphIn(app, { modelCache }).addWorker({
      gpus: Gpu.count(1),
      replicas: 1,
      volumeMounts: [
        { volume, ...mount },
        { volume: 'gone', ...mount },
      ],
    });
    expect(await complaintsOf(app)).toEqual(['[prod/chat/worker] volumeMounts: no volume "gone" in volumes']);
  });

  test('is podTemplate in v1beta1', async () => {
    const app = temporaryApp({}, { apiVersion: 'v1beta1' });
    graphIn(app).addService(OPTIONS);
    const [component] = valueAt(await manifestOf(app), 'spec', 'components') as readonly JsonObject[];
    expect(component?.podTemplate).toEqual({
      metadata: METADATA,
      spec: {
        ...RENDERED,
        containers: [
          {
            name: 'main',
            image: IMAGE,
            resources: { limits: { 'nvidia.com/gpu': '1' } },
            volumeMounts: [{ name: 'models', mountPath: '/models' }, ...POD_MOUNTS],
          },
          SIDECAR,
          LATER,
        ],
        volumes: [{ name: 'models', persistentVolumeClaim: { claimName: 'models' } }, TUNED, KERNELS],
      },
    });
  });
});

test('a graph without what follows from others is only what it says', async () => {
  const app = temporaryApp();
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  const graph = new GraphDeployment(prod, 'chat', { policy: false });
  graph.addService({ name: 'VllmWorker', type: 'main', replicas: 'unset', image: IMAGE });
  expect(await manifestOf(app)).toEqual({
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: { name: 'chat', namespace: 'llm-prod' },
    spec: { services: { VllmWorker: { componentType: 'main', extraPodSpec: { mainContainer: { image: IMAGE } } } } },
  });
});
