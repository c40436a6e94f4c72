import { afterAll, describe, expect, test } from '@jest/globals';
import { App, DynamoNamespace, Environment, GpuQuota, KubernetesNamespace } from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import { gpuQuotaOf, isObject, type JsonObject, knownGpus } from '../../api/index.ts';
import { golden, joined, runExample } from './run-example.ts';
import { complaintsOf, removeTemporaryFolders, temporaryApp } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

describe('a GPU quota', () => {
  test('is written byte for byte as expected', async () => {
    expect(joined(await runExample('gpu-quota'))).toBe(golden('gpu-quota'));
  });

  test('reads back as the limit that was declared', () => {
    const quota = load(golden('gpu-quota').split('---\n')[0] ?? '');
    if (!isObject(quota)) throw new Error('no manifest');
    expect(gpuQuotaOf(quota)).toEqual({
      name: 'gpus',
      namespace: 'llm-prod',
      limits: new Map([['nvidia.com/gpu', knownGpus(32, 'nvidia.com/gpu', 'spec.hard.requests.nvidia.com/gpu')]]),
    });
  });

  test('takes whole numbers only, which the compiler says of literals', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    // @ts-expect-error a fraction of a GPU
    new GpuQuota(prod, 'half', { gpus: 1.5 });
    // @ts-expect-error no GPU
    new GpuQuota(prod, 'none', { gpus: 0, resource: 'nvidia.com/mig-1g.5gb' });
    const computed: number = 16 / 3;
    new GpuQuota(prod, 'Computed', { gpus: computed, resource: 'cpu' });
    expect(await complaintsOf(app)).toEqual([
      '[prod/half] gpus is 1.5; a quota is a whole number of GPUs, at least 1',
      '[prod/none] gpus is 0; a quota is a whole number of GPUs, at least 1',
      '[prod/Computed] "Computed" is not a lower-case DNS name, which a quota\'s name must be',
      `[prod/Computed] gpus is ${16 / 3}; a quota is a whole number of GPUs, at least 1`,
      '[prod/Computed] resource "cpu" is not one of GPUs, such as "nvidia.com/gpu"',
    ]);
  });

  test('is alone in its namespace for its resource', async () => {
    const app = temporaryApp();
    for (const name of ['staging', 'prod']) {
      const environment = new Environment(app, name, { namespace: `llm-${name}` });
      new GpuQuota(environment, 'gpus', { gpus: 8 });
      new GpuQuota(environment, 'slices', { gpus: 8, resource: 'nvidia.com/mig-1g.5gb' });
      if (name === 'prod') new GpuQuota(environment, 'more', { gpus: 16 });
    }
    expect(await complaintsOf(app)).toEqual([
      '[prod/more] "prod/gpus" limits nvidia.com/gpu in the same namespace, at 8; keep one, since the lower would hold',
    ]);
  });
});

describe('reading a quota', () => {
  const quota = (spec: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'gpus' },
    spec,
  });

  test('says unknown where it does not know, never zero', () => {
    const unreadable = gpuQuotaOf(quota({ hard: { 'requests.nvidia.com/gpu': '<gpus>' } }));
    expect(unreadable?.limits.get('nvidia.com/gpu')).toEqual({
      kind: 'unknown',
      reason: 'spec.hard.requests.nvidia.com/gpu is "<gpus>", which is not a whole number',
    });
    const scoped = gpuQuotaOf(quota({ hard: { 'requests.nvidia.com/gpu': 8 }, scopes: ['NotTerminating'] }));
    expect(scoped?.limits.get('nvidia.com/gpu')).toMatchObject({ kind: 'unknown' });
  });

  test('passes over quotas of other resources, and other documents', () => {
    expect(gpuQuotaOf(quota({ hard: { pods: '10', 'requests.cpu': '8' } }))).toBeUndefined();
    expect(gpuQuotaOf(quota({}))).toBeUndefined();
    expect(gpuQuotaOf({ ...quota({ hard: { 'requests.nvidia.com/gpu': 8 } }), kind: 'LimitRange' })).toBeUndefined();
  });
});

describe('namespaces', () => {
  test('give the labels that a graph’s metrics carry', async () => {
    expect([...(await runExample('namespaces')).keys()]).toEqual(['kustomization.yaml']);
    const example = await import('./examples/namespaces.ts');
    expect(example.frontendMetric).toBe('dynamo_frontend_active_requests{dynamo_namespace="llm-prod-chat"}');
    expect(example.componentMetric).toBe('dynamo_component_inflight_requests{dynamo_namespace="llm_prod_chat"}');
    expect(DynamoNamespace.of(new KubernetesNamespace('llm'), 'chat.v2').frontendLabel).toBe('llm-chat-v2');
    expect(DynamoNamespace.GLOBAL.frontendLabel).toBe('dynamo');
  });

  test('of Kubernetes and of Dynamo are not taken for each other, which the compiler says', () => {
    const app = new App({ module: import.meta.url });
    const kubernetes = new Environment(app, 'prod', { namespace: 'llm-prod' }).kubernetesNamespace;
    const dynamo = DynamoNamespace.of(kubernetes, 'chat');
    // @ts-expect-error a Dynamo namespace holds no objects
    const misplaced = (): Environment => new Environment(app, 'other', { namespace: dynamo });
    // @ts-expect-error a graph is in a Kubernetes namespace
    const misnamed = (): DynamoNamespace => DynamoNamespace.of(dynamo, 'chat');
    // @ts-expect-error and the other way round
    const swapped: DynamoNamespace = kubernetes;
    expect([kubernetes.name, dynamo.name, String(swapped)]).toEqual(['llm-prod', 'llm-prod-chat', 'llm-prod']);
    expect([typeof misplaced, typeof misnamed]).toEqual(['function', 'function']);
  });
});
