import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { POLICY_ANNOTATION } from '../../api/index.ts';
import { callCli } from './call.ts';

const GRAPH = `# the fleet 🚀
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: llama-70b
  namespace: inference
spec:
  services:
    Frontend: {componentType: frontend, replicas: 1}
    decode:
      subComponentType: decode
      replicas: 2   # tuned
    prefill:
      subComponentType: prefill
      replicas: "3"
    gated:
      componentType: worker
      replicas: 1
      scalingAdapter: {enabled: true}
`;
const KEDA = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: gated-scaler, namespace: inference}
spec:
  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: llama-70b-gated}
`;

const WRITE_IT =
  '(write it as <graph>/<service>=4, <graph>/<service>=+1 or <graph>/<service>=-1; see dynamo-gitops scale --help)';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'scale-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function scale(...words: readonly string[]) {
  return callCli(['scale', ...words], { cwd: root });
}

/** A call that must fail with these lines and leave every byte of the folder as it was. */
async function refusal(...words: readonly string[]): Promise<readonly string[]> {
  const before = snapshot(root);
  const { exitCode, stdout, stderr } = await scale(...words);
  expect({ exitCode, stdout, after: snapshot(root) }).toEqual({ exitCode: 1, stdout: '', after: before });
  expect(stderr).not.toMatch(/\n\s+at /);
  return stderr.split('\n').filter((line) => line.startsWith('error: '));
}

function snapshot(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const entry = lstatSync(join(folder, path));
      return `${path} ${entry.mode} ${entry.isFile() ? readFileSync(join(folder, path), 'latin1') : ''}`;
    });
}

describe('scale', () => {
  test('changes the number and no other byte, and shows it', async () => {
    write('dist/llama.yaml', GRAPH);
    chmodSync(join(root, 'dist/llama.yaml'), 0o640);
    const { exitCode, stdout, stderr } = await scale('dist', '--set', 'llama-70b/decode=4');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`dist/llama.yaml:12: llama-70b/decode 2 → 4

--- a/dist/llama.yaml
+++ b/dist/llama.yaml
@@ -10,5 +10,5 @@
     decode:
       subComponentType: decode
-      replicas: 2   # tuned
+      replicas: 4   # tuned
     prefill:
       subComponentType: prefill
`);
    expect(read('dist/llama.yaml')).toBe(GRAPH.replace('replicas: 2', 'replicas: 4'));
    expect(statSync(join(root, 'dist/llama.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(root, 'dist'))).toEqual(['llama.yaml']);
  });

  test('adds and subtracts, and takes several counts at once', async () => {
    write('a.yaml', GRAPH);
    write('b.yaml', GRAPH.replaceAll('llama-70b', 'qwen'));
    const sets = ['--set', 'llama-70b/decode=+3', '--set', 'qwen/decode=-1', '--set', 'qwen/Frontend=2'];
    const { exitCode, stdout } = await scale('.', ...sets, '-o', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      kind: 'scaled',
      changes: [
        { file: 'a.yaml', line: 12, deployment: 'llama-70b', service: 'decode', from: 2, to: 5 },
        { file: 'b.yaml', line: 12, deployment: 'qwen', service: 'decode', from: 2, to: 1 },
        { file: 'b.yaml', line: 9, deployment: 'qwen', service: 'Frontend', from: 1, to: 2 },
      ],
      dryRun: false,
    });
    expect(read('a.yaml')).toContain('replicas: 5   # tuned');
    expect(read('b.yaml')).toContain('Frontend: {componentType: frontend, replicas: 2}');
  });

  test('writes nothing in a dry run, and says so', async () => {
    write('a.yaml', GRAPH);
    const { exitCode, stdout } = await scale('a.yaml', '--set', 'llama-70b/decode=4', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('a.yaml:12: llama-70b/decode 2 → 4');
    expect(stdout).toContain('Nothing was written');
    expect(read('a.yaml')).toBe(GRAPH);
  });

  test('has nothing to change where the number is already right', async () => {
    write('a.yaml', GRAPH);
    const { exitCode, stdout } = await scale('a.yaml', '--set', 'llama-70b/decode=2');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'Nothing to change: every number is what it should be.\n',
    });
  });

  test('edits a component of v1beta1 by its name', async () => {
    write(
      'a.yaml',
      'apiVersion: nvidia.com/v1beta1\nkind: DynamoGraphDeployment\nmetadata: {name: g}\nspec:\n  components:\n  - {name: a, replicas: 1}\n  - {replicas: 1, name: b}\n',
    );
    expect((await scale('a.yaml', '--set', 'g/b=7')).exitCode).toBe(0);
    expect(read('a.yaml')).toContain('- {name: a, replicas: 1}\n  - {replicas: 7, name: b}');
  });

  test('stops a service only when 0 is written out, with a warning', async () => {
    write('a.yaml', GRAPH);
    expect(await refusal('a.yaml', '--set', 'llama-70b/decode=-2')).toEqual([
      'error: a.yaml:12: llama-70b/decode: that leaves 0 replicas (write llama-70b/decode=0 if it is to stop)',
    ]);
    const { exitCode, stderr } = await scale('a.yaml', '--set', 'llama-70b/decode=0');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'warning: llama-70b/decode goes to 0 replicas: a model without workers is not served\n',
    });
  });

  test('shows a file that holds terminal controls without obeying them', async () => {
    write('a.yaml', GRAPH.replace('# tuned', '# \u009b31m red \u202e'));
    const { stdout } = await scale('a.yaml', '--set', 'llama-70b/decode=4');
    expect(stdout).toContain('replicas: 4   # \\u009b31m red \\u202e');
  });

  test('prints a table for a merge request', async () => {
    write('a.yaml', GRAPH);
    const { stdout } = await scale('a.yaml', '--set', 'llama-70b/decode=4', '-o', 'markdown');
    expect(stdout).toContain('| File | Service | Replicas |');
    expect(stdout).toContain('2 → 4');
  });
});

describe('scale refuses, with one line a reason and nothing written,', () => {
  beforeEach(() => write('dist/llama.yaml', GRAPH));

  test.each([
    [['dist'], [`error: no --set says what to change ${WRITE_IT}`]],
    [
      ['chat=3', 'a/b', 'a/b=', 'a/b=1.5', 'a/b=two', 'a//b=3', 'a/b/c/d=3', 'a/b=12345678901']
        .flatMap((set) => ['--set', set])
        .concat('dist'),
      [
        `error: --set "chat=3" names no service: is "chat" a graph or a service? ${WRITE_IT}`,
        `error: --set "a/b" gives no count: it has no "=" ${WRITE_IT}`,
        `error: --set "a/b=" gives no count after the "=" ${WRITE_IT}`,
        `error: --set "a/b=1.5" gives "1.5", which is not a whole number ${WRITE_IT}`,
        `error: --set "a/b=two" gives "two", which is not a whole number ${WRITE_IT}`,
        `error: --set "a//b=3" has an empty name or a space before the "=" ${WRITE_IT}`,
        `error: --set "a/b/c/d=3" has 4 names, and <environment>/<graph>/<service> are three ${WRITE_IT}`,
        `error: --set "a/b=12345678901" gives more than 10000 replicas ${WRITE_IT}`,
      ],
    ],
    [
      ['dist', '--set', 'llama-70b/decode=4', '--set', 'llama-70b/decode=+1'],
      ['error: --set names llama-70b/decode twice (name it once; see dynamo-gitops scale --help)'],
    ],
    [['nowhere', '--set', 'llama-70b/decode=4'], ['error: nowhere: does not exist']],
    [
      ['dist', '..', '--set', 'llama-70b/decode=4'],
      ['error: ..: leads out of the working folder (choose the folder with -C)'],
    ],
    [
      ['dist', '--set', 'lama-70b/decode=4'],
      ['error: there is no graph "lama-70b" in dist; did you mean "llama-70b"? (there is llama-70b)'],
    ],
    [
      ['dist', '--set', 'llama-70b/Decode=4'],
      [
        'error: dist/llama.yaml:2: the graph "llama-70b" has no service "Decode"; did you mean "decode"? (there are Frontend, decode, prefill, gated)',
      ],
    ],
    [
      ['dist', '--set', 'llama-70b/prefill=4'],
      [
        'error: dist/llama.yaml:15:17: spec.services.prefill.replicas: is the text "3" in quotes, not a number (remove the quotes)',
      ],
    ],
    [
      ['dist', '--set', 'llama-70b/decode=10001'],
      ['error: dist/llama.yaml:12: llama-70b/decode: 10001 replicas are more than 10000'],
    ],
    [
      ['dist', '--set', 'llama-70b/gated=4'],
      [
        'error: dist/llama.yaml:2: llama-70b/gated: replicas cannot be edited here: its scaling adapter is on, and neither an autoscaler nor a scaling adapter manifest for "llama-70b-gated" is in the repository',
      ],
    ],
  ])('the call %j', async (words, lines) => {
    expect(await refusal(...words)).toEqual(lines);
  });

  test('a folder that does not exist', async () => {
    expect(await refusal('dist', '--set', 'llama-70b/decode=4', '-C', '/does/not/exist')).toEqual([
      'error: -C /does/not/exist: does not exist',
    ]);
  });

  test('every edit because of one', async () => {
    const lines = await refusal(
      'dist',
      '--set',
      'llama-70b/decode=4',
      '--set',
      'llama-70b/prefill=4',
      '--set',
      'x/y=1',
    );
    expect(lines).toHaveLength(2);
  });

  test('a count that an autoscaler owns, and says where that is', async () => {
    write('dist/keda.yaml', `# scaling\n${KEDA}`);
    expect(await refusal('dist', '--set', 'llama-70b/gated=4')).toEqual([
      'error: dist/llama.yaml:2: llama-70b/gated: scaling adapter is on, so replicas cannot be edited here (edit ScaledObject "gated-scaler" in dist/keda.yaml:2 instead)',
    ]);
  });

  test('a graph that stands in two places', async () => {
    write('other/copy.yaml', `---\n${GRAPH}`);
    expect(await refusal('.', '--set', 'llama-70b/decode=4')).toEqual([
      'error: the graph "llama-70b" stands in 2 places: dist/llama.yaml:2, other/copy.yaml:3 (name the file of one of them)',
    ]);
    expect((await scale('other', '--set', 'llama-70b/decode=4')).exitCode).toBe(0);
  });

  test('a file that was named and cannot be read', async () => {
    write('broken.yaml', 'a: [\n');
    write('binary.yaml', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0));
    const lines = await refusal('dist', 'broken.yaml', 'binary.yaml', '--set', 'llama-70b/decode=4');
    expect(lines).toEqual([
      'error: binary.yaml: holds a NUL byte, so it is no text file',
      expect.stringMatching(/^error: broken\.yaml:1:5: is not YAML: /),
    ]);
  });

  test('a number that is named in two ways', async () => {
    expect(await refusal('dist', '--set', 'llama-70b/decode=4', '--set', 'inference/llama-70b/decode=5')).toEqual([
      'error: dist/llama.yaml:12: --set names llama-70b/decode twice (name it once; see dynamo-gitops scale --help)',
    ]);
  });

  test('a broken file that holds any graph, whatever its name', async () => {
    write('dist/other.yaml', GRAPH.replaceAll('llama-70b', 'qwen').replace('replicas: "3"', 'replicas: "3'));
    const [line, ...more] = await refusal('dist', '--set', 'llama-70b/decode=4');
    expect(line).toMatch(/^error: dist\/other\.yaml:\d+:\d+: is not YAML: /);
    expect(more).toEqual([]);
    write('dist/other.yaml', Buffer.from(GRAPH, 'utf16le'));
    expect(await refusal('dist', '--set', 'llama-70b/decode=4')).toEqual([
      'error: dist/other.yaml: holds a NUL byte, so it is no text file',
    ]);
  });

  test('a broken file that may hold the graph, and notes the others', async () => {
    write('dist/chart.yaml', 'name: {{ .Release.Name }}-x\n');
    const { exitCode, stderr } = await scale('dist', '--set', 'llama-70b/decode=4');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^note: not read: dist\/chart\.yaml:1:7: looks like a template \("\{\{"\)[^\n]*\n$/);
    write('dist/chart.yaml', 'name: llama-70b\nx: {{ y }}\n');
    expect(await refusal('dist', '--set', 'llama-70b/decode=5')).toEqual([
      expect.stringMatching(/^error: dist\/chart\.yaml:2:4: looks like a template/),
    ]);
  });

  test('a read-only file', async () => {
    chmodSync(join(root, 'dist/llama.yaml'), 0o444);
    expect(await refusal('dist', '--set', 'llama-70b/decode=4')).toEqual([
      'error: dist/llama.yaml: may not be written',
    ]);
  });

  test('a link that leads out of the folder, and follows one inside it', async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'outside-')));
    try {
      writeFileSync(join(outside, 'graph.yaml'), GRAPH.replaceAll('llama-70b', 'secret'));
      symlinkSync(join(outside, 'graph.yaml'), join(root, 'dist/secret.yaml'));
      expect(await refusal('dist/secret.yaml', '--set', 'secret/decode=4')).toEqual([
        'error: dist/secret.yaml: leads out of the working folder (choose the folder with -C)',
      ]);
      symlinkSync('dist/llama.yaml', join(root, 'link.yaml'));
      expect((await scale('link.yaml', '--set', 'llama-70b/decode=4')).stdout).toContain('dist/llama.yaml:12:');
      expect(lstatSync(join(root, 'link.yaml')).isSymbolicLink()).toBe(true);
      expect(read('dist/llama.yaml')).toContain('replicas: 4   # tuned');
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});

describe('scale of twins', () => {
  const policyOf = (environment: string): string =>
    JSON.stringify(JSON.stringify({ schemaVersion: 1, app: 'chat', environment, services: {} }));
  const twin = (environment: string, namespace: string): string =>
    GRAPH.replace(
      '  namespace: inference',
      `  annotations: {${POLICY_ANNOTATION}: ${policyOf(environment)}}\n  namespace: ${namespace}`,
    );

  beforeEach(() => {
    write('dist/staging/llama.yaml', twin('staging', 'llm-staging'));
    write('dist/prod/llama.yaml', twin('prod', 'llm-prod'));
  });

  test('takes the one of an environment, or of a namespace', async () => {
    expect((await scale('dist', '--set', 'prod/llama-70b/decode=4')).stdout).toContain('dist/prod/llama.yaml:13:');
    expect((await scale('dist', '--set', 'llm-staging/llama-70b/decode=5')).stdout).toContain(
      'dist/staging/llama.yaml:13:',
    );
  });

  test('says how to tell them apart', async () => {
    expect(await refusal('dist', '--set', 'llama-70b/decode=4')).toEqual([
      'error: the graph "llama-70b" stands in 2 places: dist/prod/llama.yaml:2, dist/staging/llama.yaml:2 (write prod/llama-70b/decode or staging/llama-70b/decode)',
    ]);
    expect(await refusal('dist', '--set', 'pord/llama-70b/decode=4')).toEqual([
      expect.stringMatching(/^error: there is no graph "llama-70b" with the environment or namespace "pord" in dist/),
    ]);
  });
});

describe('scale of a kustomize base and its overlay', () => {
  const PATCH =
    'apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: llama-70b}\nspec:\n  services:\n';
  const kustomization = (...lines: readonly string[]): string =>
    [
      'apiVersion: kustomize.config.k8s.io/v1beta1',
      'kind: Kustomization',
      'resources: [../../base]',
      ...lines,
      '',
    ].join('\n');

  beforeEach(() => {
    write('base/llama.yaml', GRAPH);
    write('base/kustomization.yaml', 'resources: [llama.yaml]\n');
  });

  test('edits the only file that names the service, and not a patch of others', async () => {
    write('overlays/prod/patch.yaml', `${PATCH}    Frontend:\n      replicas: 3\n`);
    expect((await scale('.', '--set', 'llama-70b/decode=4')).stdout).toContain('base/llama.yaml:12:');
    write('overlays/prod/kustomization.yaml', kustomization('patches:', '- path: patch.yaml'));
    expect((await scale('.', '--set', 'llama-70b/decode=5')).stdout).toContain('base/llama.yaml:12:');
  });

  test.each([
    ['a patch of its own', ['patches:', '- path: patch.yaml'], 'overlays/prod/patch.yaml:8'],
    ['the old field', ['patchesStrategicMerge:', '- patch.yaml'], 'overlays/prod/patch.yaml:8'],
    [
      'an inline merge',
      [
        'patches:',
        '- target: {kind: DynamoGraphDeployment}',
        '  patch: |',
        '    kind: X',
        '    spec: {services: {decode: {replicas: 9}}}',
      ],
      'overlays/prod/kustomization.yaml:5',
    ],
    [
      'a merge that removes the service',
      ['patches:', '- target: {name: llama-70b}', '  patch: "{kind: X, spec: {services: {decode: null}}}"'],
      'overlays/prod/kustomization.yaml:5',
    ],
    [
      'inline operations',
      [
        'patches:',
        '- target: {kind: Dynamo.*, name: llama-.*}',
        '  patch: |',
        '    - {op: replace, path: /spec/services/decode/replicas, value: 9}',
      ],
      'overlays/prod/kustomization.yaml:5',
    ],
    [
      'operations in JSON',
      ['patchesJson6902:', '- {path: ops.json, target: {name: llama-70b}}'],
      'overlays/prod/ops.json:3',
    ],
  ])('refuses what %s overrides, and names the place', async (_, lines, place) => {
    write('overlays/prod/kustomization.yaml', kustomization(...lines));
    write('overlays/prod/patch.yaml', `${PATCH}    decode:\n      envs: []\n      replicas: 9\n`);
    write(
      'overlays/prod/ops.json',
      '[\n{"op": "test", "path": "/spec"},\n{"op": "add", "path": "/spec/services/decode", "value": {}}\n]\n',
    );
    const [line, ...more] = await refusal('base', 'overlays/prod/kustomization.yaml', '--set', 'llama-70b/decode=4');
    expect(line).toBe(
      `error: base/llama.yaml:12: llama-70b/decode: kustomize writes another number over this one in ${place} (edit it there, or name base/llama.yaml alone)`,
    );
    expect(more).toEqual([]);
    expect((await scale('base/llama.yaml', '--set', 'llama-70b/decode=4')).exitCode).toBe(0);
  });

  test('finds the component that a patch of v1beta1 names by its position', async () => {
    write(
      'base/llama.yaml',
      'apiVersion: nvidia.com/v1beta1\nkind: DynamoGraphDeployment\nmetadata: {name: g}\nspec:\n  components:\n  - {name: a, replicas: 1}\n  - {name: b, replicas: 1}\n',
    );
    const patch = '- {op: replace, path: /spec/components/1/replicas, value: 9}';
    write(
      'overlays/prod/kustomization.yaml',
      kustomization('patches:', '- target: {name: g}', '  patch: |', `    ${patch}`),
    );
    expect((await scale('.', '--set', 'g/a=2')).exitCode).toBe(0);
    expect(await refusal('.', '--set', 'g/b=2')).toEqual([
      expect.stringContaining('in overlays/prod/kustomization.yaml:5'),
    ]);
  });

  test('holds where a patch cannot be read, and lets patches of other kinds and other bases be', async () => {
    write('overlays/prod/kustomization.yaml', kustomization('patches:', '- path: gone.yaml'));
    expect(await refusal('.', '--set', 'llama-70b/decode=4')).toEqual([
      'error: base/llama.yaml:12: llama-70b/decode: kustomize patches it with overlays/prod/gone.yaml, which cannot be read (name base/llama.yaml alone to edit it all the same)',
    ]);
    const operation = '    - {op: replace, path: /spec/services/decode/replicas, value: 9}';
    write(
      'overlays/prod/kustomization.yaml',
      kustomization(
        'patches:',
        '- target: {kind: Deployment}',
        '  patch: |',
        operation,
        '- {path: gone.yaml, target: {name: web}}',
      ),
    );
    write(
      'other/kustomization.yaml',
      `resources: [https://example.com/base, ../elsewhere]\npatches:\n- target: {name: llama-70b}\n  patch: |\n${operation}\n`,
    );
    expect((await scale('.', '--set', 'llama-70b/decode=4')).exitCode).toBe(0);
  });

  test('edits the patch where only the overlay is named', async () => {
    write('overlays/prod/kustomization.yaml', kustomization('patches:', '- path: patch.yaml'));
    write('overlays/prod/patch.yaml', `${PATCH}    decode:\n      replicas: 9\n`);
    expect((await scale('overlays', '--set', 'llama-70b/decode=4')).stdout).toContain('overlays/prod/patch.yaml:7:');
  });
});

describe('scale of a graph that was rendered from code', () => {
  const policy = { schemaVersion: 1, app: 'chat', environment: 'prod', services: { decode: { min: 1, max: 8 } } };
  const rendered = GRAPH.replace(
    '  namespace:',
    `  annotations: {${POLICY_ANNOTATION}: ${JSON.stringify(JSON.stringify(policy))}}\n  namespace:`,
  );
  const pins = (replicas: string, service = 'decode'): string =>
    `# numbers of llama-70b\nschemaVersion: 1\ndeployment: llama-70b\nenvironment: prod\nservices:\n  ${service}: {replicas: ${replicas}}\n`;
  const PINS = 'apps/chat/pins/prod/llama-70b.yaml';

  beforeEach(() => write('dist/llama.yaml', rendered));

  test('edits the number and its pin together', async () => {
    write(PINS, pins('2'));
    const { exitCode, stdout, stderr } = await scale('dist', '--set', 'llama-70b/decode=4');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'dist/llama.yaml:13: llama-70b/decode 2 → 4',
      `${PINS}:6: llama-70b/decode 2 → 4`,
    ]);
    expect(read('dist/llama.yaml')).toBe(rendered.replace('replicas: 2 ', 'replicas: 4 '));
    expect(read(PINS)).toBe(pins('4'));
  });

  test('warns where the pins are not in this folder', async () => {
    const { exitCode, stderr } = await scale('dist', '--set', 'llama-70b/decode=4');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^warning: dist\/llama\.yaml is rendered from code whose pins are not in this folder/);
  });

  test.each([
    [
      'disagree',
      pins('3'),
      `${PINS}:6: pins llama-70b/decode to 3, and dist/llama.yaml:13 says 2 (run synth first, so that they agree)`,
    ],
    [
      'lack it',
      pins('2', 'prefill'),
      `${PINS}: has no pin for llama-70b/decode, so the next synth would undo the change (add the pin and run synth)`,
    ],
    [
      'are shared',
      `${pins('&n 2')}  prefill: {replicas: *n}\n`,
      `${PINS}:6:25: services.decode.replicas: has the anchor &n, which *n on line 7 repeats (an edit would change both; write the repeated part out)`,
    ],
  ])('refuses where the pins %s', async (_, text, line) => {
    write(PINS, text);
    expect(await refusal('dist', '--set', 'llama-70b/decode=4')).toEqual([`error: ${line}`]);
  });

  test('refuses what its code does not allow', async () => {
    write(PINS, pins('2'));
    expect(await refusal('dist', '--set', 'llama-70b/decode=9')).toEqual([
      'error: dist/llama.yaml:13: llama-70b/decode: 9 is not between 1 and 8, the limits that its code declares (synth would refuse it; change the limits there first)',
    ]);
  });

  test('refuses pins that cannot be read', async () => {
    write(PINS, 'services: {decode: {replicas: two}}\n');
    const lines = await refusal('dist', '--set', 'llama-70b/decode=4');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain(`error: ${PINS}: `);
  });
});
