import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { crdSchemas } from '../../api/crd/index.ts';
import type { JsonObject, JsonValue } from '../../api/index.ts';
import { formatFieldPath, lintObject } from '../../lint/index.ts';
import { clusterDefinitions } from '../../lint/schema/crd/index.ts';
import { callCli } from '../cli/call.ts';

/** A definition of graphs, by the schema of `spec.services`' values. */
function definition(service: JsonObject, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'nvidia.com',
      names: { kind: 'DynamoGraphDeployment' },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: 'A graph.',
              properties: {
                metadata: { type: 'object' },
                spec: {
                  type: 'object',
                  properties: { services: { type: 'object', additionalProperties: service }, ...spec },
                },
              },
            },
          },
        },
      ],
    },
  };
}

const SERVICE: JsonObject = {
  type: 'object',
  properties: {
    componentType: { type: 'string' },
    replicas: { type: 'integer', minimum: 0, maximum: 4 },
    // No release has such a field, so that only this definition can know it.
    colour: { type: 'string', enum: ['red', 'blue'], default: 'red' },
    'shade-of': { type: 'string', pattern: '^(a+)+$' },
    limit: { 'x-kubernetes-int-or-string': true },
  },
  'x-kubernetes-validations': [
    {
      rule: "self.colour != 'blue' || self.replicas > 1",
      message: 'blue needs two\n replicas',
      fieldPath: '.replicas',
    },
    { rule: "!has(self.shade__dash__of) || self.shade__dash__of.matches('^(a+)+$')", message: 'shade' },
    { rule: 'self.replicas == oldSelf.replicas', message: 'replicas are immutable' },
    { rule: "!has(self.limit) || quantity(string(self.limit)).isLessThan(quantity('1Gi'))", message: 'limit' },
    { rule: 'someFunctionOfALaterKubernetes(self)', message: 'nobody knows' },
    {
      rule: 'oldSelf.hasValue() || self.replicas != 3',
      optionalOldSelf: true,
      messageExpression: "'starts with ' + string(self.replicas)",
    },
  ],
};

function graph(decode: JsonObject, apiVersion = 'nvidia.com/v1alpha1'): JsonObject {
  const services = { decode: { componentType: 'worker', ...decode } };
  return { apiVersion, kind: 'DynamoGraphDeployment', metadata: { name: 'chat' }, spec: { services } };
}

/** What the schema's rules say: the last part of the path, and the message. */
function said(object: JsonObject, old?: JsonObject): readonly string[] {
  const schemas = crdSchemas([definition(SERVICE)], 'crd.json');
  if (!schemas.ok) throw new Error('no schemas');
  const definitions = clusterDefinitions(schemas.value);
  return lintObject({ object, old, operator: '1.4.0', definitions })
    .filter(({ rule }) => rule.startsWith('schema-'))
    .map(({ rule, path, message }) => `${rule} ${formatFieldPath(path)}: ${message}`);
}

describe('the cluster’s own definition', () => {
  test.each<[string, JsonObject, readonly string[]]>([
    ['lets a field pass that only it knows', { replicas: 1, colour: 'red' }, []],
    [
      'names a field that it does not know, whatever our tables say',
      { replicas: 1, sharedMemory: { size: '1Gi' } },
      [
        'schema-unknown-field spec.services[decode].sharedMemory: is no field of this version of the custom resource, as the cluster defines it: the API server drops it, and strict clients refuse it',
      ],
    ],
    [
      'has its own bounds',
      { replicas: 5 },
      [
        "schema-value spec.services[decode].replicas: must be at most 4, got 5: the cluster's definition refuses the object",
      ],
    ],
    [
      'has its own types',
      { replicas: '2' },
      [
        'schema-type spec.services[decode].replicas: must be a whole number, got "2": the cluster\'s definition refuses the object',
      ],
    ],
    [
      'has rules, which point at a field and see defaults and numbers as Kubernetes does',
      { replicas: 1, colour: 'blue' },
      [
        "schema-cluster-rule spec.services[decode].replicas: a rule of the cluster's definition refuses the object: blue needs two replicas",
      ],
    ],
    [
      'may word what is wrong by an expression',
      { replicas: 3 },
      [
        "schema-cluster-rule spec.services[decode]: a rule of the cluster's definition refuses the object: starts with 3",
      ],
    ],
    [
      'compares amounts',
      { replicas: 1, limit: '2Gi' },
      ["schema-cluster-rule spec.services[decode]: a rule of the cluster's definition refuses the object: limit"],
    ],
    ['drops nulls first', { replicas: 1, colour: null }, []],
  ])('%s', (_, service, expected) => {
    expect(said(graph(service))).toEqual(expected);
  });

  test('has rules about a change, which are asked where the old object is known', () => {
    expect(said(graph({ replicas: 3 }), graph({ replicas: 3 }))).toEqual([]);
    expect(said(graph({ replicas: 1 }), graph({ replicas: 2 }))).toEqual([
      "schema-cluster-rule spec.services[decode]: a rule of the cluster's definition refuses the object: replicas are immutable",
    ]);
  });

  test('refuses a version that it does not serve, and says nothing about kinds that it does not define', () => {
    expect(said(graph({}, 'nvidia.com/v1beta1'))).toEqual([
      'schema-value apiVersion: the cluster serves DynamoGraphDeployment in v1alpha1, not in v1beta1: it refuses the object',
    ]);
    const model = { apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoModel', metadata: { name: 'm' }, spec: {} };
    expect(said(model).some((line) => line.startsWith('schema-required'))).toBe(true);
  });

  test('is done in time with an expression that others take forever for', () => {
    const start = performance.now();
    const text = `${'a'.repeat(20_000)}!`;
    expect(said(graph({ replicas: 1, 'shade-of': text }))).toEqual([
      expect.stringContaining('must match ^(a+)+$, got "aaa'),
    ]);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('does not take what every object inherits for a field', () => {
    const service = JSON.parse('{"replicas": 1, "__proto__": {"colour": "green"}, "constructor": 1}') as JsonObject;
    expect(said(graph(service)).map((line) => line.split(':')[0])).toEqual([
      'schema-unknown-field spec.services[decode].__proto__',
      'schema-unknown-field spec.services[decode].constructor',
    ]);
  });
});

describe('lint --crd', () => {
  const root = mkdtempSync(join(tmpdir(), 'dynamo-gitops-crd-'));
  afterAll(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'crd.json'), JSON.stringify(definition(SERVICE)));
  writeFileSync(join(root, 'chat.yaml'), JSON.stringify(graph({ replicas: 5 })));

  async function lint(cache: string, ...files: readonly string[]) {
    const words = files.flatMap((file) => ['--crd', file]);
    const { exitCode, stdout, stderr } = await callCli(['lint', 'chat.yaml', ...words, '-o', 'json'], {
      cwd: root,
      env: { XDG_CACHE_HOME: join(root, cache) },
    });
    const { findings = [] } = JSON.parse(stdout) as { findings?: readonly { rule: string; message: string }[] };
    return { exitCode, stderr, messages: findings.map(({ message }) => message) };
  }

  const REFUSED = "must be at most 4, got 5: the cluster's definition refuses the object";
  const cached = (cache: string): string => {
    const folder = join(root, cache, 'dynamo-gitops');
    const [file = ''] = readdirSync(folder);
    return join(folder, file);
  };

  test('reads JSON and YAML, and keeps what it read by the digest of the file', async () => {
    expect((await lint('kept', 'crd.json')).messages).toContain(REFUSED);
    expect(readFileSync(cached('kept'), 'utf8')).not.toContain('A graph.');
    utimesSync(cached('kept'), 0, 0);
    expect((await lint('kept', 'crd.json')).messages).toContain(REFUSED);
    expect(statSync(cached('kept')).mtimeMs).toBe(0);
    writeFileSync(join(root, 'crd.yaml'), `# the same\n${JSON.stringify(definition(SERVICE))}\n`);
    expect((await lint('other', 'crd.yaml')).messages).toContain(REFUSED);
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, 200)],
    ['changed', (text: string) => text.replace('"maximum":4', '"maximum":9')],
    ['empty', () => ''],
  ])('reads the file again where what was kept is %s, and keeps it anew', async (name, spoil) => {
    await lint(name, 'crd.json');
    const sound = readFileSync(cached(name), 'utf8');
    writeFileSync(cached(name), spoil(sound));
    expect((await lint(name, 'crd.json')).messages).toContain(REFUSED);
    expect(readFileSync(cached(name), 'utf8')).toBe(sound);
  });

  test('works where nothing can be kept', async () => {
    writeFileSync(join(root, 'file'), '');
    expect((await lint('file', 'crd.json')).messages).toContain(REFUSED);
  });

  test('says what is wrong with a definition, in one line', async () => {
    mkdirSync(join(root, 'folder'));
    const deep = (depth: number): JsonValue => {
      let schema: JsonObject = { type: 'object' };
      for (let level = 0; level < depth; level += 1) schema = { type: 'object', properties: { a: schema } };
      return definition(schema);
    };
    writeFileSync(join(root, 'deep.json'), JSON.stringify(deep(150)));
    writeFileSync(join(root, 'deepest.json'), `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`);
    writeFileSync(
      join(root, 'bomb.yaml'),
      `a: &a [x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [*${n === 0 ? 'a' : `b${n - 1}`}, *${n === 0 ? 'a' : `b${n - 1}`}]\n`).join('')}`,
    );
    writeFileSync(join(root, 'none.json'), '{}');
    for (const [file, message] of [
      ['missing.json', 'does not exist'],
      ['folder', 'is a folder, not a file'],
      ['none.json', 'holds no CustomResourceDefinition of apiextensions.k8s.io/v1'],
      ['chat.yaml', 'holds no CustomResourceDefinition of apiextensions.k8s.io/v1'],
      ['deep.json', 'nests the schema of nvidia.com/DynamoGraphDeployment v1alpha1 deeper than 200'],
      ['bomb.yaml', 'is not YAML: its aliases unfold to too much, or to themselves'],
    ] as const) {
      const { exitCode, stderr } = await lint('wrong', file);
      expect([file, exitCode, stderr.split('\n').length, stderr.includes(message) ? message : stderr]).toEqual([
        file,
        1,
        2,
        message,
      ]);
    }
    expect(await lint('wrong', 'deepest.json')).toMatchObject({
      exitCode: 1,
      stderr: expect.not.stringMatching(/\n./),
    });
    expect((await lint('wrong', 'crd.json', 'crd.json')).stderr).toContain(
      'defines nvidia.com/DynamoGraphDeployment once more',
    );
  });
});
