import { describe, expect, test } from '@jest/globals';
import { dump } from 'js-yaml';
import { type JsonObject, type OperatorVersion, objectAt } from '../../api/index.ts';
import { diffManifests, needsMore } from '../../lint/diff/index.ts';
import { gpuFormula } from '../../lint/ledger/index.ts';
import { migrateFiles } from '../../lint/migrate/index.ts';
import { readManifest } from '../../manifests/index.ts';
import { ALPHA, BETA, diffOf, fileOf, OPTIONS } from './diff-fixture.ts';

/** A service of the v1alpha1 graph with some fields replaced. */
function decode(fields: JsonObject): JsonObject {
  const services = objectAt(ALPHA, 'spec', 'services') ?? {};
  return withSpec({ services: { ...services, decode: { ...objectAt(services, 'decode'), ...fields } } });
}

function withSpec(fields: JsonObject): JsonObject {
  return { ...ALPHA, spec: { ...objectAt(ALPHA, 'spec'), ...fields } };
}

function annotated(graph: JsonObject, annotations: JsonObject): JsonObject {
  const metadata = objectAt(graph, 'metadata');
  return { ...graph, metadata: { ...metadata, annotations: { ...objectAt(metadata, 'annotations'), ...annotations } } };
}

function fields(before: JsonObject, after: JsonObject) {
  return diffOf([before], [after]).objects.flatMap((object) =>
    object.change === 'changed' ? object.fields.map(({ path, before: old, after: now }) => [path, old, now]) : [],
  );
}

function restarts(before: JsonObject, after: JsonObject, operator: OperatorVersion = '1.4.0'): readonly string[] {
  return diffOf([before], [after], { operator }).objects.flatMap((object) =>
    object.change === 'changed' ? (object.restarts ?? [{ service: '?' }]).map(({ service }) => service) : [],
  );
}

function refusals(before: readonly JsonObject[], after: readonly JsonObject[], operator: OperatorVersion = '1.4.0') {
  return diffOf(before, after, { operator }).objects.flatMap((object) =>
    object.change === 'removed' ? [] : object.refusals.map(({ rule, path }) => `${rule} ${path}`),
  );
}

/** Fields of the main container of `decode`. */
function main(fields: JsonObject): JsonObject {
  const pod = objectAt(ALPHA, 'spec', 'services', 'decode', 'extraPodSpec');
  return { extraPodSpec: { ...pod, mainContainer: { ...objectAt(pod, 'mainContainer'), ...fields } } };
}

describe('a field that is absent on one side', () => {
  test('is shown as absent, with what it counts as', () => {
    const [object] = diffOf([decode({ replicas: undefined })], [decode({ replicas: 3 })]).objects;
    expect(object?.change === 'changed' ? object.fields : []).toEqual([
      { path: 'spec.services[decode].replicas', before: undefined, after: 3, absentAs: 1, restarts: [] },
    ]);
  });

  test('is shown as absent where it has no default', () => {
    const [object] = diffOf([decode({ envFromSecret: undefined })], [decode({ envFromSecret: 'other' })]).objects;
    expect(object?.change === 'changed' ? object.fields.map(({ absentAs }) => absentAs) : []).toEqual([undefined]);
  });
});

describe('what means the same', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['an absent count and 1', decode({ replicas: undefined }), decode({ replicas: 1 })],
    [
      'amounts by their value',
      decode({ resources: { limits: { cpu: '1000m' } } }),
      decode({ resources: { limits: { cpu: '1' } } }),
    ],
    [
      '0.7 and 700m, which floating point tells apart',
      decode({ resources: { limits: { cpu: '0.7' } } }),
      decode({ resources: { limits: { cpu: '700m' } } }),
    ],
    ['1Gi and 1024Mi', decode({ sharedMemory: { size: '1Gi' } }), decode({ sharedMemory: { size: '1024Mi' } })],
    ['an adapter that is off and none, in v1alpha1', decode({ scalingAdapter: {} }), decode({})],
    ['a switch that is off and none', decode({ ingress: { enabled: false } }), decode({})],
    ['null and nothing', decode({ labels: null }), decode({})],
    ['empty maps and lists of what has none', decode({ envs: [], labels: {} }), decode({})],
    [
      "what the API server and the operator write beside Git's part",
      annotated(
        { ...ALPHA, status: { state: 'failed' } },
        { 'nvidia.com/dgd-spec': '{}', 'nvidia.com/current-worker-hash': 'a' },
      ),
      ALPHA,
    ],
  ])('%s', (_what, before, after) => {
    expect(diffOf([before], [after])).toEqual({ objects: [], gpus: [], unchanged: 1 });
    expect(diffOf([after], [before])).toEqual({ objects: [], gpus: [], unchanged: 1 });
  });

  test("words that Kubernetes' YAML takes for true and false", () => {
    const text = JSON.stringify(decode({ globalDynamoNamespace: 'WORD' }));
    const [before, after] = ['yes', 'true'].map((word) =>
      readManifest('a.yaml', new TextEncoder().encode(text.replace('"WORD"', word))),
    );
    if (before?.manifest === undefined || after?.manifest === undefined) throw new Error('not read');
    expect(diffManifests([before.manifest], [after.manifest], OPTIONS).objects).toEqual([]);
  });
});

describe('what means something else', () => {
  test.each<[string, JsonObject, JsonObject, readonly unknown[]]>([
    ['a count', ALPHA, decode({ replicas: 5 }), ['replicas', 3, 5]],
    [
      'the order of arguments',
      ALPHA,
      decode(main({ args: ['m', '--model'] })),
      ['extraPodSpec.mainContainer.args', ['--model', 'm'], ['m', '--model']],
    ],
    [
      'text and a number that look alike',
      decode({ resources: { limits: { gpu: '8' } } }),
      decode({ resources: { limits: { gpu: 8 } } }),
      ['resources.limits.gpu', '8', 8],
    ],
    [
      'an empty multinode, which is two nodes',
      decode({ multinode: undefined }),
      decode({ multinode: {} }),
      ['multinode', undefined, {}],
    ],
    [
      'order where a variable uses another',
      decode({ envs: [{ name: 'A' }, { name: 'B', value: '$(A)' }] }),
      decode({ envs: [{ name: 'B', value: '$(A)' }, { name: 'A' }] }),
      ['envs', ['A', 'B'], ['B', 'A']],
    ],
    [
      'an item of a list without names, in its place',
      ALPHA,
      decode({
        extraPodSpec: {
          ...objectAt(decode(main({})), 'spec', 'services', 'decode', 'extraPodSpec'),
          tolerations: [{ key: 'spot', operator: 'Exists' }],
        },
      }),
      ['extraPodSpec.tolerations[0]', { key: 'gpu', operator: 'Exists' }, undefined],
    ],
  ])('%s', (_what, before, after, [path, old, now]) => {
    expect(fields(before, after)).toEqual([[`spec.services[decode].${String(path)}`, old, now]]);
  });

  test('names items, not positions: one variable of one container of one component', () => {
    const text = JSON.stringify(BETA).replace('"name":"B","value":"2"', '"name":"B","value":"3"');
    expect(fields(BETA, JSON.parse(text) as JsonObject)).toEqual([
      ['spec.components[decode].podTemplate.spec.containers[main].env[B].value', '2', '3'],
    ]);
  });

  test('an adapter of v1beta1 is on by being there', () => {
    const text = JSON.stringify(BETA).replace('"multinode":{}', '"multinode":{},"scalingAdapter":{}');
    expect(fields(BETA, JSON.parse(text) as JsonObject)).toEqual([
      ['spec.components[decode].scalingAdapter', undefined, {}],
    ]);
  });

  test('says nothing of a file that only moved, and pairs what moved and changed', () => {
    const moved = (object: JsonObject) =>
      diffManifests([fileOf([ALPHA], 'a/x.yaml')], [fileOf([object], 'b/y.yaml')], OPTIONS).objects;
    expect(moved(ALPHA)).toEqual([]);
    expect(moved(decode({ replicas: 9 })).map(({ change, file }) => [change, file])).toEqual([['changed', 'b/y.yaml']]);
  });

  test('a graph of another name or namespace is another graph', () => {
    const renamed = { ...ALPHA, metadata: { ...objectAt(ALPHA, 'metadata'), namespace: 'other' } };
    expect(diffOf([ALPHA], [renamed]).objects.map(({ change, namespace }) => [change, namespace])).toEqual([
      ['added', 'other'],
      ['removed', 'llm'],
    ]);
  });
});

describe('versions of the API', () => {
  test('a migrated graph differs by its version alone, and no pod is replaced for it', () => {
    const { pvcs: _, ...spec } = objectAt(ALPHA, 'spec') ?? {};
    const file = 'dist/prod/chat/graph.yaml';
    const before = readManifest(file, new TextEncoder().encode(dump({ ...ALPHA, spec }))).manifest;
    if (before === undefined) throw new Error('not read');
    const [migrated] = migrateFiles([before], [], '1.4.0').files;
    if (migrated === undefined) throw new Error('nothing migrated');
    const { manifest } = readManifest(file, migrated.after);
    if (manifest === undefined) throw new Error('not read');
    const { objects, gpus } = diffManifests([before], [manifest], OPTIONS);
    expect(gpus).toEqual([]);
    expect(objects).toMatchObject([
      { change: 'changed', fields: [{ path: 'apiVersion' }], restarts: [], refusals: [] },
    ]);
  });

  test('a change that comes with the version stands out by name', () => {
    const before: JsonObject = {
      apiVersion: 'nvidia.com/v1alpha1',
      kind: 'DynamoGraphDeployment',
      metadata: { name: 'chat', namespace: 'llm' },
      spec: { services: { decode: { componentType: 'worker', replicas: 2, resources: { limits: { gpu: '1' } } } } },
    };
    const after: JsonObject = {
      ...before,
      apiVersion: 'nvidia.com/v1beta1',
      spec: {
        components: [
          {
            name: 'decode',
            type: 'worker',
            replicas: 4,
            podTemplate: { spec: { containers: [{ name: 'main', resources: { limits: { 'nvidia.com/gpu': '1' } } }] } },
          },
        ],
      },
    };
    expect(fields(before, after)).toEqual([
      ['apiVersion', 'nvidia.com/v1alpha1', 'nvidia.com/v1beta1'],
      ['spec.services[decode].replicas', 2, 4],
    ]);
    expect(restarts(before, after)).toEqual([]);
  });
});

describe('restarts', () => {
  const args = decode(main({ args: ['--model', 'other'] }));

  test.each<[string, JsonObject, readonly string[]]>([
    ['replicas alone restart nothing', decode({ replicas: 9 }), []],
    ['an adapter restarts nothing', decode({ scalingAdapter: { enabled: true } }), []],
    ['minAvailable restarts nothing', decode({ minAvailable: 2 }), []],
    ['an ingress restarts nothing', decode({ ingress: { enabled: true, host: 'a.example' } }), []],
    [
      'a label of the graph object restarts nothing',
      { ...ALPHA, metadata: { ...objectAt(ALPHA, 'metadata'), labels: { team: 'b' } } },
      [],
    ],
    ['arguments restart their service', args, ['decode']],
    ['resources restart their service', decode({ resources: { limits: { gpu: '4' } } }), ['decode']],
    ["the graph's variables restart every service", withSpec({ envs: [] }), ['Frontend', 'prefill', 'decode']],
    [
      'an annotation that is passed on restarts every service',
      annotated(ALPHA, { 'nvidia.com/enable-metrics': 'false' }),
      ['Frontend', 'prefill', 'decode'],
    ],
    ['an annotation of our own restarts nothing', annotated(ALPHA, { 'example.com/note': 'two' }), []],
  ])('%s', (_what, after, services) => {
    expect(restarts(ALPHA, after)).toEqual(services);
  });

  test.each<[OperatorVersion, string, readonly string[]]>([
    ['0.9.0', 'component', ['decode']],
    ['1.0.0', 'component', ['prefill', 'decode']],
    ['1.4.0', 'component', ['prefill', 'decode']],
    ['1.4.0', 'grove', ['decode']],
    ['1.5.0', 'grove', ['prefill', 'decode']],
  ])('operator %s on %s: which workers go together', (operator, provider, services) => {
    const at = (graph: JsonObject) => {
      const single = JSON.parse(JSON.stringify(graph).replace('"multinode":{"nodeCount":4},', '')) as JsonObject;
      return provider === 'grove' ? single : annotated(single, { 'nvidia.com/enable-grove': 'false' });
    };
    expect(restarts(at(ALPHA), at(args), operator)).toEqual(services);
  });

  test('workers of several nodes go alone where Grove is off', () => {
    const off = (graph: JsonObject) => annotated(graph, { 'nvidia.com/enable-grove': 'false' });
    expect(restarts(off(ALPHA), off(args))).toEqual(['decode']);
  });

  test('are not told of a graph that cannot be read', () => {
    const broken = withSpec({ services: { decode: 'nothing' } });
    expect(restarts(broken, withSpec({ services: { decode: 'anything' }, envs: [] }))).toEqual(['?']);
  });

  test('are told for each change', () => {
    const [object] = diffOf([ALPHA], [decode({ replicas: 9, ...main({ args: ['x'] }) })]).objects;
    if (object?.change !== 'changed') throw new Error('not changed');
    const told = object.fields.map(({ path, restarts: pods }) => [path.replace(/^.*\./, ''), pods]);
    expect(told).toContainEqual(['replicas', []]);
    expect(told).toContainEqual(['args', ['decode']]);
  });
});

describe('GPUs', () => {
  test('are compared by namespace and type, with the formula of what changes and the whole of the place', () => {
    const [change, ...more] = diffOf([ALPHA, BETA], [decode({ replicas: 5 }), BETA]).gpus;
    if (change === undefined) throw new Error('no change');
    expect(more).toEqual([]);
    expect(change).toMatchObject({ namespace: 'llm', resource: 'nvidia.com/gpu', product: 'H200' });
    expect([change.before, change.after]).toEqual([
      { min: 96, max: 96, unknown: [] },
      { min: 160, max: 160, unknown: [] },
    ]);
    expect(
      change.services.map(({ before, after }) => [before && gpuFormula(before), after && gpuFormula(after)]),
    ).toEqual([['3 replicas × 4 nodes × 8 GPUs', '5 replicas × 4 nodes × 8 GPUs']]);
    expect(needsMore(change)).toBe(true);
  });

  test('leave one type for another', () => {
    const { gpus } = diffOf([ALPHA], [decode({ resources: { limits: { gpu: '8', gpuType: 'amd.com/gpu' } } })]);
    expect(gpus.map(({ resource, before, after }) => [resource, before.min, after.min])).toEqual([
      ['amd.com/gpu', 0, 96],
      ['nvidia.com/gpu', 96, 0],
    ]);
  });

  test('that become unknown may be more, and those of a removed graph are free', () => {
    const [unknown] = diffOf([ALPHA], [decode({ replicas: undefined, scalingAdapter: { enabled: true } })]).gpus;
    expect(unknown?.after).toEqual({ min: 0, max: 0, unknown: ['prod/chat/decode'] });
    expect(unknown !== undefined && needsMore(unknown)).toBe(true);
    const removed = diffOf([ALPHA], []).gpus;
    expect(removed.map(({ after }) => after.max)).toEqual([0, 0]);
    expect(removed.some(needsMore)).toBe(false);
  });
});

test('an autoscaler has a say in the GPUs of the service that it drives', () => {
  const autoscaler = (maxReplicas: number): JsonObject => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'decode', namespace: 'llm' },
    spec: {
      maxReplicas,
      scaleTargetRef: {
        apiVersion: 'nvidia.com/v1alpha1',
        kind: 'DynamoGraphDeploymentScalingAdapter',
        name: 'chat-decode',
      },
    },
  });
  const scaled = decode({ replicas: undefined, scalingAdapter: { enabled: true } });
  expect(diffOf([scaled, autoscaler(2)], [scaled, autoscaler(4)]).objects).toMatchObject([
    {
      kind: 'HorizontalPodAutoscaler',
      gpus: { before: { min: 32, max: 64 }, after: { min: 32, max: 128 } },
    },
  ]);
});

describe('admission', () => {
  test('refuses what it refuses of an update, and what it refuses of a new object', () => {
    const { Frontend: _, ...services } = objectAt(ALPHA, 'spec', 'services') ?? {};
    expect(refusals([ALPHA], [withSpec({ services })])).toEqual(['services-immutable spec.services']);
    expect(refusals([ALPHA], [withSpec({ backendFramework: 'trtllm' })])).toContain(
      'backend-immutable spec.backendFramework',
    );
    const latest = JSON.parse(JSON.stringify(ALPHA).replaceAll(':1.4.0', ':latest')) as JsonObject;
    expect(refusals([], [latest]).length).toBeGreaterThan(0);
    expect(refusals([], [latest], '1.3.0')).toEqual([]);
    expect(refusals([], [ALPHA])).toEqual([]);
    expect(refusals([ALPHA], [decode({ replicas: 4 })])).toEqual([]);
  });

  test('does not judge what a template has yet to fill in', () => {
    expect(refusals([ALPHA], [decode({ replicas: `\${COUNT}` })])).toEqual([]);
  });
});

describe('what is removed', () => {
  test('is told with what dies with it', () => {
    const claim = (annotations: JsonObject): JsonObject => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'models', namespace: 'llm', annotations },
      spec: {},
    });
    const losses = (object: JsonObject) =>
      diffOf([object], []).objects.flatMap((one) => (one.change === 'removed' ? one.losses : []));
    expect(losses(ALPHA)).toEqual(['the graph stops serving', expect.stringContaining('"models"')]);
    expect(losses(BETA)).toEqual(['the graph stops serving']);
    expect(losses(claim({}))).toEqual([expect.stringMatching(/is deleted/)]);
    expect(losses(claim({ 'argocd.argoproj.io/sync-options': 'Prune=false' }))).toEqual([
      expect.stringMatching(/stay/),
    ]);
  });
});

describe('secrets', () => {
  const TOKEN = 'hf_abcdefghijklmnop';
  const shown = (before: JsonObject, after: JsonObject) => JSON.stringify(diffOf([before], [after]));

  test.each<[string, (secret: string) => JsonObject]>([
    [
      'data of a Secret',
      (value) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { any: value } }),
    ],
    ['a variable that is called so', (value) => decode({ envs: [{ name: 'NGC_API_KEY', value }] })],
    [
      'a new variable that is called so',
      (value) => decode({ envs: [{ name: `${value === 'a-secret' ? 'MY' : 'YOUR'}_PASSWORD`, value }] }),
    ],
    ['what follows a flag', (value) => decode(main({ args: ['--api-key', value] }))],
    ['what a flag is set to', (value) => decode(main({ args: [`--hf-token=${value}`] }))],
    ['what a script assigns', (value) => decode(main({ args: [`export HF_TOKEN=${value} && run`] }))],
    ['a password in an address', (value) => decode({ envs: [{ name: 'PROXY', value: `http://me:${value}@proxy` }] })],
    ['JSON in text', (value) => decode({ envs: [{ name: 'SETTINGS', value: `{"apiKey": "${value}"}` }] })],
  ])('%s is not shown, and that it changed is', (_what, objectWith) => {
    const text = shown(objectWith('a-secret'), objectWith('b-secret'));
    expect(text).not.toMatch(/[ab]-secret/);
    expect(diffOf([objectWith('a-secret')], [objectWith('b-secret')]).objects).toHaveLength(1);
  });

  test('tokens are known by their form, wherever they stand', () => {
    expect(shown(ALPHA, decode({ envs: [{ name: 'X', value: TOKEN }] }))).not.toContain(TOKEN);
    expect(shown(ALPHA, annotated(ALPHA, { note: `use ${TOKEN}` }))).not.toContain(TOKEN);
  });

  test('a refusal does not quote one', () => {
    expect(shown(ALPHA, decode({ envs: [{ name: 'PIN_PASSWORD', value: 987654 }] }))).not.toContain('987654');
  });

  test('what only sounds like one is shown', () => {
    const text = shown(ALPHA, decode({ envs: [{ name: 'MAX_TOKENS', value: '77' }], envFromSecret: 'other-secret' }));
    expect(text).toContain('77');
    expect(text).toContain('other-secret');
  });
});

test('keys that every object has are keys like others', () => {
  const text = (value: string) =>
    JSON.stringify(ALPHA).replace('"labels":{"team":"a"}', `"labels":{"__proto__":"${value}","constructor":"x"}`);
  const file = (value: string) => readManifest('a.yaml', new TextEncoder().encode(text(value))).manifest;
  const [before, after] = [file('a'), file('b')];
  if (before === undefined || after === undefined) throw new Error('not read');
  const { objects } = diffManifests([before], [after], OPTIONS);
  expect(objects).toMatchObject([{ fields: [{ path: 'metadata.labels[__proto__]', before: 'a', after: 'b' }] }]);
});
