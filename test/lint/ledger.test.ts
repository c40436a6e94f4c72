import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../api/index.ts';
import { gpuFormula, gpuLedger, type Ledger, sumText } from '../../lint/ledger/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import { readManifest } from '../../manifests/index.ts';
import { fileOf } from './diff-fixture.ts';

type Options = Parameters<typeof gpuLedger>[2];

function ledger(files: readonly ManifestFile[], options: Partial<Options> = {}): Ledger {
  return gpuLedger(files, [], { operator: '1.4.0', roots: ['dist'], deployments: [], budgets: [], ...options });
}

function graph(
  services: JsonObject,
  more: { readonly name?: string; readonly annotations?: JsonObject } = {},
): JsonObject {
  const { name = 'chat', annotations = {} } = more;
  return {
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: { name, namespace: 'llm', annotations },
    spec: { services },
  };
}

const DECODE = {
  componentType: 'worker',
  replicas: 3,
  resources: { limits: { gpu: '8' } },
  multinode: { nodeCount: 4 },
};
const SCALED = { ...DECODE, replicas: undefined, scalingAdapter: { enabled: true } };

function autoscaler(spec: JsonObject): JsonObject {
  const scaleTargetRef = {
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeploymentScalingAdapter',
    name: 'chat-decode',
  };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'chat-decode', namespace: 'llm' },
    spec: { scaleTargetRef, ...spec },
  };
}

describe('the ledger of GPUs', () => {
  test('multiplies replicas, nodes and GPUs of a pod, and leaves out services without GPUs', () => {
    const found = ledger([fileOf([graph({ Frontend: { componentType: 'frontend', replicas: 2 }, decode: DECODE })])]);
    expect(found.graphs).toEqual([
      {
        environment: 'prod',
        namespace: 'llm',
        graph: 'chat',
        resource: 'nvidia.com/gpu',
        product: undefined,
        min: 96,
        max: 96,
        unknown: [],
      },
    ]);
    expect(found.services.map(gpuFormula)).toEqual(['2 replicas × 0 GPUs', '3 replicas × 4 nodes × 8 GPUs']);
    expect(found.total).toEqual({ min: 96, max: 96, unknown: [] });
  });

  test('counts the floor and the ceiling of an autoscaler, and what a committed adapter says', () => {
    const scaled = ledger([fileOf([graph({ decode: SCALED }), autoscaler({ minReplicas: 2, maxReplicas: 5 })])]);
    expect(scaled.total).toEqual({ min: 64, max: 160, unknown: [] });
    expect(scaled.services[0]).toMatchObject({ scaledBy: 'hpa "chat-decode"' });
    const adapter: JsonObject = {
      apiVersion: 'nvidia.com/v1alpha1',
      kind: 'DynamoGraphDeploymentScalingAdapter',
      metadata: { name: 'chat-decode', namespace: 'llm' },
      spec: { replicas: 7, dgdRef: { name: 'chat', serviceName: 'decode' } },
    };
    expect(ledger([fileOf([graph({ decode: SCALED }), adapter])]).total).toEqual({ min: 224, max: 224, unknown: [] });
  });

  test.each<[string, JsonObject, RegExp]>([
    [
      'a count that is driven from elsewhere',
      { decode: SCALED },
      /neither an autoscaler nor a scaling adapter manifest/,
    ],
    ['replicas that are no number', { decode: { ...DECODE, replicas: 'many' } }, /replicas is "many"/],
    ['devices from claims', { decode: { ...DECODE, resources: { claims: [{ name: 'gpus' }] } } }, /resource claims/],
    [
      'parts of GPUs',
      { decode: { resources: { limits: { gpu: '1', gpuType: 'nvidia.com/mig-1g.5gb' } } } },
      /parts of GPUs/,
    ],
    ['a number of nodes that is none', { decode: { ...DECODE, multinode: { nodeCount: 'all' } } }, /nodeCount/],
  ])('%s: unknown with the reason, and never zero', (_what, services, reason) => {
    const other = { worker: { componentType: 'worker', replicas: 2, resources: { limits: { gpu: '1' } } } };
    const found = ledger([fileOf([graph({ ...services, ...other })])]);
    expect(sumText(found.total)).toBe('at least 2, and 1 unknown');
    expect(found.total.unknown).toEqual(['prod/chat/decode']);
    const gpus = found.services.find(({ service }) => service === 'decode')?.gpus;
    expect(gpus).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(reason) });
  });

  test('counts what cannot be read, and what makes graphs of its own, among the unknown', () => {
    const request: JsonObject = {
      apiVersion: 'nvidia.com/v1beta1',
      kind: 'DynamoGraphDeploymentRequest',
      metadata: { name: 'sized', namespace: 'llm' },
      spec: { model: 'm' },
    };
    const broken = fileOf(
      [graph({ decode: DECODE }, { annotations: { 'dynamo-gitops/policy': '{' } })],
      'dist/prod/b/a.yaml',
    );
    const { manifest, problems } = readManifest('dist/prod/c/a.yaml', new TextEncoder().encode('kind: [broken'));
    const files = [fileOf([graph({ decode: DECODE }), request]), broken, ...(manifest === undefined ? [] : [manifest])];
    const found = gpuLedger(files, problems, { operator: '1.4.0', roots: ['dist'], deployments: [], budgets: [] });
    expect(found.total).toMatchObject({ min: 96, max: 96 });
    expect(found.unknown.map(({ what }) => what)).toEqual([
      'dist/prod/c/a.yaml:1',
      'dist/prod/b/a.yaml:1',
      'DynamoGraphDeploymentRequest sized',
    ]);
    expect(found.total.unknown).toHaveLength(3);
    expect(found.environments.flatMap(({ unknown }) => unknown)).toHaveLength(3);
  });

  test('does not count what a patch of a kustomization may change, and counts all that none does', () => {
    const files = (patch: JsonObject, change: JsonObject) => [
      fileOf([graph({ decode: DECODE, prefill: DECODE })]),
      fileOf(
        [{ kind: 'Kustomization', resources: ['all.yaml'], patches: [patch] }],
        'dist/prod/chat/kustomization.yaml',
      ),
      fileOf([graph({ decode: change })], 'dist/prod/chat/patch.yaml'),
    ];
    const unknown = (patch: JsonObject, change: JsonObject = {}) => ledger(files(patch, change)).total.unknown;
    expect(unknown({ path: 'patch.yaml' }, { replicas: 9 })).toEqual(['prod/chat/decode']);
    expect(unknown({ path: 'patch.yaml' }, { labels: { a: 'b' } })).toEqual([]);
    const target = { kind: 'DynamoGraphDeployment', name: 'chat' };
    const inPlace = { target, patch: '[{"op": "replace", "path": "/spec/services/decode/replicas", "value": 9}]' };
    // The third file is a graph of its own then.
    expect(unknown(inPlace).filter((label) => label.startsWith('prod/chat'))).toContain('prod/chat/prefill');
  });

  test('tells types apart: other vendors, and the model that a node selector asks for', () => {
    const services = {
      a: { replicas: 1, resources: { limits: { gpu: '1', gpuType: 'amd.com/gpu' } } },
      b: {
        replicas: 1,
        resources: { limits: { gpu: '2' } },
        extraPodSpec: { nodeSelector: { 'nvidia.com/gpu.product': 'H200' } },
      },
      c: { replicas: 1, resources: { limits: { gpu: '4' } } },
    };
    const found = ledger([fileOf([graph(services)])]);
    expect(found.graphs.map(({ resource, product, min }) => [resource, product, min])).toEqual([
      ['amd.com/gpu', undefined, 1],
      ['nvidia.com/gpu', undefined, 4],
      ['nvidia.com/gpu', 'H200', 2],
    ]);
  });

  test('takes the environment from what the author declared, else from the folder, else from the config', () => {
    const policy = JSON.stringify({ schemaVersion: 1, app: 'chat', environment: 'canary', services: {} });
    const declared = fileOf([graph({ decode: DECODE }, { annotations: { 'dynamo-gitops/policy': policy } })]);
    const elsewhere = fileOf([graph({ decode: DECODE })], 'clusters/a.yaml');
    const environments = (file: ManifestFile, options: Partial<Options> = {}) =>
      ledger([file], options).services.map(({ environment }) => environment);
    expect(environments(declared)).toEqual(['canary']);
    expect(environments(fileOf([graph({ decode: DECODE })]))).toEqual(['prod']);
    expect(environments(elsewhere)).toEqual([undefined]);
    expect(environments(elsewhere, { deployments: [{ name: 'chat', environment: 'dev' }] })).toEqual(['dev']);
    expect(environments(elsewhere, { deployments: [{ name: 'chat', environment: 'dev', namespace: 'x' }] })).toEqual([
      undefined,
    ]);
  });

  test.each<[string, JsonObject, number, string]>([
    ['room', { decode: DECODE }, 96, 'within'],
    ['too little room', { decode: DECODE }, 95, 'over'],
    ['a ceiling above it', { decode: SCALED }, 100, 'may-exceed'],
    ['an unknown beside it', { decode: DECODE, other: { resources: { claims: [{ name: 'x' }] } } }, 500, 'unknown'],
    [
      'too little room, whatever the unknown',
      { decode: DECODE, other: { resources: { claims: [{ name: 'x' }] } } },
      9,
      'over',
    ],
  ])('sets budgets and quotas beside what is asked for: %s', (_what, services, gpus, state) => {
    const quota: JsonObject = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'gpus', namespace: 'llm' },
      spec: { hard: { 'requests.nvidia.com/gpu': String(gpus) } },
    };
    const files = [fileOf([graph(services), autoscaler({ minReplicas: 2, maxReplicas: 5 }), quota])];
    const { limits } = ledger(files, { budgets: [{ name: 'all', gpus, environment: 'prod' }] });
    expect(limits.map(({ kind, name, state: found }) => [kind, name, found])).toEqual([
      ['budget', 'all', state],
      ['quota', 'prod/llm/gpus', state],
    ]);
  });

  test('sums up to the same by service, by graph and by environment, whatever the fleet', () => {
    const service = fc.record({
      replicas: fc.oneof(fc.nat(20), fc.constant('many')),
      resources: fc.oneof(
        fc.record({ limits: fc.record({ gpu: fc.nat(8).map(String) }) }),
        fc.constant({ claims: [{ name: 'x' }] }),
      ),
    });
    const graphs = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        services: fc.dictionary(fc.constantFrom('x', 'y', 'z'), service, { minKeys: 1 }),
      }),
      { selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(graphs, (fleet) => {
        const files = fleet.map(({ name, services }, index) =>
          fileOf([graph(services, { name })], `dist/${index % 2 === 0 ? 'prod' : 'dev'}/${name}/a.yaml`),
        );
        const found = ledger(files);
        const sums = (
          parts: readonly { readonly min: number; readonly max: number; readonly unknown: readonly string[] }[],
        ) => [
          parts.reduce((sum, { min }) => sum + min, 0),
          parts.reduce((sum, { max }) => sum + max, 0),
          parts.flatMap(({ unknown }) => unknown).sort(),
        ];
        const whole = sums([found.total]);
        expect(sums(found.graphs)).toEqual(whole);
        expect(sums(found.environments)).toEqual(whole);
        const known = found.services.map(({ gpus }) => (gpus.kind === 'known' ? gpus.min : 0));
        expect(known.reduce((sum, count) => sum + count, 0)).toBe(whole[0]);
      }),
      { numRuns: 50 },
    );
  });
});
