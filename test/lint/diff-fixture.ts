import type { JsonObject } from '../../api/index.ts';
import { type DiffOptions, diffManifests, type ManifestDiff } from '../../lint/diff/index.ts';
import { type ManifestFile, readManifest } from '../../manifests/index.ts';

/** A file that holds these objects, as anybody might have written them. */
export function fileOf(objects: readonly JsonObject[], file = 'dist/prod/chat/all.yaml'): ManifestFile {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const { manifest, problems } = readManifest(file, new TextEncoder().encode(text));
  if (manifest === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return manifest;
}

export const OPTIONS: DiffOptions = { operator: '1.4.0', roots: ['dist'], deployments: [] };

export function diffOf(
  before: readonly JsonObject[],
  after: readonly JsonObject[],
  options: Partial<DiffOptions> = {},
): ManifestDiff {
  return diffManifests([fileOf(before)], [fileOf(after)], { ...OPTIONS, ...options });
}

const IMAGE = 'registry.example/vllm-runtime:1.4.0';

/** A graph in v1alpha1 that uses most of what differs in meaning from what is written. */
export const ALPHA: JsonObject = {
  apiVersion: 'nvidia.com/v1alpha1',
  kind: 'DynamoGraphDeployment',
  metadata: { name: 'chat', namespace: 'llm', labels: { team: 'a' }, annotations: { 'example.com/note': 'one' } },
  spec: {
    backendFramework: 'vllm',
    envs: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'HF_HOME', value: '/models' },
    ],
    pvcs: [{ name: 'models', create: true, storageClass: 'nfs', size: '200Gi', volumeAccessMode: 'ReadWriteMany' }],
    services: {
      Frontend: { componentType: 'frontend', extraPodSpec: { mainContainer: { image: IMAGE } } },
      prefill: {
        componentType: 'worker',
        subComponentType: 'prefill',
        replicas: 2,
        resources: { limits: { cpu: '1', memory: '1Gi', gpu: '2' } },
        extraPodSpec: { mainContainer: { image: IMAGE, args: ['--model', 'm', '--mode', 'prefill'] } },
      },
      decode: {
        componentType: 'worker',
        subComponentType: 'decode',
        replicas: 3,
        multinode: { nodeCount: 4 },
        resources: { limits: { gpu: '8' }, requests: { gpu: '8' } },
        envFromSecret: 'hf-token',
        volumeMounts: [{ name: 'models', mountPoint: '/models' }],
        sharedMemory: { size: '16Gi' },
        readinessProbe: { httpGet: { path: '/health', port: 9090 }, periodSeconds: 5 },
        extraPodSpec: {
          nodeSelector: { 'nvidia.com/gpu.product': 'H200' },
          tolerations: [
            { key: 'gpu', operator: 'Exists' },
            { key: 'spot', operator: 'Exists' },
          ],
          mainContainer: { image: IMAGE, args: ['--model', 'm'], env: [{ name: 'A', value: '1' }] },
          containers: [{ name: 'proxy', image: 'registry.example/proxy:1', ports: [{ containerPort: 80 }] }],
        },
      },
    },
  },
};

/** A graph in v1beta1. */
export const BETA: JsonObject = {
  apiVersion: 'nvidia.com/v1beta1',
  kind: 'DynamoGraphDeployment',
  metadata: { name: 'assist', namespace: 'llm' },
  spec: {
    backendFramework: 'sglang',
    env: [{ name: 'LOG_LEVEL', value: 'info' }],
    components: [
      {
        name: 'Frontend',
        type: 'frontend',
        replicas: 1,
        podTemplate: { spec: { containers: [{ name: 'main', image: IMAGE }] } },
      },
      {
        name: 'decode',
        type: 'worker',
        replicas: 2,
        multinode: {},
        podTemplate: {
          metadata: { labels: { tier: 'gold' } },
          spec: {
            volumes: [{ name: 'models', persistentVolumeClaim: { claimName: 'models' } }],
            containers: [
              {
                name: 'main',
                image: IMAGE,
                args: ['--model', 'm'],
                resources: { limits: { 'nvidia.com/gpu': 4, memory: '1Ti' } },
                volumeMounts: [{ name: 'models', mountPath: '/models' }],
                env: [
                  { name: 'A', value: '1' },
                  { name: 'B', value: '2' },
                ],
              },
              { name: 'proxy', image: 'registry.example/proxy:1' },
            ],
          },
        },
      },
    ],
  },
};

export const OTHERS: readonly JsonObject[] = [
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'llm' },
    spec: {
      maxReplicas: 4,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'llm' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1', resources: { requests: { cpu: '500m' } } }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'llm' },
    data: { a: '1', b: 'x: y' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'closed', namespace: 'llm' },
    spec: { podSelector: {}, ingress: [] },
  },
];

export const ALL: readonly JsonObject[] = [ALPHA, BETA, ...OTHERS];
