import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { commitAll, ENVIRONMENT, git, removeTemporaryFolders, temporaryFolder, writeFiles } from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const GRAPH = `# The chat model.
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  namespace: inference
  annotations: # of the team
    nvidia.com/current-worker-hash: abc
    team: serving # who to ask
spec:
  services:
    decode:
      componentType: worker
      replicas: 1 # the adapter's now
      scalingAdapter: {enabled: true}
      extraPodSpec: {mainContainer: {image: "registry.example/vllm:1.4.0"}}
      resources: {limits: {gpu: 1}} # one each
`;
const FIXED = GRAPH.replace('    nvidia.com/current-worker-hash: abc\n', '')
  .replace("      replicas: 1 # the adapter's now\n", '')
  .replace('gpu: 1}', 'gpu: "1"}');

const SCALED = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: decode, namespace: inference}
spec:
  minReplicaCount: 1
  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode}
  triggers:
    # the time to the first token
    - type: prometheus
      metadata:
        serverAddress: http://prometheus:9090
        query: histogram_quantile(0.95, sum(rate(x_time_to_first_token_seconds_bucket[2m])) by (le))
        threshold: "0.5"
`;
const SCALED_FIXED = SCALED.replace('- type: prometheus\n', '- type: prometheus\n      metricType: Value\n').replace(
  'threshold: "0.5"\n',
  'threshold: "0.5"\n        ignoreNullValues: "false"\n',
);

function folderOf(files: { readonly [file: string]: string }): string {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return folder;
}

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const lint = (cwd: string, ...words: readonly string[]) => callCli(['lint', '.', ...words], { cwd, env: ENVIRONMENT });

describe('lint --fix --dry-run', () => {
  test('shows no secret beside an edit', async () => {
    const secret = GRAPH.replace(
      '      replicas: 1',
      '      envs: [{name: DB_PASSWORD, value: 90210777}]\n      replicas: 1',
    );
    const { stdout } = await lint(folderOf({ 'a.yaml': secret }), '--fix', '--dry-run');
    expect(stdout).toContain('value: "********"');
    expect(stdout).not.toContain('90210777');
  });
});

describe('lint --fix', () => {
  test('mends what nobody has to choose about, and leaves every other byte', async () => {
    const folder = folderOf({ 'a.yaml': GRAPH, 'keda.yaml': SCALED });
    chmodSync(join(folder, 'a.yaml'), 0o640);
    const { exitCode, stdout } = await lint(folder, '--fix');
    expect(stdout).toBe(`a.yaml:8: fixed: remove it [gitops-operator-annotation]
a.yaml:14: fixed: apply on the server side, and remove replicas once the operator has written the count itself; removed before, it counts as 1 [gitops-replicas-beside-adapter]
a.yaml:17: fixed: put it in quotes: "1" [schema-type]
keda.yaml:9: fixed: set metricType: Value [keda-latency-average]
keda.yaml:10: fixed: set ignoreNullValues: "false" [keda-no-data]

5 fixed in 2 files. Nothing found: 2 files checked for operator 1.4.
`);
    expect(exitCode).toBe(0);
    expect(read(folder, 'a.yaml')).toBe(FIXED);
    expect(read(folder, 'keda.yaml')).toBe(SCALED_FIXED);
    expect(statSync(join(folder, 'a.yaml')).mode & 0o777).toBe(0o640);
    expect((await lint(folder, '--fix')).stdout).toBe(
      'Nothing to fix. Nothing found: 2 files checked for operator 1.4.\n',
    );
  });

  test('keeps line ends, a byte order mark and the other documents of a file', async () => {
    const windows = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`;
    const around = (text: string) => `a: [\n---\n${text}---\nb:   {c: d} # as it is\n...\n# end\n`;
    const folder = folderOf({ 'a.yaml': windows(GRAPH), 'keda.yaml': around(SCALED) });
    const { exitCode, stdout } = await lint(folder, '--fix', '-o', 'json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: false,
      fixed: [{}, {}, {}, {}, {}],
      notFixed: [],
      changedFiles: ['a.yaml', 'keda.yaml'],
      findings: [{ rule: 'yaml-syntax' }],
    });
    expect(read(folder, 'a.yaml')).toBe(windows(FIXED));
    expect(read(folder, 'keda.yaml')).toBe(around(SCALED_FIXED));
  });

  test('shows what it would do, and writes nothing, in a dry run', async () => {
    const folder = folderOf({ 'keda.yaml': SCALED });
    const { exitCode, stdout } = await lint(folder, '--fix', '--dry-run');
    expect(stdout).toBe(`keda.yaml:9: would be fixed: set metricType: Value [keda-latency-average]
keda.yaml:10: would be fixed: set ignoreNullValues: "false" [keda-no-data]

--- a/keda.yaml
+++ b/keda.yaml
@@ -8,6 +8,8 @@
     # the time to the first token
     - type: prometheus
+      metricType: Value
       metadata:
         serverAddress: http://prometheus:9090
         query: histogram_quantile(0.95, sum(rate(x_time_to_first_token_seconds_bucket[2m])) by (le))
         threshold: "0.5"
+        ignoreNullValues: "false"

2 would be fixed in 1 file. Then: Nothing found: 1 file checked for operator 1.4.
`);
    expect(exitCode).toBe(2);
    expect(read(folder, 'keda.yaml')).toBe(SCALED);
    expect(await lint(folder, '--dry-run')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--fix') });
  });

  test('leaves a count that something may depend on, unless it was absent before', async () => {
    const three = GRAPH.replace('replicas: 1 ', 'replicas: 3 ');
    const folder = folderOf({ 'a.yaml': GRAPH.replace(/ +replicas.*\n/, '') });
    git(folder, 'init', '--quiet', '--initial-branch', 'main');
    commitAll(folder, 'first');
    writeFiles(folder, { 'a.yaml': three });
    await lint(folder, '--fix');
    expect(read(folder, 'a.yaml')).toContain('replicas: 3 ');
    expect((await lint(folder, '--fix', '--base', 'main')).exitCode).toBe(0);
    expect(read(folder, 'a.yaml')).toBe(FIXED);
  });

  test('turns a replacing sync into one on the server side, once', async () => {
    const application = (options: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source: {repoURL: "https://git.example/x", path: apps}\n  destination: {namespace: inference}\n  syncPolicy:\n    syncOptions:\n${options}`;
    const folder = folderOf({
      'a.yaml': application('    - Force=true # why\n    - Replace=true\n'),
      'apps/graph.yaml': FIXED,
    });
    await lint(folder, '--fix');
    expect(read(folder, 'a.yaml')).toBe(application('    - ServerSideApply=true # why\n'));
  });

  test('takes an edit back that the operator would refuse, and makes the others', async () => {
    const text = GRAPH.replace('componentType: worker', 'sharedMemory: {size: 1.5x}\n      dynamoNamespace: 5');
    const folder = folderOf({
      'a.yaml': text.replace('spec:', 'spec:\n  backendFramework: 5'),
    });
    const { stdout } = await lint(folder, '--fix');
    expect(stdout).toContain('a.yaml:11: not fixed: schema-value would find fault with the result [schema-type]\n');
    expect(read(folder, 'a.yaml')).toContain('backendFramework: 5\n');
    expect(read(folder, 'a.yaml')).toContain('dynamoNamespace: "5"\n');
  });

  test('takes an edit back after which an amount would be dropped in silence', async () => {
    const folder = folderOf({ 'a.yaml': GRAPH.replace('gpu: 1}', 'cpu: 0x1f}') });
    const { stdout } = await lint(folder, '--fix');
    expect(stdout).toContain(
      'a.yaml:17: not fixed: quantity-unreadable would find fault with the result [schema-type]\n',
    );
    expect(read(folder, 'a.yaml')).toContain('cpu: 0x1f}');
  });

  test('says why an edit cannot be made', async () => {
    const shared = GRAPH.replace('resources: {limits: {gpu: 1}}', 'resources: {limits: &l {gpu: 1}, requests: *l}');
    const folder = folderOf({ 'a.yaml': shared });
    const { stdout } = await lint(folder, '--fix');
    expect(stdout).toContain('a.yaml:17: not fixed: it would change another value [schema-type]\n');
    expect(read(folder, 'a.yaml')).toContain('&l {gpu: 1}');
  });

  test('leaves what a comment has taken', async () => {
    const text = SCALED.replace(
      '    - type',
      '    # dynamo-gitops-ignore keda-latency-average: one replica\n    - type',
    );
    const folder = folderOf({ 'a.yaml': text });
    await lint(folder, '--fix');
    expect(read(folder, 'a.yaml')).not.toContain('metricType');
    expect(read(folder, 'a.yaml')).toContain('ignoreNullValues');
  });

  test('writes nothing where a file is read-only', async () => {
    const folder = folderOf({ 'a.yaml': GRAPH, 'b.yaml': SCALED });
    chmodSync(join(folder, 'b.yaml'), 0o444);
    expect(await lint(folder, '--fix')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'error: b.yaml: may not be written\n',
    });
    expect(read(folder, 'a.yaml')).toBe(GRAPH);
  });
});
