import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../api/json.ts';

/*
 * Graphs as people write them, and as they should not: every field may hold what belongs there, something of another type,
 * or nothing.
 */

const key = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }).filter((text) => text !== '__proto__');
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', 'a\nb\n', '\u0024{X}', '`', 'it\'s "q"'),
);

const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.constant(0.5)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** Mostly what belongs there. */
function mostly(expected: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> {
  return fc.oneof({ weight: 9, arbitrary: expected }, { weight: 1, arbitrary: json });
}

/** Some of these fields, and now and then one that nobody knows. */
function fields(known: { readonly [name: string]: fc.Arbitrary<JsonValue> }): fc.Arbitrary<JsonObject> {
  const entries = Object.fromEntries(Object.entries(known).map(([name, value]) => [name, mostly(value)]));
  const unknown = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ new: json }) },
  );
  return fc
    .tuple(fc.record(entries, { requiredKeys: [], noNullPrototype: true }), unknown)
    .map(([one, other]) => ({ ...one, ...other }) as JsonObject);
}

const name = fc.constantFrom('a', 'main', 'model-cache', 'A_B', 'x.y');
const texts = fc.array(text, { maxLength: 3 });
const strings = fc.dictionary(key, text, { maxKeys: 2, noNullPrototype: true });
const quantity = fc.constantFrom<JsonValue>('1', '2', '500m', '64Gi', 4, '01', 'x');
const envVar = fields({ name, value: text, valueFrom: fields({ secretKeyRef: fields({ name, key: name }) }) });
const probe = fields({ httpGet: fields({ path: text, port: fc.integer() }), periodSeconds: fc.nat() });
const amounts = fields({ cpu: quantity, memory: quantity, gpu: quantity, gpuType: name, custom: strings });
const kubernetesAmounts = fields({ cpu: quantity, 'nvidia.com/gpu': quantity, 'rdma/ib': quantity });

const container = fields({
  name,
  image: fc.constantFrom('r/i:1.3.0', 'r/i:my-tag', 'i'),
  command: texts,
  args: texts,
  workingDir: text,
  env: fc.array(envVar, { maxLength: 2 }),
  envFrom: fc.array(fields({ secretRef: fields({ name }) }), { maxLength: 2 }),
  resources: fields({ limits: kubernetesAmounts, requests: kubernetesAmounts }),
  volumeMounts: fc.array(fields({ name, mountPath: text, subPath: text, readOnly: fc.boolean() }), { maxLength: 2 }),
  livenessProbe: probe,
});

const volume = fc.oneof(
  fields({ name, persistentVolumeClaim: fields({ claimName: name }) }),
  fields({ name, configMap: fields({ name, defaultMode: fc.nat() }), hostPath: fields({ path: text, type: text }) }),
);

const podFields = {
  volumes: fc.array(volume, { maxLength: 2 }),
  tolerations: fc.array(fields({ key: text, operator: fc.constantFrom('Exists', 'In') }), { maxLength: 2 }),
  nodeSelector: strings,
  affinity: fields({
    podAntiAffinity: fields({
      requiredDuringSchedulingIgnoredDuringExecution: fc.array(fields({ topologyKey: text }), { maxLength: 1 }),
    }),
  }),
  initContainers: fc.array(container, { maxLength: 1 }),
  imagePullSecrets: fc.array(fields({ name }), { maxLength: 2 }),
  resourceClaims: fc.array(fields({ name, resourceClaimName: name }), { maxLength: 1 }),
  securityContext: fields({ fsGroup: fc.nat() }),
  priorityClassName: name,
  hostIPC: fc.boolean(),
  subdomain: name,
};

const shared = {
  replicas: fc.oneof(fc.nat({ max: 12 }), fc.constantFrom(-1, 1.5, 20_000)),
  globalDynamoNamespace: fc.boolean(),
  minAvailable: fc.nat({ max: 3 }),
  runtimeVersionOverride: fc.constantFrom('1.3.0', 'x'),
  modelRef: fields({ name }),
  topologyConstraint: fields({ packDomain: name }),
  multinode: fields({ nodeCount: fc.nat({ max: 3 }) }),
  scalingAdapter: fields({ enabled: fc.boolean() }),
  eppConfig: fields({ configMapRef: fields({ name, key: name }) }),
};

const alphaService = fields({
  ...shared,
  componentType: fc.constantFrom('frontend', 'worker', 'planner', 'epp', 'default', 'main', 'prefill'),
  subComponentType: fc.constantFrom('prefill', 'decode', 'encode'),
  labels: strings,
  annotations: strings,
  resources: fields({ limits: amounts, requests: amounts }),
  sharedMemory: fields({ size: quantity, disabled: fc.boolean() }),
  envs: fc.array(envVar, { maxLength: 2 }),
  envFromSecret: name,
  volumeMounts: fc.array(fields({ name, mountPoint: text, useAsCompilationCache: fc.boolean() }), { maxLength: 2 }),
  ingress: fields({ enabled: fc.boolean(), host: text }),
  readinessProbe: probe,
  gpuMemoryService: fields({ enabled: fc.boolean(), mode: fc.constantFrom('intraPod', 'IntraPod') }),
  frontendSidecar: fields({ image: name, args: texts, envs: fc.array(envVar, { maxLength: 1 }) }),
  extraPodMetadata: fields({ labels: strings }),
  extraPodSpec: fields({ ...podFields, mainContainer: container, containers: fc.array(container, { maxLength: 1 }) }),
});

const betaComponent = fields({
  ...shared,
  name: fc.constantFrom('Frontend', 'decode', 'prefill', 'x_y', 'Planner'),
  type: fc.constantFrom('frontend', 'worker', 'prefill', 'decode', 'planner', 'epp', 'unheard'),
  sharedMemorySize: quantity,
  compilationCache: fields({ pvcName: name, mountPath: text }),
  frontendSidecar: name,
  experimental: fields({ failover: fields({ mode: fc.constantFrom('IntraPod', 'intraPod') }) }),
  podTemplate: fields({
    metadata: fields({ labels: strings }),
    spec: fields({ ...podFields, containers: fc.array(container, { maxLength: 2 }) }),
  }),
});

const graphFields = {
  backendFramework: fc.constantFrom('vllm', 'sglang', 'trtllm', 'mocker'),
  annotations: strings,
  labels: strings,
  priorityClassName: name,
  restart: fields({ id: text, strategy: fields({ type: fc.constantFrom('Sequential', 'Parallel'), order: texts }) }),
};

const metadata = fc
  .tuple(
    fc.constantFrom('chat', 'Not_A-Name', '7', 'a'.repeat(60)),
    fields({ namespace: fc.constantFrom('llm', 'Bad NS'), labels: strings, annotations: strings, finalizers: texts }),
  )
  .map(([graphName, more]): JsonValue => ({ ...more, name: graphName }));

const serviceName = fc.constantFrom(
  'Frontend',
  'frontend',
  'decode',
  'VllmPrefillWorkerOfALongName',
  'x_y',
  'a/b',
  '1',
);

export const generatedGraph: fc.Arbitrary<JsonObject> = fc.oneof(
  fc
    .tuple(
      metadata,
      fields({
        ...graphFields,
        envs: fc.array(envVar, { maxLength: 2 }),
        pvcs: fc.array(fields({ name }), { maxLength: 2 }),
      }),
      fc.dictionary(serviceName, alphaService, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    )
    .map(
      ([meta, spec, services]): JsonObject => ({
        apiVersion: 'nvidia.com/v1alpha1',
        kind: 'DynamoGraphDeployment',
        metadata: meta,
        spec: { ...spec, services },
      }),
    ),
  fc
    .tuple(
      metadata,
      fields({ ...graphFields, env: fc.array(envVar, { maxLength: 2 }) }),
      fc.array(betaComponent, { minLength: 1, maxLength: 4 }),
    )
    .map(
      ([meta, spec, components]): JsonObject => ({
        apiVersion: 'nvidia.com/v1beta1',
        kind: 'DynamoGraphDeployment',
        metadata: meta,
        spec: { ...spec, components },
      }),
    ),
);
