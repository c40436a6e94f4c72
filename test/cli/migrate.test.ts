import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callCli } from './call.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-migrate-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

function read(file: string): Promise<string> {
  return readFile(join(folder, file), 'utf8');
}

function migrate(...words: readonly string[]) {
  return callCli(['migrate', ...words], { cwd: folder });
}

const GRAPH = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    decode:
      componentType: worker   # writes answers
      dynamoNamespace: old   # from 0.8
`;

const MIGRATED = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  components:
    # from 0.8
    - name: decode
      type: worker   # writes answers
`;

const SERVER =
  'Apply on the server side from now on (in Argo CD, ServerSideApply=true): a client-side apply replaces the whole list of components.\n';

describe('migrate', () => {
  test('writes v1beta1 in place, says what was left out, and does nothing the second time', async () => {
    await write('manifests/chat.yaml', GRAPH);
    expect(await migrate('manifests')).toEqual({
      exitCode: 0,
      stdout: `manifests/chat.yaml:1: DynamoGraphDeployment chat → v1beta1
   8: spec.services.decode.dynamoNamespace is left out: the operator ignores it
   8: no field of v1beta1 takes this comment, so it stands above: # from 0.8

1 object in 1 file migrated, proven to be the same to operator 1.4.

${SERVER}`,
      stderr: '',
    });
    expect(await read('manifests/chat.yaml')).toBe(MIGRATED);
    const { ino } = await stat(join(folder, 'manifests/chat.yaml'));
    expect(await migrate('manifests')).toEqual({
      exitCode: 0,
      stdout: 'Nothing to migrate: every object is in v1beta1 already.\n',
      stderr: '',
    });
    expect((await stat(join(folder, 'manifests/chat.yaml'))).ino).toBe(ino);
  });

  test('shows a unified diff and writes nothing with --dry-run', async () => {
    await write('chat.yaml', GRAPH);
    const { exitCode, stdout } = await migrate('.', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--- a/chat.yaml\n+++ b/chat.yaml\n@@ -1,8 +1,8 @@\n-apiVersion: nvidia.com/v1alpha1\n');
    expect(stdout).toContain('Nothing was written: this was a dry run.');
    expect(await read('chat.yaml')).toBe(GRAPH);
  });

  test('shows no secret in its diff', async () => {
    await write('chat.yaml', `${GRAPH}      envs: [{name: DB_PASSWORD, value: "90210777"}]\n`);
    expect((await migrate('.', '--dry-run')).stdout).toContain('"********"');
    expect((await migrate('.', '--dry-run', '-o', 'json')).stdout).not.toContain('90210777');
  });

  test('leaves a refused file as it is, migrates the others, and exits with 3', async () => {
    await write('a.yaml', GRAPH);
    await write('b.yaml', `${GRAPH}      ingress: {enabled: true, host: a.example}\n`);
    const before = await read('b.yaml');
    const { exitCode, stdout } = await migrate('.');
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      'b.yaml:9: refused: spec.services.decode.ingress v1beta1 has no place for an ingress, which the operator makes here\n   help: write an Ingress',
    );
    expect(stdout).toContain(
      '1 object in 1 file migrated, proven to be the same to operator 1.4. 1 file refused, and left as before.',
    );
    expect(await read('a.yaml')).toBe(MIGRATED);
    expect(await read('b.yaml')).toBe(before);
  });

  test('gives everything as JSON', async () => {
    await write('a.yaml', GRAPH);
    await write('k/kustomization.yaml', 'replacements:\n- targets: [{fieldPaths: [spec.services.decode.replicas]}]\n');
    const { stdout } = await migrate('.', '--dry-run', '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      kind: 'migrated',
      operator: '1.4.0',
      dryRun: true,
      files: [
        {
          file: 'a.yaml',
          objects: [
            {
              resource: 'DynamoGraphDeployment chat',
              line: 1,
              notes: [
                {
                  line: 8,
                  path: 'spec.services.decode.dynamoNamespace',
                  message: 'is left out: the operator ignores it',
                },
              ],
              movedComments: [{ line: 8, text: '# from 0.8' }],
            },
          ],
          diff: expect.stringContaining('+  components:'),
        },
      ],
      refused: [],
      advice: [{ file: 'k/kustomization.yaml', line: 2, message: expect.stringContaining('found by name') }],
      already: 0,
    });
  });

  test('escapes what manifests say in Markdown and on a terminal', async () => {
    await write('a.yaml', GRAPH.replace('decode:', '"<b>|\\e[31m":'));
    const { stdout: markdown } = await migrate('.', '--dry-run', '-o', 'markdown');
    expect(markdown).not.toContain('<b>');
    await write('a.yaml', GRAPH.replace('from 0.8', 'from \u202e0.8'));
    const { stdout } = await migrate('.', '--dry-run');
    expect(stdout).not.toContain('\u202e');
  });

  test('takes the operator from the call, else from the config', async () => {
    await write('a.yaml', GRAPH);
    await write('dynamo-gitops.yaml', 'schemaVersion: 1\noperatorVersion: "1.1"\n');
    const { exitCode, stdout } = await migrate('a.yaml');
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('a.yaml:1: refused: apiVersion operator 1.1.0 does not serve v1beta1'),
    });
    expect((await migrate('a.yaml', '--operator', '1.2')).exitCode).toBe(0);
    expect(await migrate('a.yaml', '--operator', '2')).toMatchObject({ exitCode: 1, stdout: '' });
  });

  test('names a path that is not there in one line', async () => {
    expect(await migrate('nowhere')).toEqual({ exitCode: 1, stdout: '', stderr: 'error: nowhere: does not exist\n' });
  });

  test('has nothing to do where there is nothing of Dynamo', async () => {
    await write('a.yaml', 'kind: ConfigMap\n');
    expect((await migrate('.')).stdout).toBe('Nothing to migrate: no v1alpha1 object is there.\n');
  });
});
