import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callCli } from './call.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-diff-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

function git(...words: readonly string[]): string {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...words], { cwd: folder, encoding: 'utf8' }).trim();
}

function commit(): string {
  git('add', '-A');
  git('commit', '-qm', 'a state');
  return git('rev-parse', '--short=7', 'HEAD');
}

function diff(...words: readonly string[]) {
  return callCli(['diff', ...words], { cwd: folder, env: { PATH: process.env.PATH } });
}

async function document(...words: readonly string[]) {
  const { stdout } = await diff(...words, '-o', 'json');
  return JSON.parse(stdout) as {
    readonly summary: { readonly [count: string]: number };
    readonly objects: readonly { readonly [field: string]: unknown }[];
    readonly gpus: readonly { readonly [field: string]: unknown }[];
    readonly skipped: readonly unknown[];
  };
}

const GRAPH = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: inference}
spec:
  pvcs: [{name: models, create: true, storageClass: nfs, size: 1Ti, volumeAccessMode: ReadWriteMany}]
  services:
    decode:
      componentType: worker
      replicas: 3
      multinode: {nodeCount: 4}
      resources: {limits: {gpu: "8"}}
      extraPodSpec: {mainContainer: {image: "registry.example/vllm:1.4.0", args: [--model, m]}}
`;
const SETTINGS = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: inference}\ndata: {a: "1"}\n';

describe('diff with a commit', () => {
  beforeEach(async () => {
    git('init', '-q', '-b', 'main');
    await write('dist/prod/graph.yaml', GRAPH);
    await write('dist/prod/settings.yaml', SETTINGS);
  });

  test('--merge-base compares with the commit at which the base was left', async () => {
    commit();
    git('checkout', '-qb', 'change');
    git('checkout', '-q', 'main');
    await write('dist/prod/settings.yaml', SETTINGS.replace('"1"', '"2"'));
    commit();
    git('checkout', '-q', 'change');
    await write('dist/prod/graph.yaml', GRAPH.replace('replicas: 3', 'replicas: 4'));
    expect((await document('--base', 'main')).objects).toHaveLength(2);
    expect((await document('--base', 'main', '--merge-base')).objects).toHaveLength(1);
    expect((await diff('--base', 'main', '--merge-base')).stdout).toMatch(
      /^[0-9a-f]{7}, where main was left → the work tree/,
    );
    commit();
    git('checkout', '-q', 'main');
    expect((await document('--base', 'main', '--head', 'change', '--merge-base')).objects).toHaveLength(1);
  });

  test('--merge-base without a base, or without a common commit, is one line', async () => {
    commit();
    expect(await diff('--merge-base')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: --merge-base: .*\n$/),
    });
    git('checkout', '-q', '--orphan', 'other');
    git('commit', '-qm', 'another beginning');
    expect(await diff('--merge-base', '--base', 'main')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: "main" and "HEAD" have no commit in common here .*\n$/),
    });
  });

  test('says what an absent count counts as', async () => {
    commit();
    await write('dist/prod/graph.yaml', GRAPH.replace('      replicas: 3\n', ''));
    expect((await diff()).stdout).toContain('spec.services[decode].replicas: 3 → (absent, which counts as 1)\n');
    expect((await diff('-o', 'markdown')).stdout).toContain('(absent, which counts as 1)');
  });

  test('says what changes in the work tree, what restarts and what it takes', async () => {
    const head = commit();
    await write(
      'dist/prod/graph.yaml',
      GRAPH.replace('replicas: 3', 'replicas: 5').replace(', m]', ', m, --seed, "1"]'),
    );
    expect(await diff()).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `HEAD (${head}) → the work tree

~ DynamoGraphDeployment inference/chat  dist/prod/graph.yaml
      spec.services[decode].replicas: 3 → 5
      spec.services[decode].extraPodSpec.mainContainer.args
        + --seed
        + 1
    restarts decode: spec.services[decode].extraPodSpec.mainContainer.args changes
    needs more GPUs: 96 → 160 (+64)

GPUs
  prod/inference nvidia.com/gpu: 96 → 160 (+64)
    chat/decode: 3 replicas × 4 nodes × 8 GPUs = 96 → 5 replicas × 4 nodes × 8 GPUs = 160

1 changed, 1 unchanged; pods are replaced in 1 graph.
`,
    });
  });

  test('exits with 2 for differences only where that is asked for', async () => {
    commit();
    expect((await diff('--detailed-exitcode')).exitCode).toBe(0);
    await write('dist/prod/graph.yaml', `# a comment\n${GRAPH.replace('gpu: "8"', "gpu: '8'")}`);
    expect(await diff('--detailed-exitcode')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No differences: 2 objects mean the same.'),
    });
    await write('dist/prod/graph.yaml', GRAPH.replace('replicas: 3', 'replicas: 2'));
    expect((await diff()).exitCode).toBe(0);
    expect((await diff('--detailed-exitcode')).exitCode).toBe(2);
  });

  test('compares two commits, whatever the work tree holds', async () => {
    const first = commit();
    await write('dist/prod/graph.yaml', GRAPH.replace('replicas: 3', 'replicas: 4'));
    commit();
    await write('dist/prod/graph.yaml', 'kind: [broken');
    const { objects } = await document('--base', first, '--head', 'HEAD');
    expect(objects).toMatchObject([
      { change: 'changed', fields: [{ path: 'spec.services[decode].replicas', before: 3, after: 4, restarts: [] }] },
    ]);
    expect((await document('--base', 'HEAD', '--head', first)).objects).toMatchObject([
      { fields: [{ before: 4, after: 3 }] },
    ]);
  });

  test('is loud about a graph that is gone, and names what dies with it', async () => {
    commit();
    await rm(join(folder, 'dist/prod/graph.yaml'));
    const { stdout } = await diff();
    expect(stdout).toContain('- REMOVED DynamoGraphDeployment inference/chat');
    expect(stdout).toContain(
      '! the claim "models", which the operator made for the graph, is deleted with the model in it',
    );
    expect(stdout).toContain('prod/inference nvidia.com/gpu: 96 → 0 (-96)');
    expect(stdout).toContain('1 REMOVED, 1 unchanged');
    expect((await document('dist/prod/graph.yaml')).summary).toMatchObject({ removed: 1, unchanged: 0 });
  });

  test('says what will be refused, by the operator that is meant', async () => {
    commit();
    await write('dist/prod/graph.yaml', GRAPH.replace('    decode:', '    decoding:'));
    const { stdout } = await diff('--operator', '1.3');
    expect(stdout).toContain('will be refused: spec.services');
    expect(stdout).toContain('[services-immutable]');
    expect(stdout).toContain('1 will be refused');
    await write('dist/prod/graph.yaml', GRAPH.replace(':1.4.0', ':nightly'));
    expect((await document('--operator', '1.3')).summary).toMatchObject({ refused: 0 });
    expect((await document('--operator', '1.4')).summary).toMatchObject({ refused: 1 });
  });

  test('looks at the named paths only', async () => {
    commit();
    await write('dist/prod/graph.yaml', GRAPH.replace('replicas: 3', 'replicas: 2'));
    await write('dist/prod/settings.yaml', SETTINGS.replace('"1"', '"2"'));
    expect((await document('dist/prod/settings.yaml')).objects).toMatchObject([{ kind: 'ConfigMap' }]);
    expect((await document('--base', 'HEAD', 'dist/prod/settings.yaml', 'dist/prod/graph.yaml')).objects).toHaveLength(
      2,
    );
  });

  test('leaves out, by name, what is no manifest on either side, and stops for what just broke', async () => {
    await write('dist/chart/templates/a.yaml', 'kind: {{ .Values.kind }}\nx: {{- if }}\n');
    await write('dist/old.yaml', 'kind: [broken');
    commit();
    await write('dist/prod/settings.yaml', SETTINGS.replace('"1"', '"2"'));
    const { objects, skipped } = await document();
    expect(objects).toMatchObject([{ kind: 'ConfigMap' }]);
    expect(skipped).toMatchObject([{ file: 'dist/chart/templates/a.yaml' }, { file: 'dist/old.yaml' }]);
    await write('dist/prod/graph.yaml', 'kind: [broken');
    const { exitCode, stderr, stdout } = await diff();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error: dist\/prod\/graph\.yaml:1:\d+: is not YAML: .*\n$/);
  });

  test('gives a comment for a pull request in which nothing from a manifest is markup', async () => {
    commit();
    await write('dist/prod/graph.yaml', GRAPH.replace('replicas: 3', 'replicas: 2'));
    await write('dist/prod/settings.yaml', SETTINGS.replace('"1"', '"<img src=x> @team | \\u001b[31m [a](b)"'));
    const { stdout } = await diff('-o', 'markdown');
    expect(stdout).toContain('| `spec.services[decode].replicas` | `3` | `2` |  |');
    expect(stdout).toContain('- **prod/inference nvidia.com/gpu: 96 → 64 (-32)**');
    // A pipe makes prose of a code span in a table, and there all of it is escaped.
    expect(stdout).toContain('\\<img src=x\\>');
    expect(stdout).not.toMatch(/[^`\\]<img|[^\\]\]\(b\)/);
    expect(stdout).not.toContain('\u001b');
  });

  test('keeps a comment below what forges take, and counts what does not fit', async () => {
    const hostile = '|*_`<@#'.repeat(60);
    const many = (count: number) =>
      Array.from({ length: 150 }, (_, index) => {
        const fields = Array.from({ length: 80 }, (__, field) => `k${field}: ${JSON.stringify(`${hostile}${count}`)}`);
        return SETTINGS.replace('settings', `settings-${index}`).replace('a: "1"', fields.join(', '));
      }).join('---\n');
    await write('dist/prod/settings.yaml', many(1));
    commit();
    await write('dist/prod/settings.yaml', many(2));
    const { stdout } = await diff('-o', 'markdown');
    expect(stdout.length).toBeLessThan(65_536);
    expect(stdout).toContain('20 more fields are left out here.');
    expect(stdout).toMatch(/\d+ more objects do not fit here\./);
  });

  test('shows a long value where it differs, and no character that a terminal acts on', async () => {
    const long = (end: string) => SETTINGS.replace('"1"', `"${'x'.repeat(5000)}${end}\\u001b[2J\\u202e"`);
    await write('dist/prod/settings.yaml', long('old'));
    commit();
    await write('dist/prod/settings.yaml', long('new'));
    const { stdout } = await diff();
    expect(stdout.split('\n').every((line) => line.length < 300)).toBe(true);
    expect(stdout).toMatch(/data\[a\]: …x+old\S+ → …x+new/);
    for (const character of ['\u001b', '\u202e']) expect(stdout).not.toContain(character);
  });

  test('names a commit, a path and a folder that are not there in one line each', async () => {
    commit();
    expect(await diff('--base', 'nowhere')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: .*nowhere.*\n$/),
    });
    expect(await diff('dist/none')).toEqual({ exitCode: 1, stdout: '', stderr: 'error: dist/none: does not exist\n' });
    expect(await diff('dist', 'none')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: none: .*\n$/),
    });
  });
});

describe('diff of two places', () => {
  test('compares two folders by the paths below them, outside of any repository', async () => {
    await write('old/prod/graph.yaml', GRAPH);
    await write('old/prod/settings.yaml', SETTINGS);
    await write('new/prod/graph.yaml', GRAPH.replace('replicas: 3', 'replicas: 1'));
    await write('new/prod/claims.yaml', SETTINGS.replace('name: settings', 'name: more'));
    const { stdout } = await diff('old', 'new');
    expect(stdout).toContain('old → new');
    expect(stdout).toContain('- REMOVED ConfigMap inference/settings  prod/settings.yaml');
    expect(stdout).toContain('~ DynamoGraphDeployment inference/chat  prod/graph.yaml');
    expect(stdout).toContain('+ added ConfigMap inference/more  prod/claims.yaml');
  });

  test('compares two files of any name', async () => {
    await write('a.txt', GRAPH);
    await write('deep/b.yaml', GRAPH.replace('replicas: 3', 'replicas: 1'));
    expect((await document('a.txt', 'deep/b.yaml')).objects).toMatchObject([
      { change: 'changed', fields: [{ path: 'spec.services[decode].replicas' }] },
    ]);
    await write('values-a.yaml', 'replicas: 1\n');
    await write('values-b.yaml', 'replicas: 2\n');
    expect((await document('values-a.yaml', 'values-b.yaml')).objects).toMatchObject([
      { change: 'changed', kind: '', fields: [{ path: 'replicas', before: 1, after: 2 }] },
    ]);
    await write('broken.yaml', 'kind: [broken');
    expect((await diff('broken.yaml', 'a.txt')).stderr).toMatch(/^error: broken\.yaml:1:\d+: is not YAML/);
    expect(await diff('a.txt', 'deep')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('deep is a folder and a.txt is a file (compare two of a kind'),
    });
  });

  test('shows no secret, in any format', async () => {
    const secret = (value: string) =>
      `${SETTINGS.replace('ConfigMap', 'Secret').replace('\ndata:', '\nstringData:').replace('"1"', value)}`;
    await write('a.yaml', secret('first-value'));
    await write('b.yaml', secret('second-value'));
    for (const format of ['text', 'json', 'yaml', 'markdown']) {
      const { stdout } = await diff('a.yaml', 'b.yaml', '-o', format);
      expect(stdout).toContain('(changed)');
      expect(stdout).not.toMatch(/first-value|second-value/);
    }
  });
});
