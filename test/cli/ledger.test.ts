import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callCli } from './call.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-ledger-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

function ledger(...words: readonly string[]) {
  return callCli(['ledger', ...words], { cwd: folder });
}

function graph(namespace: string, decode: string): string {
  return `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: ${namespace}}
spec:
  services:
    Frontend: {componentType: frontend, replicas: 2}
    decode:
      componentType: worker
      ${decode}
`;
}

const SCALED = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat-decode, namespace: llm}
spec:
  minReplicaCount: 1
  maxReplicaCount: 4
  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode}
`;
const QUOTA = `apiVersion: v1
kind: ResourceQuota
metadata: {name: gpus, namespace: llm}
spec: {hard: {requests.nvidia.com/gpu: "48"}}
`;

describe('ledger', () => {
  test('lists GPUs by environment, graph and type with their formula, beside budgets and quotas', async () => {
    await write(
      'dist/prod/graph.yaml',
      graph(
        'llm',
        'scalingAdapter: {enabled: true}\n      multinode: {nodeCount: 2}\n      resources: {limits: {gpu: "8"}}',
      ),
    );
    await write('dist/prod/scaled.yaml', SCALED);
    await write('dist/prod/quota.yaml', QUOTA);
    await write('dist/staging/graph.yaml', graph('llm', 'replicas: 3\n      resources: {limits: {gpu: "1"}}'));
    await write('dynamo-gitops.yaml', 'schemaVersion: 1\nbudgets: [{name: staging, environment: staging, gpus: 2}]\n');
    expect(await ledger()).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `prod: 16..64 × nvidia.com/gpu
  llm/chat  nvidia.com/gpu  16..64
    decode                  16..64  1..4 replicas × 2 nodes × 8 GPUs, by keda "chat-decode"

staging: 3 × nvidia.com/gpu
  llm/chat  nvidia.com/gpu  3
    decode                  3  3 replicas × 1 GPU

Limits
  budget staging                       3 of 2        OVER
  quota prod/llm/gpus  nvidia.com/gpu  16..64 of 48  may exceed

19..67 GPUs in 2 graphs.
`,
    });
  });

  test('names what is unknown with its reason, and says that a total is not all', async () => {
    await write(
      'dist/prod/graph.yaml',
      graph('llm', 'scalingAdapter: {enabled: true}\n      resources: {limits: {gpu: "8"}}'),
    );
    await write('dist/prod/broken.yaml', 'kind: [broken');
    await write(
      'dist/prod/other.yaml',
      graph('llm', 'replicas: 2\n      resources: {limits: {gpu: "4"}}').replace('name: chat', 'name: other'),
    );
    const { exitCode, stdout } = await ledger();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('at least 8, and 2 unknown GPUs in 2 graphs.');
    expect(stdout).toMatch(/ {2}prod\/chat\/decode: its scaling adapter is on, and neither/);
    expect(stdout).toMatch(/ {2}dist\/prod\/broken\.yaml:1: is not YAML/);
    expect(stdout).toContain('? replicas × 8 GPUs');
    expect((await ledger('-o', 'markdown')).stdout).toContain(
      '| prod | `llm/chat` | `decode` | nvidia.com/gpu | ? replicas × 8 GPUs | unknown |',
    );
  });

  test('gives programs the terms of every count, with null and a reason for what is unknown', async () => {
    await write('a.yaml', graph('llm', 'replicas: 2\n      resources: {limits: {gpu: "4"}}'));
    const document: unknown = JSON.parse((await ledger('a.yaml', '-o', 'json')).stdout);
    expect(document).toMatchObject({
      schemaVersion: 1,
      kind: 'ledger',
      operator: '1.4.0',
      services: [
        { service: 'Frontend', gpus: { kind: 'known', min: 0, max: 0 } },
        {
          environment: null,
          namespace: 'llm',
          graph: 'chat',
          service: 'decode',
          resource: 'nvidia.com/gpu',
          formula: '2 replicas × 4 GPUs',
          gpus: { kind: 'known', min: 8, max: 8 },
        },
      ],
      graphs: [
        { environment: null, namespace: 'llm', graph: 'chat', resource: 'nvidia.com/gpu', min: 8, max: 8, unknown: [] },
      ],
      total: { min: 8, max: 8, unknown: [] },
      limits: [],
    });
  });

  test('shows names of people as text, whatever they hold', async () => {
    const named = graph('llm', 'replicas: 2\n      resources: {limits: {gpu: "4"}}').replace(
      'decode:',
      '"\\u001b[31m|<b>@a":',
    );
    await write('a.yaml', named);
    expect((await ledger('a.yaml')).stdout).not.toContain('\u001b');
    const { stdout } = await ledger('a.yaml', '-o', 'markdown');
    expect(stdout).not.toMatch(/[^\\]<b>/);
    expect(stdout).not.toContain('\u001b');
  });

  test('keeps its columns where a name is as long as a book', async () => {
    await write('dist/a.yaml', graph('llm', 'replicas: 1').replace('name: chat', `name: ${'a'.repeat(100_000)}`));
    const { stdout } = await ledger('dist');
    expect(stdout.length).toBeLessThan(2000);
  });

  test('has nothing to count in a folder without graphs, and names one that is not there', async () => {
    await write('dist/a.yaml', 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n');
    expect(await ledger()).toEqual({ exitCode: 0, stderr: '', stdout: 'No graphs: no GPUs are asked for.\n' });
    expect(await ledger('none')).toEqual({ exitCode: 1, stdout: '', stderr: 'error: none: does not exist\n' });
  });
});
