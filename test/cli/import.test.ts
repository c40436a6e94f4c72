import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import type { CommandOutcome } from '../../cli/outcome.ts';
import { type ImportInput, runImport } from '../../cli/run/import.ts';
import { plainPaint } from '../../report/index.ts';
import { removeTemporaryFolders, temporaryFolder, writeFiles } from '../constructs/temporary-app.ts';

afterAll(removeTemporaryFolders);

const MANIFEST = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  uid: 0b5b6c0e
spec:
  services:
    Frontend:
      componentType: frontend
      replicas: 2
      notKnown: 1
      extraPodSpec:
        mainContainer: {image: "registry.example.com/frontend:1.3.0"}
    worker:
      componentType: worker
      replicas: 3
      resources: {limits: {gpu: "1"}}
      extraPodSpec:
        tolerations: [{key: gpu, operator: Exists}]
        subdomain: chat
        mainContainer: {image: "registry.example.com/vllm:1.3.0", command: [python3, -m, dynamo.vllm]}
`;

async function runIn(
  root: string,
  more: Partial<ImportInput> = {},
): Promise<{ outcome: CommandOutcome; log: string[] }> {
  const log: string[] = [];
  const context = {
    cwd: root,
    env: {},
    now: () => new Date(0),
    stdout: () => undefined,
    log: (line: string) => void log.push(line),
    color: false,
    onInterrupt: () => () => undefined,
  };
  const input = { file: 'chat.yaml', environment: 'prod', dryRun: false, ...more };
  return { outcome: await runImport(input, context), log };
}

function folder(files: { readonly [path: string]: string } = {}): string {
  const root = temporaryFolder();
  writeFiles(root, { 'chat.yaml': MANIFEST, ...files });
  return root;
}

function filesOf(root: string): readonly string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort();
}

function textOf(outcome: CommandOutcome): string {
  if (outcome.kind !== 'report') throw new Error(outcome.problems.map(formatProblem).join('\n'));
  return outcome.report.text(plainPaint);
}

function complaints(outcome: CommandOutcome): readonly string[] {
  if (outcome.kind !== 'failed') throw new Error('it did not fail');
  return outcome.problems.map(formatProblem);
}

const CRD = {
  kind: 'CustomResourceDefinition',
  spec: {
    group: 'nvidia.com',
    names: { kind: 'DynamoGraphDeployment' },
    versions: [
      {
        name: 'v1alpha1',
        schema: {
          openAPIV3Schema: {
            properties: { spec: { properties: { services: { additionalProperties: { properties: {} } } } } },
          },
        },
      },
    ],
  },
};

describe('import', () => {
  test('writes the app and its pins, and lists every use of the hatch', async () => {
    const root = folder();
    const { outcome } = await runIn(root);
    expect(textOf(outcome)).toBe(`apps/chat/main.ts
apps/chat/pins/prod/chat.yaml

chat: 15 of 17 values through typed properties (88.2 %)
  hatch: /spec/services/Frontend/notKnown (patch of the manifest, 1 value)
  hatch: worker.podTemplate.spec.subdomain (field that the types do not name, 1 value)

For operator 1.4.0. Added: annotation dynamo-gitops/policy of each graph; nothing else.
Left out, since only a cluster writes it: metadata.uid.

Run dynamo-gitops synth chat, and compare what it renders with the manifest.`);
    expect(filesOf(root)).toEqual(['apps/chat/main.ts', 'apps/chat/pins/prod/chat.yaml', 'chat.yaml']);
    expect(readFileSync(join(root, 'apps/chat/pins/prod/chat.yaml'), 'utf8')).toContain('replicas: 3');
  });

  test('shows the files of a dry run and writes nothing', async () => {
    const root = folder();
    const { outcome } = await runIn(root, { dryRun: true, app: 'other', environment: 'staging', namespace: 'llm' });
    expect(textOf(outcome)).toContain("const environment = new Environment(app, 'staging', { namespace: 'llm' });");
    expect(filesOf(root)).toEqual(['chat.yaml']);
  });

  test('overwrites nothing', async () => {
    const root = folder({ 'apps/chat/main.js': '// mine' });
    const { outcome } = await runIn(root);
    expect(complaints(outcome)).toEqual([
      'apps/chat/main.js: is there already, and import overwrites nothing (give the app another name with --app)',
    ]);
    expect(filesOf(root)).toEqual(['apps/chat/main.js', 'chat.yaml']);
  });

  test.each([
    ['json', JSON.stringify(CRD)],
    ['yaml', `# of the cluster\n${JSON.stringify(CRD)}\n`],
  ])('refuses what the cluster’s CRD, as %s, does not know', async (format, crd) => {
    const root = folder({ [`crd.${format}`]: crd });
    const { outcome } = await runIn(root, { crd: `crd.${format}` });
    expect(complaints(outcome)[0]).toBe(
      'chat.yaml:1: spec.services.Frontend.componentType: is no field of this version of the custom resource',
    );
    expect(filesOf(root)).toEqual(['chat.yaml', `crd.${format}`]);
  });

  test.each<[string, { readonly [path: string]: string }, Partial<ImportInput>, RegExp]>([
    ['a file that is not there', {}, { file: 'none.yaml' }, /^none\.yaml: does not exist$/],
    ['a broken file', { 'a.yaml': 'a: [' }, { file: 'a.yaml' }, /^a\.yaml:1:.*is not YAML/],
    [
      'a file without a graph',
      { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap' },
      { file: 'a.yaml' },
      /no graph to import$/,
    ],
    ['what is no object', { 'a.yaml': 'a: 1' }, { file: 'a.yaml' }, /^a\.yaml:1: is no Kubernetes object/],
    [
      'a version that nobody knows',
      { 'a.yaml': MANIFEST.replace('v1alpha1', 'v2') },
      { file: 'a.yaml' },
      /"nvidia\.com\/v2" is not known/,
    ],
    [
      'both versions in a file',
      { 'a.yaml': `${MANIFEST}---\n${MANIFEST.replace('v1alpha1', 'v1beta1')}` },
      { file: 'a.yaml' },
      /an app has one version/,
    ],
    [
      'a key that is no key',
      { 'a.yaml': `${MANIFEST}\n__proto__: {a: 1}\n` },
      { file: 'a.yaml' },
      /__proto__: is a key/,
    ],
    ['a release that is none', {}, { operator: '7' }, /^--operator "7" is no release/],
    ['an app with a path', {}, { app: '../evil' }, /^app "\.\.\/evil" is not/],
    ['an environment with a path', {}, { environment: 'a/b' }, /^environment "a\/b" is not/],
    ['a broken CRD', { 'crd.json': '{' }, { crd: 'crd.json' }, /^crd\.json:1:2: is not JSON/],
    ['a CRD that is none', { 'crd.json': '{}' }, { crd: 'crd.json' }, /^crd\.json: holds no CustomResourceDefinition/],
  ])('refuses %s with one line', async (_case, files, input, line) => {
    const root = folder(files);
    const before = filesOf(root);
    const { outcome } = await runIn(root, input);
    expect(complaints(outcome)).toHaveLength(1);
    expect(complaints(outcome)[0]).toMatch(line);
    expect(filesOf(root)).toEqual(before);
  });
});
