import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { formatPath, type JsonObject, objectAt, stringAt } from '../../api/index.ts';
import {
  type ManifestFile,
  type ResolvedFleet,
  readManifest,
  resolveFleet,
  resolveNumber,
  spliceIntegers,
} from '../../manifests/index.ts';

interface Repository {
  readonly [file: string]: string;
}

function sourcesOf(repository: Repository): ReadonlyMap<string, ManifestFile> {
  return new Map(
    Object.entries(repository).map(([file, text]) => {
      const { manifest } = readManifest(file, new TextEncoder().encode(text));
      if (manifest === undefined) throw new Error(file);
      return [file, manifest];
    }),
  );
}

function fleetIn(repository: Repository): ResolvedFleet {
  return resolveFleet(sourcesOf(repository), '1.4.0');
}

/** `llm-prod/chat decode: overlays/prod/patch.yaml:8 spec.services.decode.replicas = 4`, or the reason. */
function numbersOf(repository: Repository): readonly string[] {
  const fleet = fleetIn(repository);
  return [
    ...fleet.problems.map(({ message }) => `problem: ${message}`),
    ...fleet.graphs.flatMap((graph) =>
      graph.view.services.map(({ name }) => {
        const number = resolveNumber(fleet, graph, name);
        const head = `${graph.view.namespace ?? '?'}/${graph.view.name} ${name}:`;
        if (number?.kind !== 'written') return `${head} ${number?.reason ?? 'nobody'}`;
        const { place, located, means } = number;
        return `${head} ${place.file}:${located.line} ${formatPath(place.path)} = ${located.value} (${means})`;
      }),
    ),
  ];
}

const BASE = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
  services:
    prefill:
      componentType: worker
      subComponentType: prefill
      replicas: 2
    decode:
      componentType: worker
      subComponentType: decode
      replicas: 4 # sized in March
      resources: {limits: {gpu: "4"}}
`;

const BETA = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
  components:
    - name: prefill
      type: prefill
      replicas: 2
    - name: decode
      type: decode
      replicas: 4
`;

const kustomization = (text: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;
const BASE_FOLDER = { 'base/dgd.yaml': BASE, 'base/kustomization.yaml': kustomization('resources: [dgd.yaml]\n') };
const BETA_FOLDER = { 'base/dgd.yaml': BETA, 'base/kustomization.yaml': kustomization('resources: [dgd.yaml]\n') };
const overlay = (text: string, namespace = 'llm-prod'): string =>
  kustomization(`namespace: ${namespace}\nresources: [../../base]\n${text}`);
const mergePatch = (replicas: string): string => `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    decode:
      replicas: ${replicas}
`;

describe('a graph that reaches the cluster as it is written', () => {
  test('has its number in its own document, also where a plain kustomization lists it', () => {
    expect(
      numbersOf({ 'prod/dgd.yaml': BASE, 'prod/kustomization.yaml': kustomization('resources: [dgd.yaml]\n') }),
    ).toEqual([
      '?/chat prefill: prod/dgd.yaml:10 spec.services.prefill.replicas = 2 (manifest)',
      '?/chat decode: prod/dgd.yaml:14 spec.services.decode.replicas = 4 (manifest)',
    ]);
  });
});

describe('kustomize', () => {
  test('leaves a number in the base where the only overlay does not write over it', () => {
    expect(
      numbersOf({
        ...BASE_FOLDER,
        'overlays/prod/kustomization.yaml': overlay('patches: [{path: patch.yaml}]\n'),
        'overlays/prod/patch.yaml': mergePatch('6'),
      }),
    ).toEqual([
      'llm-prod/chat prefill: base/dgd.yaml:10 spec.services.prefill.replicas = 2 (manifest)',
      'llm-prod/chat decode: overlays/prod/patch.yaml:7 spec.services.decode.replicas = 6 (strategic merge patch)',
    ]);
  });

  test('two overlays of one base: a number that both take from it is nobody’s to edit, one of its own is', () => {
    expect(
      numbersOf({
        ...BASE_FOLDER,
        'overlays/prod/kustomization.yaml': overlay('patchesStrategicMerge: [patch.yaml]\n'),
        'overlays/prod/patch.yaml': mergePatch('6'),
        'overlays/staging/kustomization.yaml': overlay('', 'llm-staging'),
      }),
    ).toEqual([
      'llm-prod/chat prefill: base/dgd.yaml: spec.services.prefill.replicas is shared by llm-prod/chat spec.services.prefill.replicas (overlays/prod) and llm-staging/chat spec.services.prefill.replicas (overlays/staging); an edit would change them all, so write a number of its own',
      'llm-prod/chat decode: overlays/prod/patch.yaml:7 spec.services.decode.replicas = 6 (strategic merge patch)',
      'llm-staging/chat prefill: base/dgd.yaml: spec.services.prefill.replicas is shared by llm-prod/chat spec.services.prefill.replicas (overlays/prod) and llm-staging/chat spec.services.prefill.replicas (overlays/staging); an edit would change them all, so write a number of its own',
      'llm-staging/chat decode: base/dgd.yaml:14 spec.services.decode.replicas = 4 (manifest)',
    ]);
  });

  test('an inline patch is edited inside its block of text, and not inside any other text', () => {
    const block = `patches:
  - patch: |-
      apiVersion: nvidia.com/v1alpha1
      kind: DynamoGraphDeployment
      metadata:
        name: chat
      spec:
        services:
          decode:
            replicas: 6
`;
    const file = 'overlays/prod/kustomization.yaml';
    expect(numbersOf({ ...BASE_FOLDER, [file]: overlay(block) })[1]).toBe(
      `llm-prod/chat decode: ${file}:14 patches.0.patch.spec.services.decode.replicas = 6 (strategic merge patch)`,
    );
    const spliced = spliceIntegers(file, Buffer.from(overlay(block)), [
      { document: 0, path: ['patches', '0', 'patch', 'spec', 'services', 'decode', 'replicas'], from: 6, to: 12 },
    ]);
    expect(spliced.ok && Buffer.from(spliced.value.bytes).toString()).toBe(
      overlay(block).replace('replicas: 6', 'replicas: 12'),
    );
    expect(
      numbersOf({ ...BASE_FOLDER, [file]: overlay(block.replace('|-', '>-').replaceAll('\n      ', '\n\n      ')) })[1],
    ).toContain('is YAML inside a text that is no literal block');
    const quoted = `patches:\n  - patch: ${JSON.stringify(mergePatch('6'))}\n`;
    expect(numbersOf({ ...BASE_FOLDER, [file]: overlay(quoted) })[1]).toContain('no literal block');
  });

  test('a JSON patch of a list counts where it tests whose number it is', () => {
    const patch = (guard: string): string => `patches:
  - target: {kind: DynamoGraphDeployment, name: chat}
    patch: |
${guard}      - {op: replace, path: /spec/components/1/replicas, value: 6}
`;
    const file = 'overlays/prod/kustomization.yaml';
    const guard = '      - {op: test, path: /spec/components/1/name, value: decode}\n';
    expect(numbersOf({ ...BETA_FOLDER, [file]: overlay(patch(guard)) })[1]).toBe(
      `llm-prod/chat decode: ${file}:9 patches.0.patch.1.value = 6 (JSON patch)`,
    );
    expect(numbersOf({ ...BETA_FOLDER, [file]: overlay(patch('')) })[1]).toBe(
      `llm-prod/chat decode: ${file}: patches.0.patch.0.value: the JSON patch reaches it by its position in a list, and does not test whose it is; put - {op: test, path: /spec/components/1/name, value: decode} before it`,
    );
    const wrong = guard.replace('decode', 'prefill');
    expect(numbersOf({ ...BETA_FOLDER, [file]: overlay(patch(wrong)) })[1]).toContain(
      'a JSON patch tests that /spec/components/1/name is "prefill", and it is "decode"',
    );
  });

  test('a JSON patch in a file of its own names a service of v1alpha1 by its key', () => {
    expect(
      numbersOf({
        ...BASE_FOLDER,
        'overlays/prod/kustomization.yaml': overlay('patches: [{path: p.yaml, target: {kind: DynamoGraph.*}}]\n'),
        'overlays/prod/p.yaml': '- op: replace\n  path: /spec/services/decode/replicas\n  value: 8\n',
      })[1],
    ).toBe('llm-prod/chat decode: overlays/prod/p.yaml:3 0.value = 8 (JSON patch)');
  });

  test('a merge patch of v1beta1 replaces the list of components, and so leaves one', () => {
    const patch = BETA.replace(/ {4}- name: prefill\n.*\n.*\n/, '');
    const repository = {
      ...BETA_FOLDER,
      'overlays/prod/kustomization.yaml': overlay('patches: [{path: p.yaml}]\n'),
      'overlays/prod/p.yaml': patch,
    };
    expect(numbersOf(repository)).toEqual([
      'llm-prod/chat decode: overlays/prod/p.yaml:9 spec.components[name=decode].replicas = 4 (strategic merge patch)',
    ]);
    const withSchema = overlay('patches: [{path: p.yaml}]\nopenapi: {path: dynamo.json}\n');
    expect(numbersOf({ ...repository, 'overlays/prod/kustomization.yaml': withSchema })[0]).toContain(
      'brings a schema of its own (openapi), which may merge the lists of p.yaml',
    );
  });

  test('the replicas field reaches a graph only where a configuration says how', () => {
    const repository = {
      ...BASE_FOLDER,
      'overlays/prod/kustomization.yaml': overlay(
        'replicas: [{name: chat, count: 7}]\nconfigurations: [fields.yaml]\n',
      ),
    };
    const field = (service: string): string =>
      `  - {path: spec/services/${service}/replicas, kind: DynamoGraphDeployment}\n`;
    expect(numbersOf({ ...repository, 'overlays/prod/fields.yaml': `replicas:\n${field('decode')}` })[1]).toBe(
      'llm-prod/chat decode: overlays/prod/kustomization.yaml:5 replicas[name=chat].count = 7 (kustomize replicas)',
    );
    expect(
      numbersOf({ ...repository, 'overlays/prod/fields.yaml': `replicas:\n${field('decode')}${field('prefill')}` })[1],
    ).toContain(
      'is shared by llm-prod/chat spec.services.prefill.replicas (overlays/prod) and llm-prod/chat spec.services.decode.replicas',
    );
    expect(numbersOf({ ...repository, 'overlays/prod/fields.yaml': 'replicas: []\n' })[1]).toContain(
      'kustomize would stop at the replicas of "chat" in overlays/prod/kustomization.yaml: no configuration says where a DynamoGraphDeployment has them',
    );
  });

  test('autoscalers of adapter-owned services are found and patched like graphs', () => {
    const hpa = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: decode}
spec:
  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode}
  minReplicas: 2
  maxReplicas: 12
`;
    const patch = hpa.replace(/ {2}scaleTargetRef.*\n/, '').replace('minReplicas: 2', 'minReplicas: 3');
    expect(
      numbersOf({
        'base/dgd.yaml': BASE.replace('replicas: 4 #', 'scalingAdapter: {enabled: true}\n      replicas: 4 #'),
        'base/hpa.yaml': hpa,
        'base/kustomization.yaml': kustomization('resources: [dgd.yaml, hpa.yaml]\n'),
        'overlays/prod/kustomization.yaml': overlay('patches: [{path: patch.yaml}]\n'),
        'overlays/prod/patch.yaml': patch,
      })[1],
    ).toBe('llm-prod/chat decode: overlays/prod/patch.yaml:5 spec.minReplicas = 3 (strategic merge patch)');
  });

  test('components patch what they are applied to', () => {
    expect(
      numbersOf({
        ...BASE_FOLDER,
        'parts/fast/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: p.yaml}]\n',
        'parts/fast/p.yaml': mergePatch('9'),
        'overlays/prod/kustomization.yaml': overlay('components: [../../parts/fast]\n'),
      })[1],
    ).toBe('llm-prod/chat decode: parts/fast/p.yaml:7 spec.services.decode.replicas = 9 (strategic merge patch)');
  });

  test.each([
    ['helmCharts: [{name: x}]', 'inflates Helm charts (helmCharts)'],
    ['transformers: [t.yaml]', 'runs transformers of its own (transformers)'],
    ['generators: [t.yaml]', 'runs generators of its own (generators)'],
    [
      'replacements: [{source: {kind: A}, targets: [{select: {kind: DynamoGraphDeployment}}]}]',
      'has replacements that may write over the number',
    ],
    ['replacements: [{path: r.yaml}]', 'has replacements that may write over the number'],
    ['surprise: 1', 'has the field "surprise", which is unknown here'],
    ['components: ["https://github.com/a/b//c?ref=v1"]', 'which is remote, so what it brings is unknown'],
    ['patches: [{path: gone.yaml}]', 'names the patch gone.yaml, which cannot be read'],
    ['patches: [{path: dgd2.yaml}]', 'and no object of that name stand there'],
    [
      'patches: [{target: {name: "(?i)chat"}, patch: "[{op: remove, path: /spec}]"}]',
      'patterns that only kustomize can tell',
    ],
  ])('holds every number of a kustomization with %s', (text, reason) => {
    const repository = {
      ...BASE_FOLDER,
      'overlays/prod/dgd2.yaml': mergePatch('3').replace('chat', 'other'),
      'overlays/prod/kustomization.yaml': overlay(`${text}\n`),
    };
    for (const line of numbersOf(repository).filter((one) => one.startsWith('llm-prod/chat')))
      expect(line).toContain(reason);
  });

  test('a remote base beside the graph changes none of its numbers, and is told', () => {
    const repository = {
      ...BASE_FOLDER,
      'overlays/prod/kustomization.yaml': kustomization(
        'resources: [../../base, "https://github.com/a/b//c?ref=v1"]\n',
      ),
    };
    expect(numbersOf(repository)[1]).toContain('base/dgd.yaml:14');
    expect(fleetIn(repository).notes).toEqual([
      'overlays/prod/kustomization.yaml also builds from "https://github.com/a/b//c?ref=v1", which is remote, so what it brings is unknown',
    ]);
  });

  test('numbers that are proven together are told as when each is proven alone', () => {
    const names = Array.from({ length: 7 }, (_, index) => `chat-${index}`);
    const patchOf = (name: string): string =>
      `apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: ${name}}\nspec: {services: {decode: {replicas: 5}}}\n`;
    const repository = {
      ...Object.fromEntries(names.map((name) => [`base/${name}.yaml`, BASE.replace('name: chat', `name: ${name}`)])),
      'base/kustomization.yaml': `resources: [${names.map((name) => `${name}.yaml`).join(', ')}]\n`,
      ...Object.fromEntries(names.map((name) => [`prod/${name}.yaml`, patchOf(name)])),
      // Whoever edits the number that it tests stops the build.
      'prod/tested.yaml':
        '- {op: test, path: /spec/services/prefill/replicas, value: 2}\n- {op: add, path: /metadata/annotations, value: {a: b}}\n',
      'prod/kustomization.yaml': [
        'resources: [../base]',
        'patches:',
        ...names.map((name) => `  - path: ${name}.yaml`),
        '  - path: tested.yaml',
        '    target: {kind: DynamoGraphDeployment, name: chat-5}',
        '',
      ].join('\n'),
    };
    const together = numbersOf(repository);
    const alone = names.flatMap((name) =>
      ['prefill', 'decode'].map((service) => {
        const fleet = fleetIn(repository);
        const graph = fleet.graphs.find(({ view }) => view.name === name);
        const number = graph === undefined ? undefined : resolveNumber(fleet, graph, service);
        return number?.kind === 'written' ? number.through.length : number?.reason;
      }),
    );
    expect(together.map((line) => line.replace(/^.*: (?=base|prod)/, ''))).toEqual(
      names.flatMap((name) => [
        name === 'chat-5'
          ? 'base/chat-5.yaml: spec.services.prefill.replicas changes what else prod renders'
          : `base/${name}.yaml:10 spec.services.prefill.replicas = 2 (manifest)`,
        `prod/${name}.yaml:4 spec.services.decode.replicas = 5 (strategic merge patch)`,
      ]),
    );
    expect(alone).toEqual(
      names.flatMap((name) => [name === 'chat-5' ? expect.stringContaining('changes what else prod renders') : 17, 17]),
    );
  });

  test('a build of which many numbers are asked takes no time that grows with their square', () => {
    const looksAt = (count: number): number => {
      const names = Array.from({ length: count }, (_, index) => `chat-${index}`);
      const repository = {
        ...Object.fromEntries(names.map((name) => [`prod/${name}.yaml`, BASE.replace('name: chat', `name: ${name}`)])),
        'prod/kustomization.yaml': `resources: [${names.map((name) => `${name}.yaml`).join(', ')}]\nnamePrefix: a-\nreplicas: []\npatches: []\n`,
      };
      let looks = 0;
      const counted = [...sourcesOf(repository)].map(([file, manifest]): [string, ManifestFile] => [
        file,
        {
          ...manifest,
          get documents() {
            looks += 1;
            return manifest.documents;
          },
        },
      ]);
      const fleet = resolveFleet(new Map(counted), '1.4.0');
      for (const graph of fleet.graphs) resolveNumber(fleet, graph, 'decode');
      return looks;
    };
    expect(looksAt(60)).toBeLessThan(2.5 * looksAt(30));
  });

  test('folders that build from each other are told, not followed', () => {
    const lines = numbersOf({
      'a/kustomization.yaml': kustomization('resources: [../b]\n'),
      'b/kustomization.yaml': kustomization('resources: [../a, dgd.yaml]\nnamespace: x\n'),
      'b/dgd.yaml': BASE,
      'c/kustomization.yaml': kustomization('resources: [../a]\n'),
    });
    expect(lines[1]).toContain('builds from itself');
  });
});

describe('Argo CD and Flux', () => {
  const application = (source: string, name = 'chat-prod'): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  destination: {namespace: llm-prod, server: https://kubernetes.default.svc}
  source:
    repoURL: https://git.example.com/infra.git
    path: base
${source}`;

  test('an inline patch of an Application is edited in the Application', () => {
    expect(
      numbersOf({
        ...BASE_FOLDER,
        'apps/chat.yaml': application(`    kustomize:
      patches:
        - target: {kind: DynamoGraphDeployment}
          patch: |-
            - op: replace
              path: /spec/services/decode/replicas
              value: 5
`),
      }),
    ).toEqual([
      'llm-prod/chat prefill: base/dgd.yaml:10 spec.services.prefill.replicas = 2 (manifest)',
      'llm-prod/chat decode: apps/chat.yaml:15 spec.source.kustomize.patches.0.patch.0.value = 5 (JSON patch)',
    ]);
  });

  test('an Application that kustomize renders says what it says only then', () => {
    const patched = application(`    kustomize: {namespace: llm-prod}
`);
    const repository = {
      ...BASE_FOLDER,
      'apps/chat.yaml': patched,
      'apps/kustomization.yaml': kustomization('namespace: argocd\nresources: [chat.yaml]\n'),
    };
    expect(numbersOf(repository)[1]).toContain('base/dgd.yaml:14');
    const overlaid = {
      ...repository,
      'clusters/kustomization.yaml': kustomization('resources: [../apps]\npatches: [{path: p.yaml}]\n'),
    };
    expect(numbersOf(overlaid)[1]).toContain(
      'Application "chat-prod" (apps/chat.yaml) is itself rendered by clusters/kustomization.yaml, which may change what it says',
    );
  });

  test('what an ApplicationSet renders with settings of its own is held', () => {
    const set = (kustomize: string): string => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: fleet}
spec:
  generators: [{git: {directories: [{path: overlays/*}]}}]
  template:
    spec:
      source:
        path: 'overlays/{{path.basename}}'
${kustomize}`;
    const repository = { ...BASE_FOLDER, 'overlays/prod/kustomization.yaml': overlay('') };
    expect(numbersOf({ ...repository, 'apps/set.yaml': set('') })[1]).toContain('base/dgd.yaml:14');
    const patches = '        kustomize: {replicas: [{name: chat, count: 3}]}\n';
    expect(numbersOf({ ...repository, 'apps/set.yaml': set(patches) })[1]).toContain(
      'ApplicationSet "fleet" (apps/set.yaml) renders it with settings that its generators fill in',
    );
    const other = set(patches).replace("'overlays/{{path.basename}}'", 'elsewhere');
    expect(numbersOf({ ...repository, 'apps/set.yaml': other })[1]).toContain('base/dgd.yaml:14');
  });

  test('two Applications that deliver one folder share its numbers', () => {
    const other = application('', 'chat-lab').replace('namespace: llm-prod', 'namespace: llm-lab');
    expect(numbersOf({ ...BASE_FOLDER, 'apps/a.yaml': application(''), 'apps/b.yaml': other })[1]).toContain(
      'is shared by llm-prod/chat spec.services.decode.replicas (base by Application "chat-prod") and llm-lab/chat',
    );
  });

  test('a Kustomization of Flux patches as one of kustomize', () => {
    expect(
      numbersOf({
        'deploy/dgd.yaml': BASE,
        'clusters/prod.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: chat}
spec:
  path: ./deploy
  targetNamespace: llm-prod
  patches:
    - patch: |
        apiVersion: nvidia.com/v1alpha1
        kind: DynamoGraphDeployment
        metadata: {name: chat}
        spec: {services: {decode: {replicas: 3}}}
`,
      })[1],
    ).toBe(
      'llm-prod/chat decode: clusters/prod.yaml:12 spec.patches.0.patch.spec.services.decode.replicas = 3 (strategic merge patch)',
    );
  });
});

/** Runs the real kustomize where it is installed. */
function kustomize(repository: Repository, folder: string): readonly JsonObject[] | string | undefined {
  const root = mkdtempSync(join(tmpdir(), 'resolve-'));
  try {
    for (const [file, text] of Object.entries(repository)) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    for (const command of [
      ['kubectl', 'kustomize'],
      ['kustomize', 'build'],
    ] as const) {
      const { status, stdout, stderr, error } = spawnSync(command[0], [command[1], join(root, folder)], {
        encoding: 'utf8',
      });
      if (error !== undefined) continue;
      if (status !== 0) return stderr;
      return parseAllDocuments(stdout).map((document) => document.toJS());
    }
    return undefined;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Combination {
  readonly repository: Repository;
  readonly root: string;
}

/** A base, up to two layers over it, each with patches of any kind, and names that change on the way. */
const combinations: fc.Arbitrary<Combination> = fc
  .record({
    isBeta: fc.boolean(),
    layers: fc.array(
      fc.record({
        namespace: fc.option(fc.constantFrom('llm-prod', 'llm-lab'), { nil: undefined }),
        prefix: fc.option(fc.constantFrom('eu-', 'us-'), { nil: undefined }),
        patches: fc.array(
          fc.record({
            kind: fc.constantFrom('merge file', 'merge inline', 'json file', 'json inline', 'other field'),
            service: fc.constantFrom('prefill', 'decode'),
            value: fc.integer({ min: 0, max: 900 }),
            isNamedNow: fc.boolean(),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ isBeta, layers }) => {
    const repository: { [file: string]: string } = { ...(isBeta ? BETA_FOLDER : BASE_FOLDER) };
    let name = 'chat';
    let place: string | undefined;
    let below = 'base';
    for (const [depth, { namespace, prefix, patches }] of layers.entries()) {
      const folder = `layer${depth}`;
      const entries = patches.map(({ kind, service, value, isNamedNow }, index) => {
        const file = `p${index}.yaml`;
        const position = service === 'prefill' ? 0 : 1;
        const path = isBeta ? `/spec/components/${position}` : `/spec/services/${service}`;
        const test = isBeta ? `- {op: test, path: ${path}/name, value: ${service}}\n` : '';
        const json = `${test}- op: replace\n  path: ${path}/replicas\n  value: ${value}\n`;
        const head = `apiVersion: nvidia.com/${isBeta ? 'v1beta1' : 'v1alpha1'}\nkind: DynamoGraphDeployment\nmetadata:\n  name: ${isNamedNow ? name : 'chat'}\n${isNamedNow && place !== undefined ? `  namespace: ${place}\n` : ''}`;
        const merge = isBeta
          ? `${head}spec:\n  components:\n    - name: ${service}\n      replicas: ${value}\n`
          : `${head}spec:\n  services:\n    ${service}:\n      replicas: ${value}\n`;
        const other = `${head}  labels: {tier: gold}\nspec:\n  backendFramework: vllm\n`;
        const isJson = kind.startsWith('json') || (isBeta && kind.startsWith('merge'));
        const text = kind === 'other field' ? other : isJson ? json : merge;
        const target = isJson ? '    target: {kind: DynamoGraphDeployment}\n' : '';
        if (kind.endsWith('file')) {
          repository[`${folder}/${file}`] = text;
          return `  - path: ${file}\n${target}`;
        }
        return `  - patch: |\n${text.replace(/^(?=.)/gm, '      ')}${target}`;
      });
      repository[`${folder}/kustomization.yaml`] = kustomization(
        [
          `resources: [../${below}]\n`,
          namespace === undefined ? '' : `namespace: ${namespace}\n`,
          prefix === undefined ? '' : `namePrefix: ${prefix}\n`,
          entries.length === 0 ? '' : `patches:\n${entries.join('')}`,
        ].join(''),
      );
      name = `${prefix ?? ''}${name}`;
      place = namespace ?? place;
      below = folder;
    }
    return { repository, root: below };
  });

function countsOf(fleet: ResolvedFleet): { readonly [service: string]: unknown } {
  const [graph, second] = fleet.graphs;
  if (graph === undefined || second !== undefined) throw new Error(`${fleet.graphs.length} graphs`);
  return Object.fromEntries(graph.view.services.map(({ name, replicas }) => [name, replicas]));
}

function isInstalled(): boolean {
  const found = kustomize({ 'kustomization.yaml': kustomization('resources: []\nnamespace: x\n') }, '.') !== undefined;
  if (!found) process.stderr.write('skipped: neither kubectl nor kustomize is installed\n');
  return found;
}

/** Holds our rendering of a repository with one graph against that of kustomize, or our obstacle against its refusal. */
function compare(repository: Repository, root: string): void {
  const real = kustomize(repository, root);
  const fleet = fleetIn(repository);
  expect([typeof real === 'string', real, fleet.builds.flatMap(({ obstacles }) => obstacles)]).toEqual([
    fleet.builds.some(({ obstacles }) => obstacles.length > 0),
    real,
    fleet.builds.flatMap(({ obstacles }) => obstacles),
  ]);
  if (real === undefined || typeof real === 'string') return;
  const rendered = real
    .filter(({ kind }) => kind === 'DynamoGraphDeployment')
    .map((object) => {
      const spec = objectAt(object, 'spec');
      const services = Array.isArray(spec?.components)
        ? spec.components.map((one: JsonObject) => [one.name, one.replicas])
        : Object.entries(objectAt(spec, 'services') ?? {}).map(([name, one]) => [name, objectAt(one)?.replicas]);
      return {
        name: stringAt(object, 'metadata', 'name'),
        namespace: stringAt(object, 'metadata', 'namespace'),
        services: Object.fromEntries(services),
      };
    });
  const ours = fleet.graphs.map(({ view }) => ({
    name: view.name,
    namespace: view.namespace,
    services: Object.fromEntries(
      view.services.map(({ name, replicas }) => [name, replicas.kind === 'explicit' ? replicas.count : undefined]),
    ),
  }));
  const byName = (a: { readonly name: string | undefined }, b: { readonly name: string | undefined }): number =>
    String(a.name).localeCompare(String(b.name));
  expect(ours.sort(byName)).toEqual(rendered.sort(byName));
}

describe('for any base and any overlays', () => {
  test('nothing that stands in a kustomization or an Application is an exception', () => {
    const words = fc.constantFrom(
      '__proto__',
      'constructor',
      'chat',
      '../base',
      'p.yaml',
      '$patch',
      'delete',
      '',
      '/spec/services/decode/replicas',
      '/spec//0',
      'replace',
      'test',
      'move',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, words, fc.integer(), fc.constant(null), fc.boolean(), tie('list'), tie('map')),
      list: fc.array(tie('value'), { maxLength: 3 }),
      map: fc.dictionary(
        fc.constantFrom(
          'name',
          'kind',
          'target',
          'patch',
          'path',
          'op',
          'value',
          'from',
          'count',
          'spec',
          'metadata',
          '__proto__',
          '$patch',
          'replicas',
          'services',
          'select',
          'targets',
          'pairs',
        ),
        tie('value'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    }));
    const field = fc.constantFrom(
      'patches',
      'patchesJson6902',
      'patchesStrategicMerge',
      'replicas',
      'replacements',
      'components',
      'configurations',
      'labels',
      'namespace',
      'namePrefix',
      'openapi',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(field, value), { maxLength: 4 }), value, (fields, patch) => {
        const text = [...new Map(fields)].map(([key, item]) => `${key}: ${JSON.stringify(item)}\n`).join('');
        const repository = {
          ...BASE_FOLDER,
          'prod/kustomization.yaml': kustomization(`resources: [../base]\n${text}`),
          'prod/p.yaml': JSON.stringify(patch),
          'app.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: base, kustomize: ${JSON.stringify(patch)}, helm: ${JSON.stringify(patch)}}}\n`,
        };
        expect(numbersOf(repository).length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test('an edit of the number that was found changes exactly that number of the rendering', () => {
    fc.assert(
      fc.property(combinations, fc.integer({ min: 0, max: 9999 }), ({ repository }, to) => {
        const fleet = fleetIn(repository);
        fc.pre(fleet.builds.every(({ obstacles }) => obstacles.length === 0));
        const before = countsOf(fleet);
        for (const graph of fleet.graphs) {
          for (const { name } of graph.view.services) {
            const number = resolveNumber(fleet, graph, name);
            if (number?.kind !== 'written') throw new Error(number?.reason);
            const { place, located } = number;
            const edits = [{ document: place.document, path: place.path, from: located.value, to }];
            const spliced = spliceIntegers(place.file, Buffer.from(repository[place.file] ?? ''), edits);
            if (!spliced.ok) throw new Error(JSON.stringify(spliced.error));
            const after = { ...repository, [place.file]: Buffer.from(spliced.value.bytes).toString() };
            expect(countsOf(fleetIn(after))).toEqual({ ...before, [name]: { kind: 'explicit', count: to } });
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('kustomize itself renders the same names and numbers, where it is installed', () => {
    if (!isInstalled()) return;
    fc.assert(
      fc.property(combinations, ({ repository, root }) => {
        compare(repository, root);
      }),
      { numRuns: 20 },
    );
  });
});

describe('what kustomize does with', () => {
  const two = {
    ...BASE_FOLDER,
    'base/dgd.yaml': `${BASE}---\n${BASE.replace('name: chat', 'name: chat-2\n  labels: {tier: gold}')}`,
  };
  const json = (target: string, op = '{op: replace, path: /spec/services/decode/replicas, value: 7}'): string =>
    `patches:\n  - target: ${target}\n    patch: |\n      - ${op}\n`;
  const inline = (text: string): string => `patches:\n  - patch: |\n${text.replace(/^(?=.)/gm, '      ')}`;
  const head = 'apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: chat}\n';

  test.each<[string, string, Repository?]>([
    ['a name that is a pattern', json('{name: chat}')],
    ['alternatives', json('{name: "other|chat-2"}')],
    ['a pattern with stars', json('{kind: Dynamo.*, name: ".*2"}')],
    ['a group, and a version', json('{group: nvidia.com, version: v1alpha1}')],
    ['a namespace that the overlay gives', json('{namespace: llm-prod}')],
    ['the namespace of those without one', json('{namespace: default}')],
    ['labels', json('{labelSelector: tier=gold}')],
    ['a target that nothing is', json('{kind: Deployment}')],
    ['a number that is removed', json('{name: chat}', '{op: remove, path: /spec/services/decode/replicas}')],
    [
      'a number that is not there',
      json('{name: chat}', '{op: replace, path: /spec/services/other/replicas, value: 3}'),
    ],
    ['an added service', json('{name: chat}', '{op: add, path: /spec/services/more, value: {replicas: 3}}')],
    [
      'a copied number',
      json('{name: chat}', '{op: copy, from: /spec/services/prefill/replicas, path: /spec/services/decode/replicas}'),
    ],
    ['a moved service', json('{name: chat}', '{op: move, from: /spec/services/prefill, path: /spec/services/first}')],
    ['a test that holds', json('{name: chat}', '{op: test, path: /spec/services/decode/replicas, value: 4}')],
    ['a test that does not', json('{name: chat}', '{op: test, path: /spec/services/decode/replicas, value: 5}')],
    ['null', inline(`${head}spec: {services: {decode: null}}\n`)],
    ['$patch: delete', inline(`${head}spec: {services: {decode: {$patch: delete}}}\n`)],
    ['$patch: replace', inline(`${head}spec: {services: {$patch: replace, decode: {replicas: 3}}}\n`)],
    ['$patch: delete of the whole', inline(`${head}$patch: delete\n`)],
    ['a patch of no object', inline(head.replace('chat', 'gone'))],
    ['a patch of another version', inline(head.replace('v1alpha1', 'v1beta1'))],
    ['replicas and no configuration', 'replicas: [{name: chat, count: 3}]\n'],
    [
      'replicas and a configuration',
      'replicas: [{name: chat, count: 3}]\nconfigurations: [c.yaml]\n',
      { 'overlays/prod/c.yaml': 'replicas: [{path: spec/services/decode/replicas, kind: DynamoGraphDeployment}]\n' },
    ],
    [
      'a configuration that creates',
      'replicas: [{name: chat, count: 3}]\nconfigurations: [c.yaml]\n',
      {
        'overlays/prod/c.yaml':
          'replicas: [{path: spec/services/third/replicas, create: true, kind: DynamoGraphDeployment}]\n',
      },
    ],
    [
      'a component',
      'components: [../../part]\nnamePrefix: eu-\n',
      {
        'part/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -x\n${json('{name: chat}')}`,
      },
    ],
    [
      'a component and a patch',
      `components: [../../part]\n${json('{name: chat}')}`,
      {
        'part/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${json('{name: chat}').replace('7', '9')}`,
      },
    ],
    [
      'JSON patches after names',
      `namePrefix: eu-\npatchesJson6902:\n  - target: {version: v1alpha1, group: nvidia.com, kind: DynamoGraphDeployment, name: chat}\n    path: j.yaml\n`,
      { 'overlays/prod/j.yaml': '- {op: replace, path: /spec/services/decode/replicas, value: 8}\n' },
    ],
    [
      'a merge before a JSON patch',
      `patchesStrategicMerge: [m.yaml]\n${json('{name: chat}')}`,
      { 'overlays/prod/m.yaml': `${head}spec: {services: {decode: {replicas: 3}}}\n` },
    ],
    ['one base twice', 'bases: [../../base]\n'],
    ['labels of its own', 'commonLabels: {tier: gold}\n'],
  ])('%s is what we do with it', (_name, text, files = {}) => {
    if (!isInstalled()) return;
    compare({ ...two, ...files, 'overlays/prod/kustomization.yaml': overlay(text) }, 'overlays/prod');
  });
});
