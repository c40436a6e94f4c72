import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isObject, type JsonObject } from '../../../api/json.ts';
import { importApp } from '../../../constructs/import/index.ts';
import { removeTemporaryFolders } from '../temporary-app.ts';
import { generatedBeside, SCALED_GRAPH } from './beside-json.ts';
import { generatedGraph } from './graph-json.ts';
import {
  byIdentity,
  documentsOf,
  FIXTURE_NAMES,
  fixtureText,
  imported,
  project,
  request,
  synthesised,
  typeErrors,
  withoutPolicy,
} from './project.ts';

afterAll(removeTemporaryFolders);

/** More of them are asked for with PROPERTY_RUNS. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 40);

/** Graphs of the operator's own tables, where this checkout has them beside it. */
function admissionObjects(): readonly JsonObject[] {
  return ['seed', 'head'].flatMap((era) => {
    const file = new URL(`../../../../shared/data/admission/${era}.jsonl`, import.meta.url);
    if (!existsSync(file)) return [];
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return rows
      .map((line) => (JSON.parse(line) as { readonly object: JsonObject }).object)
      .filter(({ kind }) => kind === 'DynamoGraphDeployment')
      .map(({ status: _, metadata, ...rest }) => {
        const { generation: __, deletionTimestamp: ___, ...own } = isObject(metadata) ? metadata : {};
        return { ...rest, metadata: own };
      });
  });
}

/** Manifests with what only a cluster writes; import leaves that out, and says so. */
const LIVE = 'live-object.v1beta1.yaml';

function appName(fixture: string): string {
  return fixture.replace(/\.yaml$/, '').replaceAll('.', '-');
}

describe('a manifest shaped like Dynamo’s examples', () => {
  const root = project();
  const apps = new Map(FIXTURE_NAMES.map((name) => [name, imported(fixtureText(name), { app: appName(name) })]));

  test.each(FIXTURE_NAMES.filter((name) => name !== LIVE))('%s comes back exactly as it was', async (name) => {
    const app = apps.get(name);
    if (app === undefined) throw new Error('not imported');
    const objects = (await synthesised(root, app)).map(withoutPolicy);
    const sources = documentsOf(fixtureText(name)).map(({ value }) => value);
    expect(byIdentity(objects)).toEqual(byIdentity(sources));
    expect(objects).toHaveLength(sources.length);
  });

  // Whatever stands in podTemplate or a patch is not typed.
  test('says 99 % of its values through typed properties, and no graph less than 95 %', () => {
    const share = (leaves: readonly { readonly total: number; readonly typed: number }[]): number =>
      leaves.reduce((sum, { typed }) => sum + typed, 0) / leaves.reduce((sum, { total }) => sum + total, 0);
    const graphs = [...apps].flatMap(([name, app]) => (name === LIVE ? [] : app.graphs));
    expect(graphs.filter(({ leaves }) => share([leaves]) < 0.95)).toEqual([]);
    expect(share([...apps.values()].flatMap((app) => app.graphs).map(({ leaves }) => leaves))).toBeGreaterThan(0.99);
  });

  test('gives apps that the compiler accepts', () => {
    expect(typeErrors(root)).toBe('');
  });

  test.each([
    [
      'autoscaled.v1alpha1.yaml',
      [
        'HorizontalPodAutoscaler chat-decode: Hpa',
        'PersistentVolumeClaim weights: ModelCache',
        'PersistentVolumeClaim scratch: ApiObject',
        'ScaledObject chat-prefill-by-queue: Keda',
        'HorizontalPodAutoscaler chat-prefill-too: ApiObject',
        'HorizontalPodAutoscaler chat-frontend: ApiObject',
      ],
    ],
    [
      'scaling-adapters.v1beta1.yaml',
      [
        'DynamoGraphDeploymentScalingAdapter code-worker-a: ScalingAdapter',
        'DynamoGraphDeploymentScalingAdapter code-workera: ScalingAdapter',
        'DynamoGraphDeploymentScalingAdapter chat-worker: ApiObject',
      ],
    ],
  ])('%s says what stands beside graphs by constructs that render just that', (name, expected) => {
    const objects = apps.get(name)?.objects ?? [];
    expect(objects.map((one) => `${one.kind} ${one.name}: ${one.construct}`)).toEqual(expected);
  });

  test('leaves the numbers of scalers to the pins of their graph', () => {
    const pins = (name: string, graph: string) => {
      const app = apps.get(name);
      return documentsOf(app?.files.get(`apps/${app.app}/pins/prod/${graph}.yaml`) ?? '')[0]?.value.services;
    };
    expect(pins('autoscaled.v1alpha1.yaml', 'chat')).toEqual({
      decode: { minReplicas: 2, maxReplicas: 6 },
      prefill: { minReplicas: 1, maxReplicas: 4 },
    });
    expect(pins('scaling-adapters.v1beta1.yaml', 'code')).toEqual({
      'worker-a': { replicas: 3 },
      workerA: { replicas: 2 },
    });
  });
});

test('two graphs of one name are refused, whatever their namespaces', () => {
  const graph = (namespace: string): string =>
    `{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: chat, namespace: ${namespace}}, spec: {}}`;
  expect(importApp(request(`${graph('one')}\n---\n${graph('two')}\n`))).toMatchObject({
    ok: false,
    error: [
      {
        file: 'test.yaml',
        line: 3,
        message: 'is another graph "chat" beside the one in line 1; an environment of an app has one graph of a name',
      },
    ],
  });
});

test('a graph and a claim may be called as the charts of other namespaces are in the code', async () => {
  const text = ['elsewhere', 'unplaced']
    .map(
      (name) =>
        `{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: ${name}, namespace: llm}, spec: {}}`,
    )
    .concat('{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}')
    .concat('{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: other}}')
    .join('\n---\n');
  const objects = await synthesised(project(), imported(text));
  expect(objects.map(({ kind }) => kind)).toHaveLength(4);
});

describe('any graph', () => {
  const root = project();
  let number = 0;

  async function roundTrip(object: JsonObject): Promise<void> {
    number += 1;
    const result = importApp({ ...request(''), documents: [{ value: object, line: 1 }], app: `generated-${number}` });
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const objects = (await synthesised(root, result.value)).map(withoutPolicy);
    expect(objects).toEqual([withoutPolicy(object)]);
  }

  test('comes back as it was, whatever its fields hold, and never stops import', async () => {
    await fc.assert(fc.asyncProperty(generatedGraph, roundTrip), { numRuns: RUNS });
  }, 120_000);

  test('comes back with whatever scales it and stands beside it', async () => {
    const said = new Set<string>();
    await fc.assert(
      fc.asyncProperty(generatedBeside, async (beside) => {
        number += 1;
        const documents = [...beside, SCALED_GRAPH].map((value, index) => ({ value, line: index + 1 }));
        const result = importApp({ ...request(''), documents, app: `beside-${number}` });
        if (!result.ok) throw new Error(JSON.stringify(result.error));
        for (const { construct } of result.value.objects) said.add(construct);
        const objects = (await synthesised(root, result.value)).map(withoutPolicy);
        expect(byIdentity(objects)).toEqual(byIdentity([...beside, SCALED_GRAPH]));
      }),
      { numRuns: 2 * RUNS },
    );
    expect([...said].sort()).toEqual(expect.arrayContaining(['ApiObject', 'Hpa', 'ScalingAdapter']));
  }, 120_000);

  const cases = admissionObjects();
  (cases.length === 0 ? test.skip : test)(
    'of the operator’s admission cases comes back as it was',
    async () => {
      for (const object of cases) await roundTrip(object);
    },
    120_000,
  );

  test('is an app that the compiler accepts', () => {
    expect(typeErrors(root)).toBe('');
  }, 120_000);
});
