import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { planSchema, planShardSchema } from '../../api/index.ts';
import { engine, PROFILE } from '../planner/fleet-fixture.ts';
import { busy, recording } from '../planner/traffic-fixture.ts';
import { callCli } from './call.ts';

const AT = '2026-01-01T00:02:00Z';
const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'omega'] as const;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-shard-'));
  await write('dynamo-gitops.yaml', CONFIG);
  await write(PROFILE, JSON.stringify(PROFILE_DOCUMENT));
  for (const [index, name] of NAMES.entries()) {
    await write(`dist/prod/${name}.yaml`, graph(name));
    const buckets = [busy(), busy({ requestCount: 900 + 300 * index })];
    const metrics = recording([{ name, namespace: 'llm', environment: 'prod', buckets }]);
    // One graph has no recording, so that it is held.
    if (name !== 'omega') await write(`metrics/prod/llm/${name}.json`, JSON.stringify(metrics));
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

const read = (file: string) => readFile(join(folder, file), 'utf8');
const call = (...words: readonly string[]) => callCli(words, { cwd: folder, now: () => new Date(AT) });

const CONFIG = `schemaVersion: 1
metrics: { recording: metrics }
budgets:
  - { name: fleet, gpus: 26 }
deployments:
${NAMES.map(
  (name) => `  - name: ${name}
    environment: prod
    sla: { ttftMs: 200, itlMs: 15 }
    strategy: { kind: dynamo-sla, profile: ${PROFILE}, intervalSeconds: 60, correction: false }
`,
).join('')}`;

const PROFILE_DOCUMENT = {
  ...{ schemaVersion: 1, kind: 'profile', source: 'made up for a test', model: 'acme/model', gpu: 'none' },
  ...{ backend: 'vllm', tensorParallel: 1 },
  ...engine,
};

function graph(name: string): string {
  const worker = (role: string) => `
    ${role}:
      componentType: worker
      subComponentType: ${role}
      replicas: 2
      resources: { limits: { gpu: "1" } }
      extraPodSpec: { mainContainer: { args: ["--model acme/model"] } }`;
  return `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: ${name}, namespace: llm }
spec:
  services:
    Frontend: { componentType: frontend, replicas: 1 }${worker('prefill')}${worker('decode')}
`;
}

/** Plans every part, and gives the files in which they are. */
async function parts(count: number): Promise<readonly string[]> {
  const files = Array.from({ length: count }, (_, index) => `part-${index + 1}.json`);
  for (const [index, file] of files.entries()) {
    const { exitCode, stderr } = await call('plan', '--at', AT, '--shard', `${index + 1}/${count}`, '--out', file);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  }
  return files;
}

describe('a plan in parts', () => {
  test.each([1, 2, 3, 7])('of which there are %i is, byte for byte, the plan of one run', async (count) => {
    await call('plan', '--at', AT, '--out', 'whole.json');
    const whole = planSchema.parse(JSON.parse(await read('whole.json')));
    expect(whole.held.map(({ deployment, code }) => [deployment, code])).toContainEqual(['omega', 'no-data']);
    // The budget binds, so the parts alone would want more than there is.
    expect(whole.targets.flatMap(({ guardrails }) => guardrails.map((mark) => mark.guardrail))).toContain('gpu-budget');
    const files = await parts(count);
    const merged = await call('plan', 'merge', ...[...files].reverse(), '--out', 'merged.json');
    expect(merged).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await read('merged.json')).toBe(await read('whole.json'));
  });

  test('each part says what it is', async () => {
    const { stdout } = await call('plan', '--at', AT, '--shard', '2/3', '--out', 'part.json');
    expect(stdout).toBe('Part 2 of 3: 2 graphs, 1 change and 1 held before budgets; written to part.json\n');
    const part = planShardSchema.parse(JSON.parse(await read('part.json')));
    expect(part.shard).toEqual({ index: 2, count: 3 });
    expect(part.graphs.map(({ position }) => position)).toEqual([1, 4]);
  });

  test('merge answers as plan does', async () => {
    const files = await parts(2);
    expect(await call('plan', 'merge', ...files, '--detailed-exitcode')).toMatchObject({ exitCode: 2 });
  });

  test('merge takes no option of plan that the parts answer already, wherever it stands, and offers none', async () => {
    const files = await parts(2);
    for (const words of [
      ['plan', 'merge', ...files, '--status', 's.json', '--at', AT],
      ['plan', '--status', 's.json', '--at', AT, 'merge', ...files],
    ]) {
      const { exitCode, stderr } = await call(...words);
      expect(exitCode).toBe(1);
      expect(stderr.split('\n').map((line) => line.split(' (')[0])).toEqual([
        'error: --status has no part in a merge',
        'error: --at has no part in a merge',
        '',
      ]);
    }
    const { stdout } = await call('plan', 'merge', '--help');
    expect(stdout).toContain('--output <format>');
    expect(stdout).not.toContain('--status');
  });
});

describe('parts that do not belong together', () => {
  test.each([
    ['a part is missing', async () => ['part-1.json', 'part-3.json'], /of 3 parts these are missing: 2 /],
    [
      'a part is there twice',
      async (all: readonly string[]) => [...all, 'part-1.json'],
      /is part 1, and so is part-1.json/,
    ],
    [
      'a part is of another cut',
      async (all: readonly string[]) => {
        await call('plan', '--at', AT, '--shard', '1/2', '--out', 'other.json');
        return ['other.json', ...all.slice(1)];
      },
      /part-2.json: shard: is part 2 of 3, and other.json is part 1 of 2/,
    ],
    [
      'a part is for another time',
      async (all: readonly string[]) => {
        await call('plan', '--at', '2026-01-01T00:01:30Z', '--shard', '1/3', '--out', 'part-1.json');
        return all;
      },
      /is for 2026-01-01T00:02:00.000Z, and part-1.json for 2026-01-01T00:01:30.000Z/,
    ],
    [
      'the repository has moved on',
      async (all: readonly string[]) => {
        await write('dist/prod/alpha.yaml', graph('alpha').replaceAll('replicas: 2', 'replicas: 3'));
        return all;
      },
      /part-1.json: inputs.manifests: was made from another state of the manifests/,
    ],
    [
      'a part was edited',
      async (all: readonly string[]) => {
        const text = await read('part-2.json');
        await write('part-2.json', text.replace(/"current": 2/, '"current": 1'));
        return all;
      },
      /part-2.json: digest: was changed after it was made/,
    ],
    [
      'a whole plan is given',
      async () => {
        await call('plan', '--at', AT, '--out', 'p.json');
        return ['p.json'];
      },
      /p.json: kind/,
    ],
    ['a file is not there', async () => ['nothing.json'], /nothing.json/],
  ])('%s: refused in a line, and nothing is written', async (_, change, message) => {
    const files = await change(await parts(3));
    const { exitCode, stdout, stderr } = await call('plan', 'merge', ...files, '--out', 'merged.json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^error: /);
    await expect(read('merged.json')).rejects.toThrow();
  });

  test.each(['0/2', '3/2', '1', 'a/b', '1/0', '1/99999', ''])('--shard %p is no part', async (words) => {
    const { exitCode, stderr } = await call('plan', '--at', AT, '--shard', words, '--out', 'part.json');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: .*is not a part i\/n/);
  });

  test('a part needs a file to be written to', async () => {
    expect(await call('plan', '--at', AT, '--shard', '1/2')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/--shard needs --out/),
    });
  });
});
