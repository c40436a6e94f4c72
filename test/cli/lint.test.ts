import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callCli } from './call.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-lint-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

function lint(...words: readonly string[]) {
  return callCli(['lint', ...words], { cwd: folder });
}

async function findings(...words: readonly string[]) {
  const { stdout } = await lint(...words, '-o', 'json');
  const { findings: found } = JSON.parse(stdout) as { findings: readonly { [field: string]: unknown }[] };
  return found.map(({ rule, file, line, column }) => [rule, `${String(file)}:${String(line)}:${String(column)}`]);
}

const SOUND = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: inference}
spec:
  services:
    decode:
      componentType: worker
      replicas: 2
      extraPodSpec: {mainContainer: {image: "registry.example/vllm:1.4.0"}}
      resources: {limits: {gpu: "1"}}
`;

describe('lint', () => {
  test('shows a finding as a compiler does, and exits with 2', async () => {
    await write('dist/chat.yaml', SOUND.replace('gpu: "1"', 'gpu: 1'));
    const { exitCode, stdout } = await lint();
    expect(
      stdout,
    ).toBe(`dist/chat.yaml:10:33: error: must be text, not 1: the API server refuses the object [schema-type]
   10 |       resources: {limits: {gpu: 1}}
      |                                 ^
   at spec.services[decode].resources.limits.gpu of DynamoGraphDeployment inference/chat
   help: put it in quotes: "1"

1 error in 1 of 1 file checked for operator 1.4; 1 can be fixed with --fix.
`);
    expect(exitCode).toBe(2);
  });

  test('has nothing to say about sound manifests', async () => {
    await write('dist/chat.yaml', SOUND);
    expect(await lint()).toEqual({
      exitCode: 0,
      stdout: 'Nothing found: 1 file checked for operator 1.4.\n',
      stderr: '',
    });
  });

  test('gives each finding its place as JSON', async () => {
    await write('a.yaml', SOUND.replace('replicas: 2', 'replicas: -2'));
    const { stdout } = await lint('a.yaml', '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      kind: 'lint',
      operator: '1.4.0',
      findings: [
        {
          rule: 'schema-value',
          severity: 'error',
          file: 'a.yaml',
          line: 8,
          column: 17,
          path: 'spec.services[decode].replicas',
          resource: 'DynamoGraphDeployment inference/chat',
          message: 'is -2, below the least allowed, 0: the API server refuses the object',
          help: 'write 0 or more',
        },
      ],
    });
  });

  test('escapes what manifests say in Markdown', async () => {
    await write('a.yaml', SOUND.replace('componentType: worker', '"<b>|x": 1'));
    const { stdout } = await lint('a.yaml', '-o', 'markdown');
    expect(stdout).toContain('| warning | `a.yaml:7` | `schema-unknown-field` |');
    expect(stdout).not.toContain('<b>|');
  });

  test('checks every other document of a file with a broken one', async () => {
    await write(
      'a.yaml',
      `${SOUND.replace('replicas: 2', 'replicas: two')}---\nkind: [broken\n---\n${SOUND.replace('replicas: 2', 'replicas: 0')}`,
    );
    expect(await findings('a.yaml')).toEqual([
      ['schema-type', 'a.yaml:8:17'],
      ['yaml-syntax', 'a.yaml:12:14'],
      ['gitops-scale-to-zero', 'a.yaml:21:17'],
    ]);
  });

  test('checks the items of a List', async () => {
    await write(
      'a.json.yaml',
      JSON.stringify({
        kind: 'List',
        items: [{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoModel', spec: { modelName: 'a' } }],
      }),
    );
    expect(await findings('.')).toEqual([['schema-required', 'a.json.yaml:1:82']]);
  });

  test('takes the operator from the call, else from the config', async () => {
    const tagged = SOUND.replace(':1.4.0', ':nightly');
    await write('manifests/a.yaml', tagged);
    await write('dynamo-gitops.yaml', 'schemaVersion: 1\noperatorVersion: "1.3"\nmanifests: [manifests]\n');
    expect((await lint()).exitCode).toBe(0);
    expect((await lint('--operator', '1.4')).exitCode).toBe(2);
    expect(await lint('--operator', '2')).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('fails on a warning only where that is asked for', async () => {
    await write('a.yaml', SOUND.replace('replicas: 2', 'replicas: 0'));
    expect((await lint('a.yaml')).exitCode).toBe(0);
    expect((await lint('a.yaml', '--fail-on', 'warning')).exitCode).toBe(2);
  });

  test('leaves templates and patches of a kustomization alone, with a note', async () => {
    await write('k/kustomization.yaml', 'patches:\n- path: patch.yaml\n');
    await write(
      'k/patch.yaml',
      'apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: chat}\nspec: {}\n',
    );
    await write('chart/templates/a.yaml', 'apiVersion: nvidia.com/v1alpha1\nspec:\n  {{- if .Values.on }}\n');
    await write('subst.yaml', SOUND.replace('replicas: 2', `replicas: \${COUNT}`));
    expect(await findings('.')).toEqual([
      ['template-skipped', 'chart/templates/a.yaml:3:3'],
      ['kustomize-patch-skipped', 'k/patch.yaml:2:7'],
      ['template-skipped', 'subst.yaml:8:17'],
    ]);
    expect((await lint('.', '--fail-on', 'warning')).exitCode).toBe(0);
  });

  test('skips the templates of a Helm chart with one note', async () => {
    await write('chart/Chart.yaml', 'apiVersion: v2\nname: chat\nversion: 1.0.0\n');
    await write('chart/values.yaml', 'replicas: 1\n');
    await write('chart/templates/a.yaml', SOUND.replace('replicas: 2', 'replicas: {{ .Values.replicas }}'));
    await write('chart/templates/b/c.yaml', '{{- if .Values.on }}\na: [\n{{- end }}\n');
    await write('other/templates/a.yaml', SOUND.replace('replicas: 2', 'replicas: -2'));
    expect(await findings('.')).toEqual([
      ['template-skipped', 'chart/Chart.yaml:null:null'],
      ['schema-value', 'other/templates/a.yaml:8:17'],
    ]);
  });

  test('has nothing against kustomizations and what is none of its kinds', async () => {
    await write(
      'kustomization.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n',
    );
    await write(
      'a.yaml',
      `${SOUND}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n- 1\n---\n# nothing\n`,
    );
    expect(await lint('.', '--fail-on', 'warning')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await findings('.')).toEqual([]);
  });

  test('keeps what is deprecated outside of --fail-on, and offers every release from 0.9 to 1.5', async () => {
    await write('a.yaml', SOUND);
    expect(await findings('a.yaml', '--operator', '1.5')).toEqual([['deprecated-v1alpha1', 'a.yaml:1:13']]);
    expect((await lint('a.yaml', '--operator', '1.5', '--fail-on', 'warning')).exitCode).toBe(0);
    for (const release of ['0.9', '1.0', '1.1', '1.2', '1.3', '1.4', '1.5'])
      expect((await lint('a.yaml', '--operator', release)).exitCode).toBe(0);
  });

  test('sees a patch that replaces a list of components', async () => {
    const patch =
      'apiVersion: nvidia.com/v1beta1\nkind: DynamoGraphDeployment\nmetadata: {name: chat}\nspec:\n  components: [{name: decode, replicas: 3}]\n';
    await write('k/kustomization.yaml', 'patches: [{path: patch.yaml}]\n');
    await write('k/patch.yaml', patch);
    expect(await findings('k')).toContainEqual(['kustomize-component-list', 'k/patch.yaml:5:3']);
    await write('k/kustomization.yaml', 'openapi: {path: schema.json}\npatches: [{path: patch.yaml}]\n');
    expect(await findings('k')).toEqual([['kustomize-patch-skipped', 'k/patch.yaml:2:7']]);
  });

  test("sees objects that stand in each other's way", async () => {
    const target = '{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode}';
    await write(
      'hpa.yaml',
      `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: inference}\nspec:\n  maxReplicas: 4\n  scaleTargetRef: ${target}\n`,
    );
    await write(
      'keda.yaml',
      `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: b, namespace: inference}\nspec:\n  minReplicaCount: 1\n  scaleTargetRef: ${target}\n`,
    );
    const adapter = `apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeploymentScalingAdapter\nmetadata: {name: chat-decode, namespace: inference}\nspec: {replicas: 2, dgdRef: {name: chat, serviceName: decode}}\n`;
    await write('adapter.yaml', adapter);
    await write('graph.yaml', SOUND);
    expect(await findings('.')).toEqual([
      ['gitops-adapter-off', 'adapter.yaml:3:18'],
      ['gitops-adapter-driven', 'adapter.yaml:4:18'],
      ['gitops-two-autoscalers', 'keda.yaml:6:102'],
    ]);
    await write('graph.yaml', SOUND.replace('replicas: 2', 'scalingAdapter: {enabled: true}'));
    await rm(join(folder, 'keda.yaml'));
    await rm(join(folder, 'hpa.yaml'));
    expect(await findings('.')).toEqual([]);
    expect(await findings('.', '--operator', '1.3')).toEqual([['gitops-adapter-overwritten', 'adapter.yaml:4:18']]);
  });

  test("reads YAML 1.1's words for true where one is wanted, as Kubernetes does", async () => {
    await write('a.yaml', SOUND.replace('replicas: 2', 'globalDynamoNamespace: yes'));
    expect((await lint('a.yaml')).exitCode).toBe(0);
    await write('a.yaml', SOUND.replace('replicas: 2', 'scalingAdapter: {enabled: on}\n      replicas: 2'));
    expect(await findings('a.yaml')).toEqual([['gitops-replicas-beside-adapter', 'a.yaml:9:17']]);
    await write('a.yaml', SOUND.replace('replicas: 2', 'envs: [{name: MODE, value: off}]'));
    expect(await findings('a.yaml')).toEqual([['schema-type', 'a.yaml:8:34']]);
    await write('a.yaml', SOUND.replace('replicas: 2', 'globalDynamoNamespace: "yes"'));
    expect((await lint('a.yaml')).exitCode).toBe(2);
  });

  test('points through aliases and merge keys at what they name', async () => {
    const shared = `x: &shared\n  replicas: two\n${SOUND.replace('      replicas: 2\n', '      <<: *shared\n')}`;
    await write('a.yaml', shared);
    expect(await findings('a.yaml')).toEqual([['schema-type', 'a.yaml:2:13']]);
  });

  test('ends hostile input in findings', async () => {
    await write(
      'bomb.yaml',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghijk'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`)
        .join('\n')}\n`,
    );
    await write('deep.yaml', `a: ${'['.repeat(5000)}${']'.repeat(5000)}\n`);
    await write('nul.yaml', 'a\0b');
    await write('long.yaml', SOUND.replace('inference}', `inference, annotations: {note: ${'w'.repeat(3_000_000)}}}`));
    await write('keys.yaml', SOUND.replace('spec:', '__proto__: {a: 1}\nconstructor: 1\nspec:'));
    await symlink('/etc', join(folder, 'etc'));
    const rules = (await findings('.')).map(([rule, place]) => `${String(rule)} ${String(place).split(':')[0]}`);
    expect(rules).toEqual([
      'yaml-syntax bomb.yaml',
      'yaml-syntax deep.yaml',
      'file-unreadable etc',
      'file-unreadable nul.yaml',
    ]);
  });

  test('names a path that is not there in one line', async () => {
    expect(await lint('nowhere')).toEqual({ exitCode: 1, stdout: '', stderr: 'error: nowhere: does not exist\n' });
    for (const words of [
      ['..', '--fix'],
      [join(folder, '..'), '--fix', '--dry-run'],
    ]) {
      const stderr = `error: ${words[0]}: leads out of the working folder (choose the folder with -C)\n`;
      expect(await lint(...words)).toEqual({ exitCode: 1, stdout: '', stderr });
    }
  });

  test('looks at files and folders that are named elsewhere, and follows no link out of them', async () => {
    await write('elsewhere/deep/chat.yaml', SOUND.replace('gpu: "1"', 'gpu: 1'));
    await write('secret.yaml', SOUND.replace('gpu: "1"', 'gpu: 1'));
    await symlink(join(folder, 'secret.yaml'), join(folder, 'elsewhere/link.yaml'));
    await write('here/dist/none.yaml', '');
    const linted = (path: string) => callCli(['lint', path, '-o', 'json'], { cwd: join(folder, 'here') });
    const placesOf = async (path: string) =>
      JSON.parse((await linted(path)).stdout).findings.map(
        ({ rule, file, line }: { readonly rule: string; readonly file: string; readonly line: number | null }) =>
          `${rule} ${file}:${String(line)}`,
      );
    expect(await placesOf('../elsewhere/deep/chat.yaml')).toEqual(['schema-type ../elsewhere/deep/chat.yaml:10']);
    const absolute = join(folder, 'elsewhere');
    for (const path of [absolute, `${absolute}/`]) {
      expect(await placesOf(path)).toEqual([
        `schema-type ${absolute}/deep/chat.yaml:10`,
        `file-unreadable ${absolute}/link.yaml:null`,
      ]);
    }
    expect(await linted('../nowhere')).toMatchObject({ exitCode: 1, stderr: 'error: ../nowhere: does not exist\n' });
  });

  test('points at the image whose tag tells no version, so that a comment beside it can take that', async () => {
    const image = '      extraPodSpec: {mainContainer: {image: "r/vllm:nightly"}}';
    const graph = `apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: chat}\nspec:\n  services:\n    decode:\n      componentType: worker\n${image}`;
    await write('a.yaml', `${graph}\n`);
    await write(
      'b.yaml',
      `${graph} # dynamo-gitops-ignore image-version: built anew each night\n`.replace('chat', 'b'),
    );
    expect((await findings('.')).filter(([rule]) => rule === 'image-version')).toEqual([
      ['image-version', 'a.yaml:8:45'],
    ]);
  });
});
