import { afterAll, describe, expect, test } from '@jest/globals';
import {
  Environment,
  Gpu,
  GraphDeployment,
  type IModelCache,
  ModelCache,
  type ModelCacheProps,
  Size,
} from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import { isObject, type JsonObject, objectAt } from '../../api/index.ts';
import { golden, joined, runExample } from './run-example.ts';
import { complaintsOf, removeTemporaryFolders, renderedBy, temporaryApp } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

const IMAGE = 'registry.example/vllm-runtime:1.3.1';
const DOWNLOAD = { models: ['Qwen/Qwen3-32B'], image: IMAGE } as const;

async function objectsOf(props: Partial<ModelCacheProps>): Promise<readonly JsonObject[]> {
  const app = temporaryApp();
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  new ModelCache(prod, 'models', { size: Size.gibibytes(100), ...props });
  const { files } = await renderedBy(app);
  return files.map(({ text }) => load(text)).filter(isObject);
}

async function jobName(props: Partial<ModelCacheProps>): Promise<unknown> {
  const job = (await objectsOf(props)).find(({ kind }) => kind === 'Job');
  return objectAt(job, 'metadata')?.name;
}

describe('a model cache with a download and an access pod', () => {
  test('is written byte for byte as expected, in the order it has to be made', async () => {
    expect(joined(await runExample('model-cache'))).toBe(golden('model-cache'));
  });

  test('runs another Job for another model, revision, image or setting, and the same one for the same', async () => {
    const names = [
      await jobName({ download: DOWNLOAD }),
      await jobName({ download: { ...DOWNLOAD, models: ['Qwen/Qwen3-8B'] } }),
      await jobName({ download: { ...DOWNLOAD, models: [{ name: 'Qwen/Qwen3-32B', revision: 'v1' }] } }),
      await jobName({ download: { ...DOWNLOAD, image: 'registry.example/vllm-runtime:1.4.0' } }),
      await jobName({ download: { ...DOWNLOAD, podSpec: { nodeSelector: { pool: 'cpu' } } } }),
      await jobName({ download: { ...DOWNLOAD, environment: { HF_ENDPOINT: 'https://mirror.example' } } }),
      await jobName({ download: DOWNLOAD, mountPath: '/models' }),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^models-download-[0-9a-f]{8}$/);
    expect(await jobName({ download: { ...DOWNLOAD, models: [{ name: 'Qwen/Qwen3-32B' }] } })).toBe(names[0]);
    expect(await jobName({ download: DOWNLOAD, size: Size.gibibytes(500), accessPod: true })).toBe(names[0]);
  });

  test('hands names of models over as arguments that no shell reads', async () => {
    const job = (await objectsOf({ download: { ...DOWNLOAD, models: ['a/$(reboot)', 'b/c'] } })).find(
      ({ kind }) => kind === 'Job',
    );
    expect(objectAt(job, 'spec', 'template', 'spec')?.containers).toEqual([
      expect.objectContaining({
        command: ['python3', '-c', expect.not.stringContaining('reboot')],
        // Without the second $, which is Kubernetes' own escape, $(…) would name an environment variable.
        args: ['a/$$(reboot)', 'b/c'],
      }),
    ]);
  });

  test('takes fields of the download’s pod, and lets files be changed from the access pod, where that is asked for', async () => {
    const objects = await objectsOf({
      download: { ...DOWNLOAD, retries: 0, podSpec: { restartPolicy: 'OnFailure', nodeSelector: { pool: 'cpu' } } },
      accessPod: { image: 'registry.example/shell:1', isWritable: true },
      accessMode: 'ReadWriteOnce',
    });
    const job = objects.find(({ kind }) => kind === 'Job');
    expect(objectAt(job, 'spec')?.backoffLimit).toBe(0);
    expect(objectAt(job, 'spec', 'template', 'spec')).toMatchObject({
      restartPolicy: 'OnFailure',
      nodeSelector: { pool: 'cpu' },
    });
    const pod = objects.find(({ kind }) => kind === 'Pod');
    expect(objectAt(pod, 'spec')?.containers).toEqual([
      expect.objectContaining({
        image: 'registry.example/shell:1',
        volumeMounts: [{ name: 'model-cache', mountPath: '/opt/models' }],
      }),
    ]);
  });
});

describe('the claim of a model cache', () => {
  test('stays when it leaves the manifests or its Application is deleted, unless that is given up', async () => {
    const [claim] = await objectsOf({});
    expect(objectAt(claim, 'metadata', 'annotations')).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    });
    const [loose] = await objectsOf({ isProtected: false });
    expect(objectAt(loose, 'metadata')).not.toHaveProperty('annotations');
  });

  test('shares the sync wave of its Job, since a claim that waits for its first pod is never healthy before it', async () => {
    const objects = await objectsOf({ download: DOWNLOAD });
    const waves = objects
      .filter(({ kind }) => kind !== 'Kustomization')
      .map((object) => [object.kind, objectAt(object, 'metadata', 'annotations')?.['argocd.argoproj.io/sync-wave']]);
    expect(waves).toEqual([
      ['PersistentVolumeClaim', '-1'],
      ['Job', '-1'],
    ]);
  });
});

describe('a model cache is refused', () => {
  test('for everything that is wrong with it, at once', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    new ModelCache(prod, 'm'.repeat(46), {
      size: Size.gibibytes(1),
      accessMode: 'ReadOnlyMany',
      mountPath: 'models',
      download: {
        models: ['--help', { name: 'a/b', revision: 'two words' }],
        image: '',
        environmentSecret: 'HF_TOKEN',
        retries: -1,
      },
    });
    new ModelCache(prod, 'empty', { size: Size.gibibytes(1), download: { models: [], image: IMAGE } });
    const path = `[prod/${'m'.repeat(46)}]`;
    expect(await complaintsOf(app)).toEqual([
      `${path} mountPath "models" must start with "/"`,
      `${path} access mode ReadOnlyMany lets no pod write, so nothing can be downloaded; use ReadWriteMany`,
      `${path} download.models: "--help" is not a model's name on the hub`,
      `${path} download.models: revision "two words" of "a/b" must be a word`,
      `${path} download.image "" must name a container image`,
      `${path} download.environmentSecret "HF_TOKEN" is not a lower-case DNS name`,
      `${path} download.retries is -1; it must be whole, from 0 to 100`,
      expect.stringMatching(/has 64 characters, and a Job's name has at most 63; give the cache a shorter id$/),
      '[prod/empty] download.models is empty; name a model, or leave "download" out',
    ]);
  });

  test('on storage of one node where several pods may want it: an access pod, any number of an adapter, nodes of one replica', async () => {
    const app = temporaryApp();
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    const props = { size: Size.gibibytes(1), accessMode: 'ReadWriteOnce' } as const;
    const graph = (id: string, modelCache: IModelCache): GraphDeployment =>
      new GraphDeployment(prod, id, { backend: 'vllm', model: 'm', image: IMAGE, modelCache });
    graph('a', new ModelCache(prod, 'one', { ...props, accessPod: true })).addWorker({
      gpus: Gpu.count(1),
      replicas: 1,
    });
    graph('b', new ModelCache(prod, 'any', props)).addWorker({ gpus: Gpu.count(1), scalingAdapter: true });
    graph('c', new ModelCache(prod, 'nodes', props)).addWorker({ gpus: Gpu.count(1), replicas: 1, nodes: 4 });
    const existing = ModelCache.fromClaimName('existing', { accessMode: 'ReadWriteOnce' });
    graph('e', existing).addWorker({ gpus: Gpu.count(1), replicas: 3 });
    graph('f', ModelCache.fromClaimName('unknown')).addWorker({ gpus: Gpu.count(1), replicas: 3 });
    const single = graph('d', new ModelCache(prod, 'single', props));
    single.addWorker({ gpus: Gpu.count(1), replicas: 1 });
    single.addService({ name: 'router', replicas: 3 });
    expect(await complaintsOf(app)).toEqual([
      '[prod/one] access mode ReadWriteOnce serves the pods of one node, and the access pod would hold it while others wait; use ReadWriteMany with a storage class that offers it',
      '[prod/any] access mode ReadWriteOnce serves the pods of one node, but any number may mount it; use ReadWriteMany with a storage class that offers it',
      '[prod/nodes] access mode ReadWriteOnce serves the pods of one node, but up to 4 may mount it; use ReadWriteMany with a storage class that offers it',
      '[prod/e] model cache "existing": access mode ReadWriteOnce serves the pods of one node, but up to 3 may mount it; use ReadWriteMany with a storage class that offers it',
    ]);
  });
});
