import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { isObject, type JsonObject, type JsonValue, type OperatorVersion } from '../../api/index.ts';
import { migrateFiles } from '../../lint/migrate/index.ts';
import { firstDifference } from '../../lint/migrate/proof/difference.ts';
import { graphEffect } from '../../lint/migrate/proof/effect.ts';
import { disproof } from '../../lint/migrate/proof/prove.ts';
import { graphToV1Alpha1 } from '../../lint/migrate/proof/to-v1alpha1.ts';
import { readManifest } from '../../manifests/index.ts';
import { readCases } from './admission-cases.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function migrate(text: string, operator: OperatorVersion = '1.4.0', more: { readonly [file: string]: string } = {}) {
  const read = Object.entries({ 'a.yaml': text, ...more }).map(([file, content]) =>
    readManifest(file, new TextEncoder().encode(content)),
  );
  const manifests = read.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest]));
  const migration = migrateFiles(
    manifests,
    read.flatMap(({ problems }) => problems),
    operator,
  );
  const file = migration.files.find((one) => one.file === 'a.yaml');
  return {
    text: file === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.after),
    objects: file?.objects ?? [],
    refused: migration.refused.map(({ line, path, message }) => `${line}: ${path ?? ''}: ${message}`),
    advice: migration.advice,
    already: migration.already,
  };
}

function documentsOf(text: string): readonly JsonObject[] {
  return readManifest('a.yaml', new TextEncoder().encode(text)).manifest?.documents.map(({ value }) => value) ?? [];
}

const HEAD = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
`;

/** A graph of one worker with these fields, each a line of the service. */
function worker(...fields: readonly string[]): string {
  return `${HEAD}  services:\n    decode:\n      componentType: worker\n${fields.map((line) => `      ${line}\n`).join('')}`;
}

const SOURCE = `# Who owns it.
apiVersion: nvidia.com/v1alpha1   # the old one
kind: DynamoGraphDeployment
metadata:
  name: chat   # the name
  labels: {team:   a}

spec:
  # Which engine.
  backendFramework: vllm
  envs:
  - name: HF_HOME   # cache
    value: "/models"
  # - name: DEBUG
  #   value: "1"
  services:
    # The front door.
    Frontend:
      componentType: frontend
      replicas: 1   # one is enough
      # resources: later
      extraPodSpec:
        mainContainer:
          # Pinned.
          image: "registry.example/vllm:1.4.0"

    # Writes answers.
    decode:
      dynamoNamespace: old   # from 0.8
      componentType: worker
      subComponentType: decode   # the phase
      scalingAdapter:
        enabled: true   # since May
      sharedMemory:
        size: 16Gi
      resources:
        limits:
          gpu: "4"   # H200
          # Enough for the cache.
          memory: 64Gi
          custom: {rdma/ib: "1"}
      envs:
      - name: A
        value: a
      - name: B
        value: b
      envFromSecret: hf-token
      volumeMounts:
      - name: models   # the claim
        mountPoint: /models
      - name: kernels
        mountPoint: /kernels
        useAsCompilationCache: true
      extraPodMetadata:
        annotations: {example.com/rdma: "on"}
      extraPodSpec:
        terminationGracePeriodSeconds: 300   # long answers
        mainContainer:
          image: "registry.example/vllm:1.4.0"
          args:
            - >-
              --model meta/llama
              --tensor-parallel-size 4
            - |
              keeps
                its shape
          env:
          - {name: B,  value: mine}
        # tolerations: none
---
kind:   ConfigMap   # left alone
apiVersion: v1
data: {a:   "1"}
`;

const TARGET = `# Who owns it.
apiVersion: nvidia.com/v1beta1   # the old one
kind: DynamoGraphDeployment
metadata:
  name: chat   # the name
  labels: {team:   a}

spec:
  # Which engine.
  backendFramework: vllm
  env:
  - name: HF_HOME   # cache
    value: "/models"
  # - name: DEBUG
  #   value: "1"
  components:
  # The front door.
  - name: Frontend
    type: frontend
    replicas: 1   # one is enough
    # resources: later
    podTemplate:
      spec:
        containers:
        - name: main
          # Pinned.
          image: "registry.example/vllm:1.4.0"

  # Writes answers.
  # from 0.8
  # since May
  - name: decode
    type: decode   # the phase
    scalingAdapter: {}
    sharedMemorySize: 16Gi
    compilationCache:
      pvcName: kernels
      mountPath: /kernels
    podTemplate:
      metadata:
        annotations: {example.com/rdma: "on"}
      spec:
        containers:
        - name: main
          image: "registry.example/vllm:1.4.0"
          args:
            - >-
              --model meta/llama
              --tensor-parallel-size 4
            - |
              keeps
                its shape
          env:
          - name: A
            value: a
          - {name: B, value: mine}
          resources:
            limits:
              nvidia.com/gpu: "4"   # H200
              # Enough for the cache.
              memory: 64Gi
              rdma/ib: "1"
          envFrom:
          - secretRef:
              name: hf-token
          volumeMounts:
          - name: models   # the claim
            mountPath: /models
        terminationGracePeriodSeconds: 300   # long answers
        volumes:
        - name: models
          persistentVolumeClaim:
            claimName: models
        # tolerations: none
---
kind:   ConfigMap   # left alone
apiVersion: v1
data: {a:   "1"}
`;

describe('migrate', () => {
  test('moves fields with their text and comments, and leaves everything else as it is, byte for byte', () => {
    const { text, refused, objects } = migrate(SOURCE);
    expect(refused).toEqual([]);
    expect(text).toBe(TARGET);
    expect(objects).toEqual([
      {
        resource: 'DynamoGraphDeployment chat',
        line: 2,
        notes: [
          {
            line: 29,
            path: 'spec.services.decode.dynamoNamespace',
            message: 'is left out: the operator ignores it',
          },
        ],
        movedComments: [
          { line: 29, text: '# from 0.8' },
          { line: 33, text: '# since May' },
        ],
      },
    ]);
  });

  test('does nothing the second time', () => {
    expect(migrate(TARGET)).toMatchObject({ text: undefined, refused: [], already: 1 });
  });

  test('keeps line ends, and refuses those of two kinds', () => {
    expect(migrate(SOURCE.replaceAll('\n', '\r\n')).text).toBe(TARGET.replaceAll('\n', '\r\n'));
    expect(migrate(SOURCE.replace('\n', '\r\n')).refused).toEqual(['1: : has line ends of several kinds']);
  });

  test('renames the target of a scaling adapter, and the name of a component on its own', () => {
    const adapter = `apiVersion: "nvidia.com/v1alpha1"\nkind: DynamoGraphDeploymentScalingAdapter\nmetadata: {name: chat-decode}\nspec:\n  replicas: 2 # two\n  dgdRef: {name: chat, serviceName: decode}\n`;
    expect(migrate(adapter).text).toBe(
      adapter
        .replace('v1alpha1', 'v1beta1')
        .replace('serviceName', 'componentName')
        .replace('{name: chat,', '{name: chat,'),
    );
    const component = `apiVersion: nvidia.com/v1alpha1\nkind: DynamoComponentDeployment\nmetadata: {name: chat-decode}\nspec:\n  backendFramework: vllm\n  serviceName: decode # the service\n  componentType: worker\n`;
    expect(migrate(component).text).toBe(
      `apiVersion: nvidia.com/v1beta1\nkind: DynamoComponentDeployment\nmetadata: {name: chat-decode}\nspec:\n  name: decode # the service\n  backendFramework: vllm\n  type: worker\n`,
    );
  });

  test('quotes a name that would be no text as a value', () => {
    const { text } = migrate(`${HEAD}  services:\n    "1": {componentType: worker}\n    yes: {}\n`);
    expect(text).toContain('- name: "1"\n');
    expect(text).toContain('- name: "yes"\n');
  });

  test('writes what is on by its presence, and leaves out what is off', () => {
    const gms = 'gpuMemoryService: {enabled: true, mode: intraPod}';
    const { text, objects } = migrate(
      worker(
        gms,
        'failover: {enabled: false}',
        'ingress: {enabled: false}',
        'scalingAdapter: {}',
        'checkpoint: {}',
        'resources: {limits: {gpu: "1"}}',
      ),
    );
    expect(documentsOf(text ?? '')[0]?.spec).toEqual({
      components: [
        {
          name: 'decode',
          type: 'worker',
          experimental: { gpuMemoryService: { mode: 'IntraPod' }, checkpoint: { enabled: false } },
          podTemplate: { spec: { containers: [{ name: 'main', resources: { limits: { 'nvidia.com/gpu': '1' } } }] } },
        },
      ],
    });
    expect(objects[0]?.notes.map(({ path }) => path)).toEqual(
      ['scalingAdapter', 'failover', 'ingress'].map((name) => `spec.services.decode.${name}`),
    );
  });

  test.each([
    [
      'an ingress',
      worker('ingress: {enabled: true, host: a.example}'),
      /^9: spec.services.decode.ingress: v1beta1 has no place/,
    ],
    [
      'a claim that the operator makes',
      `${HEAD}  pvcs: [{name: models, create: true, size: 1Gi, storageClass: fast, volumeAccessMode: ReadWriteMany}]\n  services: {decode: {}}\n`,
      /^6: spec.pvcs: the claim "models" is made by the operator/,
    ],
    [
      'a type that v1beta1 does not know',
      worker().replace('worker', 'router'),
      /^8: .*componentType: "router" is no type/,
    ],
    [
      'a phase of something else',
      worker('subComponentType: decode').replace('worker', 'frontend'),
      /"decode" beside componentType "frontend"/,
    ],
    ['an amount that nobody reads', worker('resources: {limits: {cpu: four}}'), /"four" is no amount/],
    [
      'one resource twice',
      worker('resources: {limits: {gpu: "1", custom: {nvidia.com/gpu: "2"}}}'),
      /names the resource "nvidia.com\/gpu" twice/,
    ],
    [
      'two compilation caches',
      worker(
        'volumeMounts: [{name: a, mountPoint: /a, useAsCompilationCache: true}, {name: b, mountPoint: /b, useAsCompilationCache: true}]',
      ),
      /several compilation caches/,
    ],
    [
      'a setting on the service',
      worker('annotations: {nvidia.com/vllm-distributed-executor-backend: ray}'),
      /is a setting that the operator reads from the service/,
    ],
    [
      'two probes',
      worker('livenessProbe: {periodSeconds: 1}', 'extraPodSpec: {mainContainer: {livenessProbe: {periodSeconds: 2}}}'),
      /livenessProbe: differs/,
    ],
    [
      'a second main container',
      worker('extraPodSpec: {containers: [{name: main, image: a}]}'),
      /a container named "main"/,
    ],
    [
      'a volume in the way of a claim',
      worker('volumeMounts: [{name: a, mountPoint: /a}]', 'extraPodSpec: {volumes: [{name: a, emptyDir: {}}]}'),
      /"a" is a volume here and the claim/,
    ],
    [
      'one place mounted twice',
      worker(
        'volumeMounts: [{name: a, mountPoint: /a}]',
        'extraPodSpec: {mainContainer: {volumeMounts: [{name: b, mountPath: /a}]}}',
      ),
      /mounts \/a, as volumeMounts/,
    ],
    [
      'what the schema refuses',
      worker('resources: {limits: {gpu: 1}}'),
      /^9: spec.services\[decode\].resources.limits.gpu: must be text, not 1/,
    ],
    [
      'what the operator does not know',
      worker('providerOverride: {apiVersion: grove.io/v1alpha1, value: {}}'),
      /operator 1.4.0 knows no field "providerOverride"/,
    ],
    [
      'what would be refused',
      `${HEAD}  services: {decode: {}, DECODE: {}}\n`,
      /^5: spec: would be refused in v1beta1: .*\[services-name-case\]/,
    ],
    ['an alias', worker('envs: &e [{name: A}]', 'extraPodSpec: {mainContainer: {env: *e}}'), /^9: : &e names a part/],
    [
      'a merge key',
      `x: &x {componentType: worker}\n${HEAD}  services:\n    decode:\n      <<: *x\n`,
      /&x names a part/,
    ],
    ['a template', worker('replicas: 1 # {{ .Values.n }}'), /holds a placeholder \("\{\{"\), so this is a template/],
    [
      'a value for envsubst',
      worker(`extraPodSpec: {mainContainer: {image: "a:\${TAG}"}}`),
      /^9: : holds a placeholder/,
    ],
    ['a tag', worker('replicas: !vault 1'), /has the tag !vault/],
    [
      'JSON',
      JSON.stringify({
        apiVersion: 'nvidia.com/v1alpha1',
        kind: 'DynamoGraphDeployment',
        metadata: { name: 'a' },
        spec: { services: { a: {} } },
      }),
      /is written in braces/,
    ],
    [
      'a live object',
      worker().replace('name: chat', 'name: chat\n  annotations: {nvidia.com/dgd-spec: "{}"}'),
      /^5: metadata.annotations\[nvidia.com\/dgd-spec\]/,
    ],
    ['a status', `${worker()}status: {state: successful}\n`, /status: is written by the operator/],
    [
      'what our constructs rendered',
      `# Generated by dynamo-gitops synth from apps/chat. Do not edit.\n${worker()}`,
      /^1: : is rendered from apps\/chat/,
    ],
    [
      'a list of objects',
      `kind: List\napiVersion: v1\nitems:\n- apiVersion: nvidia.com/v1alpha1\n  kind: DynamoGraphDeployment\n`,
      /items: holds v1alpha1 objects/,
    ],
    ['a file with a part that is no YAML', `${worker()}---\na: [\n`, /is not YAML/],
  ])('refuses %s, with the place and the reason', (_, text, reason) => {
    const { text: written, refused } = migrate(text);
    expect(refused[0]).toMatch(reason);
    expect(written).toBeUndefined();
  });

  test('refuses where v1beta1 is not served, and takes what a newer operator knows', () => {
    expect(migrate(SOURCE, '1.1.0').refused).toEqual(['2: apiVersion: operator 1.1.0 does not serve v1beta1']);
    const override = worker('providerOverride: {apiVersion: grove.io/v1alpha1, value: {}}');
    expect(migrate(override, '1.5.0').refused).toEqual([]);
  });

  test("leaves a shell's variables in programs alone", () => {
    const args = `extraPodSpec: {mainContainer: {args: ["echo \${HOME}"]}}`;
    expect(migrate(worker(args)).text).toContain(`["echo \${HOME}"]`);
  });

  test('one refused object keeps its whole file, and no other', () => {
    const bad = worker('ingress: {enabled: true, host: a}');
    expect(migrate(`${worker()}---\n${bad}`)).toMatchObject({ text: undefined, refused: [/^18/] as unknown as [] });
    expect(migrate(worker(), '1.4.0', { 'b.yaml': bad }).text).toBeDefined();
  });

  test('lists what has to change with it', () => {
    const { advice } = migrate(worker(), '1.4.0', {
      'k/kustomization.yaml':
        'patches:\n- path: graph.yaml\n- target: {kind: DynamoGraphDeployment, version: v1alpha1}\n  patch: |-\n    - op: replace\n      path: /spec/services/decode/replicas\n      value: 2\n',
      'k/graph.yaml': worker('replicas: 4'),
      'argo.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  ignoreDifferences:\n  - kind: DynamoGraphDeployment\n    jqPathExpressions: [.spec.services.decode.replicas]\n',
      'other.yaml': 'kind: ConfigMap\ndata: {a: the spec.servicesman}\n',
    });
    expect(advice.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'argo.yaml:6',
      'k/graph.yaml:1',
      'k/kustomization.yaml:3',
      'k/kustomization.yaml:6',
    ]);
    expect(migrate(TARGET, '1.4.0', { 'argo.yaml': 'a: .spec.services.decode' }).advice).toEqual([]);
  });
});

describe('the proof', () => {
  const [before] = documentsOf(SOURCE);
  const [after] = documentsOf(TARGET);
  if (before === undefined || after === undefined) throw new Error('the example has documents');

  test('holds for what is written', () => {
    expect(disproof('DynamoGraphDeployment', before, after, '1.4.0')).toBeUndefined();
  });

  test('fails for every value of the result that is changed or missing, and names it', () => {
    const unnoticed = leaves(after.spec ?? {}).flatMap((path) => {
      const changed = [changedAt(after, ['spec', ...path], 'other'), changedAt(after, ['spec', ...path], undefined)];
      return changed.flatMap((one) =>
        isObject(one) && disproof('DynamoGraphDeployment', before, one, '1.4.0') === undefined ? [path.join('.')] : [],
      );
    });
    expect(unnoticed).toEqual([]);
    const scaled = changedAt(after, ['spec', 'components', '0', 'replicas'], 2);
    expect(isObject(scaled) && disproof('DynamoGraphDeployment', before, scaled, '1.4.0')).toEqual({
      kind: 'different',
      reason: 'spec.services.Frontend.replicas is 1 before and 2 after',
    });
  });

  test('fails for other metadata, and for another order', () => {
    const renamed = { ...after, metadata: { name: 'other' } };
    expect(disproof('DynamoGraphDeployment', before, renamed, '1.4.0')).toMatchObject({ kind: 'different' });
    const spec = isObject(after.spec) ? after.spec : {};
    const components = Array.isArray(spec.components) ? [...(spec.components as readonly JsonValue[])].reverse() : [];
    const turned = { ...after, spec: { ...spec, components } };
    expect(disproof('DynamoGraphDeployment', before, turned, '1.4.0')).toMatchObject({ kind: 'different' });
  });
});

function leaves(value: JsonValue, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value as JsonObject).flatMap(([key, member]) => leaves(member ?? null, [...path, key]));
}

function changedAt(value: JsonValue, [key, ...rest]: readonly string[], to: JsonValue | undefined): JsonValue {
  if (key === undefined) return to ?? null;
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    if (rest.length === 0 && to === undefined) return list.filter((_, index) => String(index) !== key);
    return list.map((item, index) => (String(index) === key ? changedAt(item, rest, to) : item));
  }
  const object = isObject(value) ? value : {};
  const { [key]: member, ...others } = object;
  if (rest.length === 0) return to === undefined ? others : { ...object, [key]: to };
  return { ...object, [key]: changedAt(member ?? null, rest, to) };
}

describe('manifests of others', () => {
  const folder = join(root, 'test/constructs/import/fixtures');
  const fixtures = readdirSync(folder).filter((name) => name.endsWith('.v1alpha1.yaml'));

  test.each(fixtures)('%s is migrated once, or refused for what v1beta1 has no place for', (name) => {
    const source = readFileSync(join(folder, name), 'utf8');
    const { text, refused } = migrate(source);
    if (text === undefined) {
      expect(refused.filter((one) => !/no place/.test(one))).toEqual([]);
      expect(name).toBe('created-claims.v1alpha1.yaml');
    } else {
      expect(migrate(text)).toMatchObject({ text: undefined, refused: [] });
      expect(text).not.toMatch(/^apiVersion: nvidia.com\/v1alpha1/m);
    }
  });

  test.each(['aggregated', 'disaggregated', 'rich-aggregated', 'rich-multinode', 'rich-planner-epp-multimodal'])(
    'the constructs render %s in v1beta1 to the same effect',
    (name) => {
      const golden = (version: string) =>
        readFileSync(join(root, `test/constructs/golden/${name}-${version}.yaml`), 'utf8').replace(
          /^# Generated.*\n/,
          '',
        );
      const { text, refused } = migrate(golden('v1alpha1'), '1.5.0');
      expect(refused).toEqual([]);
      const [migrated, rendered] = [text ?? '', golden('v1beta1')].map((one) =>
        documentsOf(one)
          .filter(({ kind }) => kind === 'DynamoGraphDeployment')
          .map(({ spec }) => graphEffect(graphToV1Alpha1(withVolumesByClaim(spec)))),
      );
      expect(firstDifference(rendered, migrated)).toBeUndefined();
    },
  );

  const cases = [...readCases()];
  const eachCase: readonly (typeof cases)[number][] = cases.length === 0 ? [['(not here)', []]] : cases;

  (cases.length === 0 ? test.skip : test).each(eachCase)(
    'accepted objects of %s are migrated, or refused for a reason that is known',
    (name, rows) => {
      const alpha = rows.filter(
        ({ object, expect: verdict }) =>
          verdict === 'accept' &&
          object.apiVersion === 'nvidia.com/v1alpha1' &&
          /Deployment$|ScalingAdapter$/.test(String(object.kind)),
      );
      const outcomes = alpha.map(({ id, object }) => ({
        id,
        ...migrate(stringify(object, { lineWidth: 0 }), '1.5.0'),
      }));
      const migrated = outcomes.filter(({ text }) => text !== undefined);
      process.stdout.write(`${name}: ${migrated.length} of ${alpha.length} v1alpha1 objects migrated\n`);
      const refused = outcomes.flatMap(({ id, refused: [reason] }) =>
        reason === undefined ? [] : [`${id} ${reason}`],
      );
      const known =
        /has no place|would be refused in v1beta1|a component needs a name|is made by the operator|is no amount that Kubernetes/;
      expect(refused.filter((one) => !known.test(one))).toEqual([]);
      expect(migrated.length / alpha.length).toBeGreaterThan(0.7);
      for (const { text } of migrated) expect(migrate(text ?? '', '1.5.0').text).toBeUndefined();
    },
  );
});

/** Volumes under the names of their claims, as v1alpha1 has them; the constructs name them otherwise. */
function withVolumesByClaim(spec: JsonValue | undefined): JsonObject {
  const text = JSON.stringify(spec);
  const names = new Map<string, string>();
  const collect = (value: JsonValue): void => {
    if (typeof value !== 'object' || value === null) return;
    const claim = isObject(value) && isObject(value.persistentVolumeClaim) ? value.persistentVolumeClaim.claimName : '';
    if (isObject(value) && typeof value.name === 'string' && typeof claim === 'string' && claim !== '')
      names.set(value.name, claim);
    for (const member of Object.values(value as JsonObject)) collect(member ?? null);
  };
  collect(spec ?? null);
  const renamed = [...names].reduce((so, [from, to]) => so.replaceAll(`"name":"${from}"`, `"name":"${to}"`), text);
  return JSON.parse(renamed) as JsonObject;
}

describe('any graph', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
  const amount = fc.constantFrom('1', '500m', '4', '64Gi', '1e3');
  const variables = fc.uniqueArray(
    fc.record({ name: word, value: fc.constantFrom('a', 'yes', '1', '', 'a # b', ' x: y') }),
    {
      selector: ({ name }) => name,
      maxLength: 3,
    },
  );
  const strings = fc.dictionary(word, word, { maxKeys: 2, noNullPrototype: true });
  const optional: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };
  const amounts = fc.record(
    {
      cpu: amount,
      memory: amount,
      gpu: fc.constantFrom('1', '8'),
      gpuType: fc.constantFrom('nvidia.com/gpu', 'amd.com/gpu'),
      custom: fc.dictionary(fc.constantFrom('rdma/ib', 'hugepages-2Mi'), amount, { noNullPrototype: true }),
    },
    optional,
  );
  const probe = fc.record({
    httpGet: fc.record({ path: fc.constant('/live'), port: fc.integer({ min: 1, max: 9999 }) }),
  });
  const container = fc.record(
    {
      image: fc.constantFrom('a:1.4.0', 'b.example/c:1.3.1'),
      command: fc.array(word, { maxLength: 2 }),
      args: fc.array(fc.constantFrom('--model', 'a b', '{"a": 1}', 'x\ny\n', "it's"), { maxLength: 3 }),
      env: variables,
      envFrom: fc.array(fc.record({ secretRef: fc.record({ name: word }) }), { maxLength: 1 }),
      resources: fc.record(
        { limits: fc.dictionary(fc.constantFrom('cpu', 'nvidia.com/gpu'), amount, { noNullPrototype: true }) },
        optional,
      ),
      volumeMounts: fc.uniqueArray(fc.record({ name: word, mountPath: word.map((one) => `/own/${one}`) }), {
        selector: ({ mountPath }) => mountPath,
        maxLength: 2,
      }),
      startupProbe: probe,
    },
    optional,
  );
  const service = fc.record(
    {
      componentType: fc.constantFrom('frontend', 'worker', 'planner', 'prefill', 'main', 'default'),
      dynamoNamespace: word,
      globalDynamoNamespace: fc.boolean(),
      replicas: fc.nat(9),
      scalingAdapter: fc.record({ enabled: fc.boolean() }, optional),
      multinode: fc.record({ nodeCount: fc.integer({ min: 2, max: 4 }) }, optional),
      sharedMemory: fc.constantFrom({ size: '8Gi' }, { disabled: true }, { disabled: true, size: '1Gi' }),
      resources: fc.record({ limits: amounts, requests: amounts }, optional),
      envs: variables,
      envFromSecret: word,
      volumeMounts: fc.uniqueArray(fc.record({ name: word, mountPoint: word.map((one) => `/mnt/${one}`) }), {
        selector: ({ name }) => name,
        maxLength: 2,
      }),
      livenessProbe: probe,
      labels: strings,
      annotations: strings,
      modelRef: fc.record({ name: word }),
      checkpoint: fc.record({ enabled: fc.constant(false) }, optional),
      extraPodMetadata: fc.record({ labels: strings, annotations: strings }, optional),
      extraPodSpec: fc.record(
        {
          mainContainer: container,
          hostNetwork: fc.boolean(),
          nodeSelector: strings,
          tolerations: fc.array(fc.record({ key: word, operator: fc.constant('Exists') }), { maxLength: 2 }),
          containers: fc.uniqueArray(
            fc.record({ name: word.map((one) => `side-${one}`), image: fc.constant('a:1.0.0') }),
            {
              selector: ({ name }) => name,
              maxLength: 2,
            },
          ),
          volumes: fc.uniqueArray(fc.record({ name: word.map((one) => `vol-${one}`), emptyDir: fc.constant({}) }), {
            selector: ({ name }) => name,
            maxLength: 2,
          }),
        },
        optional,
      ),
    },
    optional,
  );
  const graph = fc.record({
    apiVersion: fc.constant('nvidia.com/v1alpha1'),
    kind: fc.constant('DynamoGraphDeployment'),
    metadata: fc.record({ name: word }),
    spec: fc.record(
      {
        backendFramework: fc.constantFrom('vllm', 'sglang', 'trtllm'),
        envs: variables,
        pvcs: fc.uniqueArray(fc.record({ name: word }), { selector: ({ name }) => name, maxLength: 2 }),
        services: fc.dictionary(word, service, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      },
      { requiredKeys: ['services'], noNullPrototype: true },
    ),
  });
  const style = fc.record({ indent: fc.constantFrom(2, 3, 4), indentSeq: fc.boolean(), flow: fc.boolean() });
  const spots = fc.array(fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), trailing: fc.boolean() }), {
    maxLength: 12,
  });

  test('comes out with the same effect, every comment once, and for good', () => {
    fc.assert(
      fc.property(graph, style, spots, (object, { indent, indentSeq, flow }, places) => {
        const plain = stringify(object, {
          indent,
          indentSeq,
          lineWidth: 0,
          aliasDuplicateObjects: false,
          ...(flow ? { collectionStyle: 'any', defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' } : {}),
        });
        const source = commented(plain, places);
        const { text, refused } = migrate(source);
        // What two random halves of one service say of the same thing may be refused, and nothing else.
        const known =
          /differs from the one|names the resource .* twice|asks for GPUs beside|would be refused in v1beta1/;
        expect(refused.filter((reason) => !known.test(reason))).toEqual([]);
        if (text === undefined) return;
        const words = (one: string) => [...one.matchAll(/# comment-\d+!/g)].map(([found]) => found).sort();
        expect(words(text)).toEqual(words(source));
        expect(migrate(text)).toMatchObject({ text: undefined, refused: [] });
      }),
      { numRuns: 60 },
    );
  });
});

/** Comments above lines and behind them, outside of texts that go over several lines. */
function commented(text: string, places: readonly { readonly at: number; readonly trailing: boolean }[]): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('spec:'));
  let block: number | undefined;
  const open = lines.map((line) => {
    const column = line.length - line.trimStart().length;
    if (block !== undefined && (line.trim() === '' || column > block)) return false;
    block = /[|>][-+]?\d?$/.test(line) ? column : undefined;
    return line !== '';
  });
  const inserted = new Map<number, string[]>();
  for (const [index, { at, trailing }] of places.entries()) {
    const line = first + 1 + Math.floor(at * (lines.length - first - 1));
    const content = lines[line] ?? '';
    if (open[line] !== true) continue;
    const comment = `# comment-${index}!`;
    if (!trailing) inserted.set(line, [...(inserted.get(line) ?? []), content.replace(/\S.*$/, comment)]);
    else if (!/[|>][-+]?\d?$/.test(content) && !content.includes('#')) lines[line] = `${content} ${comment}`;
  }
  return lines.flatMap((line, index) => [...(inserted.get(index) ?? []), line]).join('\n');
}
