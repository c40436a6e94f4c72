import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  effectiveReplicas,
  formatPath,
  type GraphView,
  graphViewOf,
  isGraphDeployment,
  isObject,
  type JsonObject,
} from '../../api/index.ts';

function alpha(services: JsonObject, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: { name: 'chat', namespace: 'inference', ...metadata },
    spec: { ...spec, services },
  };
}
function beta(components: readonly JsonObject[], spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'nvidia.com/v1beta1',
    kind: 'DynamoGraphDeployment',
    metadata: { name: 'chat', namespace: 'inference', ...metadata },
    spec: { ...spec, components },
  };
}
function viewOf(document: JsonObject): GraphView {
  const view = graphViewOf(document);
  if (!view.ok) throw new Error(JSON.stringify(view.error));
  return view.value;
}
const problemsOf = (document: JsonObject) => {
  const view = graphViewOf(document);
  return view.ok ? [] : view.error.map(({ path, message }) => `${path}: ${message}`);
};
const main = (container: JsonObject): JsonObject => ({ extraPodSpec: { mainContainer: container } });
const roles = (document: JsonObject) =>
  viewOf(document).services.map(({ name, role, roleSource }) => `${name}: ${role} (${roleSource})`);

describe('a graph of either version', () => {
  test('has one view', () => {
    const inAlpha = viewOf(
      alpha(
        {
          Frontend: { componentType: 'frontend', replicas: 1 },
          decode: {
            componentType: 'worker',
            subComponentType: 'decode',
            replicas: 3,
            multinode: { nodeCount: 2 },
            scalingAdapter: { enabled: true },
            resources: { limits: { gpu: '4' } },
            ...main({ args: ['--model', 'm'] }),
          },
        },
        { backendFramework: 'vllm' },
      ),
    );
    const container = { name: 'main', args: ['--model', 'm'], resources: { limits: { 'nvidia.com/gpu': 4 } } };
    const inBeta = viewOf(
      beta(
        [
          { name: 'Frontend', type: 'frontend', replicas: 1 },
          {
            name: 'decode',
            type: 'decode',
            replicas: 3,
            multinode: { nodeCount: 2 },
            scalingAdapter: {},
            podTemplate: { spec: { containers: [container] } },
          },
        ],
        { backendFramework: 'vllm' },
      ),
    );
    const essence = (view: GraphView) => ({
      ...{ name: view.name, namespace: view.namespace, backend: view.backend, metrics: view.metricsNamespace },
      services: view.services.map(({ replicasPath: _, roleSource: __, gpusPerPod, gpusPerReplica, ...rest }) => ({
        ...rest,
        gpus: [gpusPerPod, gpusPerReplica].map((gpus) => (gpus.kind === 'known' ? gpus.count : gpus)),
      })),
    });
    expect(essence(inBeta)).toEqual(essence(inAlpha));
    expect(essence(inAlpha).services[1]).toEqual({
      ...{ name: 'decode', role: 'decode', replicas: { kind: 'explicit', count: 3 }, scalingAdapter: 'on' },
      ...{ nodeCount: { kind: 'known', count: 2 }, gpus: [4, 8], modelName: 'm' },
    });
    expect(inAlpha.services.map(({ replicasPath }) => formatPath(replicasPath))).toEqual([
      'spec.services.Frontend.replicas',
      'spec.services.decode.replicas',
    ]);
    expect(inBeta.services.map(({ replicasPath }) => formatPath(replicasPath))).toEqual([
      'spec.components[name=Frontend].replicas',
      'spec.components[name=decode].replicas',
    ]);
  });

  test('is told by kind and version', () => {
    expect(isGraphDeployment(alpha({}))).toBe(true);
    expect(isGraphDeployment(beta([]))).toBe(true);
    for (const other of [
      null,
      'x',
      [],
      {},
      { ...alpha({}), kind: 'Deployment' },
      { ...alpha({}), apiVersion: 'nvidia.com/v1' },
    ]) {
      expect(isGraphDeployment(other)).toBe(false);
    }
  });

  test('without which there is none is refused, every part at once', () => {
    expect(problemsOf({ kind: 'DynamoGraphDeployment', apiVersion: 'nvidia.com/v2' })).toEqual([
      `apiVersion: "nvidia.com/v2" is not a version of Dynamo's API`,
      'metadata.name: a graph needs a name',
    ]);
    expect(problemsOf(alpha({}, {}, { name: '' }))).toEqual([
      'metadata.name: a graph needs a name',
      'spec.services: a v1alpha1 graph needs at least one service',
    ]);
    expect(problemsOf(alpha({ a: 3, b: {} }))).toEqual(['spec.services.a: a service must be a map']);
    expect(problemsOf(alpha({ a: null }))).toEqual(['spec.services: a v1alpha1 graph needs at least one service']);
    expect(viewOf(alpha({ a: null, b: {} })).services.map(({ name }) => name)).toEqual(['b']);
    expect(problemsOf(beta([]))).toEqual(['spec.components: a v1beta1 graph needs at least one component']);
    expect(problemsOf(beta([{ name: 'a' }, {}, { name: 'a' }]))).toEqual([
      'spec.components[1].name: a component needs a name',
      'spec.components[2].name: "a" stands twice',
    ]);
  });

  test('may name its services as JavaScript names its own things', () => {
    const services = JSON.parse('{"__proto__": {"replicas": 2}, "constructor": {"replicas": 3}}') as JsonObject;
    expect(viewOf(alpha(services)).services.map(({ name, replicas }) => [name, replicas])).toEqual([
      ['__proto__', { kind: 'explicit', count: 2 }],
      ['constructor', { kind: 'explicit', count: 3 }],
    ]);
  });

  test('is never a crash, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()), (services, components) => {
        expect(typeof graphViewOf(alpha(services as JsonObject)).ok).toBe('boolean');
        expect(typeof graphViewOf(beta(components as JsonObject[])).ok).toBe('boolean');
      }),
    );
    const hostile = { resources: 3, multinode: [], scalingAdapter: 'x', extraPodSpec: { mainContainer: { args: 7 } } };
    expect(viewOf(alpha({ a: hostile })).services).toHaveLength(1);
  });
});

describe('the role of a service', () => {
  test('is its sub-component type, then its component type', () => {
    expect(
      roles(
        alpha({
          a: { componentType: 'worker', subComponentType: 'prefill' },
          b: { componentType: 'decode' },
          c: { componentType: 'worker', subComponentType: null },
          d: { componentType: 'worker', subComponentType: 'encode' },
          e: { componentType: 'planner', subComponentType: 'worker' },
          f: { componentType: 'main' },
          g: {},
          h: { componentType: 'epp', subComponentType: 'frontend' },
        }),
      ),
    ).toEqual([
      'a: prefill (subComponentType)',
      'b: decode (componentType)',
      'c: worker (componentType)',
      'd: worker (componentType)',
      'e: planner (componentType)',
      'f: other (none)',
      'g: other (none)',
      'h: epp (componentType)',
    ]);
    expect(roles(beta([{ name: 'a', type: 'prefill' }, { name: 'b', type: 'worker' }, { name: 'c' }]))).toEqual([
      'a: prefill (type)',
      'b: worker (type)',
      'c: other (none)',
    ]);
  });

  test.each([
    ['vllm', 'VllmPrefillWorker', 'VllmDecodeWorker'],
    ['sglang', 'prefill', 'decode'],
    ['trtllm', 'TRTLLMPrefillWorker', 'TRTLLMDecodeWorker'],
    ['trtllm', 'prefill', 'decode'],
    [undefined, 'VllmPrefillWorker', 'decode'],
  ])('is that of its legacy name where nothing declares one (%s)', (backend, prefill, decode) => {
    const spec = backend === undefined ? {} : { backendFramework: backend };
    const services = { [prefill]: { componentType: 'worker' }, [decode]: {} };
    expect(roles(alpha(services, spec))).toEqual([
      `${prefill}: prefill (legacy name)`,
      `${decode}: decode (legacy name)`,
    ]);
  });

  test('is not that of a legacy name of another backend', () => {
    expect(roles(alpha({ prefill: { componentType: 'worker' } }, { backendFramework: 'vllm' }))).toEqual([
      'prefill: worker (componentType)',
    ]);
  });

  test('is not that of a legacy name where another service declares it, or the service declares another', () => {
    const spec = { backendFramework: 'vllm' };
    expect(
      roles(alpha({ VllmDecodeWorker: { componentType: 'worker' }, d: { subComponentType: 'decode' } }, spec)),
    ).toEqual(['VllmDecodeWorker: worker (componentType)', 'd: decode (subComponentType)']);
    expect(roles(alpha({ VllmPrefillWorker: { subComponentType: 'decode' } }, spec))).toEqual([
      'VllmPrefillWorker: decode (subComponentType)',
    ]);
    expect(roles(alpha({ VllmPrefillWorker: { componentType: 'worker', subComponentType: 'encode' } }, spec))).toEqual([
      'VllmPrefillWorker: worker (componentType)',
    ]);
  });
});

describe('replicas', () => {
  test.each([
    [3, { kind: 'explicit', count: 3 }, 3],
    [0, { kind: 'explicit', count: 0 }, 0],
    [undefined, { kind: 'absent', effective: 1 }, 1],
    [null, { kind: 'absent', effective: 1 }, 1],
    ['3', { kind: 'unreadable', text: '"3"' }, undefined],
    [-1, { kind: 'unreadable', text: '-1' }, undefined],
    [1.5, { kind: 'unreadable', text: '1.5' }, undefined],
    [2 ** 60, { kind: 'unreadable', text: '1152921504606847000' }, undefined],
  ])('written as %j are told from those that are not', (written, count, effective) => {
    const service: JsonObject = written === undefined ? {} : { replicas: written };
    for (const document of [alpha({ a: service }), beta([{ name: 'a', ...service }])]) {
      const replicas = viewOf(document).services[0]?.replicas;
      expect(replicas).toEqual(count);
      expect(replicas && effectiveReplicas(replicas)).toBe(effective);
    }
  });
});

describe('the scaling adapter', () => {
  test.each([
    [undefined, 'off', 'off'],
    [null, 'off', 'off'],
    [{}, 'off', 'on'],
    [{ enabled: true }, 'on', 'on'],
    [{ enabled: false }, 'off', 'on'],
    // What a plain `yes` is to Kubernetes, which reads YAML 1.1.
    [{ enabled: 'yes' }, 'on', 'on'],
    [{ enabled: 'no' }, 'off', 'on'],
  ])('written as %j is %s in v1alpha1 and %s in v1beta1', (scalingAdapter, inAlpha, inBeta) => {
    const service: JsonObject = scalingAdapter === undefined ? {} : { scalingAdapter };
    expect(viewOf(alpha({ a: service })).services[0]?.scalingAdapter).toBe(inAlpha);
    expect(viewOf(beta([{ name: 'a', ...service }])).services[0]?.scalingAdapter).toBe(inBeta);
  });
});

describe('the namespace on a graph’s metrics', () => {
  const metrics = (services: JsonObject, metadata: JsonObject = {}) =>
    viewOf(alpha(services, {}, metadata)).metricsNamespace;

  test('is Kubernetes’ namespace and the graph, dots as dashes', () => {
    expect(metrics({ a: {} })).toBe('inference-chat');
    expect(metrics({ a: {} }, { name: 'llama-3.1' })).toBe('inference-llama-3-1');
  });

  test('is unknown while the namespace is', () => {
    expect(metrics({ a: {} }, { namespace: undefined })).toBeUndefined();
    expect(metrics({ a: {} }, { namespace: '' })).toBeUndefined();
  });

  test('is the global one where the frontend is global, or all there is where there is no frontend', () => {
    const global = { globalDynamoNamespace: true };
    const frontend = { componentType: 'frontend' };
    expect(metrics({ f: { ...frontend, ...global }, w: {} })).toBe('dynamo');
    expect(metrics({ f: frontend, w: global })).toBe('inference-chat');
    expect(metrics({ w: global })).toBe('dynamo');
  });
});

describe('the model of a worker', () => {
  const model = (container: JsonObject) => {
    const inAlpha = viewOf(alpha({ a: main(container) })).services[0]?.modelName;
    const pod = {
      podTemplate: {
        spec: {
          containers: [
            { name: 'sidecar', args: ['--model', 'no'] },
            { name: 'main', ...container },
          ],
        },
      },
    };
    expect(viewOf(beta([{ name: 'a', ...pod }])).services[0]?.modelName).toBe(inAlpha);
    return inAlpha;
  };

  test.each<[JsonObject, string | undefined]>([
    [{ args: ['--model', 'a'] }, 'a'],
    [{ args: ['--model', 'a', '--model-name', 'b', '--served-model-name', 'c'] }, 'c'],
    [{ args: ['--model', 'a', '--model-name', 'b'] }, 'b'],
    [{ args: ["python3 -m dynamo.vllm --model 'a b' --x"] }, 'a b'],
    [{ args: '--model a' }, 'a'],
    [{ args: ['--model=a'] }, 'a'],
    [{ args: ['--model-path', 'a'] }, 'a'],
    [{ args: ['--model-path', 'a', '--served-model-name=b'] }, 'b'],
    [{ command: ['sh', '-c', 'exec python3 -m dynamo.vllm --model a'] }, 'a'],
    [{ command: ['x', '--model', 'a'], args: ['--model', 'b'] }, 'b'],
    [{ args: ['--model', '$MODEL'] }, undefined],
    [{ args: ['--model', '$(MODEL)'] }, undefined],
    [{ args: ['--model', '--tensor-parallel-size', '4'] }, undefined],
    [{ args: ['--model'] }, undefined],
    [{ args: [3, null, '--model', 'a'] }, 'a'],
    [{ args: ["it's --model a"] }, undefined],
    [{}, undefined],
  ])('of %j is %s', (container, expected) => {
    expect(model(container)).toBe(expected);
  });
});

describe('what the operator’s own tests accept', () => {
  const corpus = ['seed', 'head', 'conditional'].map(
    (name) => new URL(`../../../shared/data/admission/${name}.jsonl`, import.meta.url),
  );
  const isThere = corpus.every((file) => existsSync(file));

  (isThere ? test : test.skip)('is a graph with readable services (needs ../shared)', () => {
    const rows = corpus
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly id: string; readonly expect: string; readonly object: unknown });
    const graphs = rows.filter(({ expect: verdict, object }) => verdict === 'accept' && isGraphDeployment(object));
    expect(graphs.length).toBeGreaterThan(100);
    for (const { id, object } of graphs) {
      if (!isObject(object)) continue;
      const view = graphViewOf(object);
      expect({ id, problems: view.ok ? [] : view.error }).toEqual({ id, problems: [] });
      if (view.ok) expect(view.value.services.map(({ replicas }) => replicas.kind)).not.toContain('unreadable');
    }
  });
});
