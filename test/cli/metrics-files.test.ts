import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Plan, planSchema } from '../../api/index.ts';
import { engine, PROFILE } from '../planner/fleet-fixture.ts';
import { callCli } from './call.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MODEL = 'nvidia/Llama-3.1-8B-Instruct-FP8';

let folder = '';
let page = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-files-'));
  page = await readFile(join(root, 'docs/recordings.md'), 'utf8');
  await write(PROFILE, JSON.stringify(PROFILE_DOCUMENT));
  await write('dist/prod/chat.yaml', graph('chat'));
  await write('dist/prod/assist.yaml', graph('assist'));
  await write('dynamo-gitops.yaml', config('chat'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

const PROFILE_DOCUMENT = {
  ...{ schemaVersion: 1, kind: 'profile', source: 'made up for a test', model: MODEL, gpu: 'none' },
  ...{ backend: 'vllm', tensorParallel: 1 },
  ...engine,
};

function config(...graphs: readonly string[]): string {
  const strategy = `{ kind: dynamo-sla, profile: ${PROFILE}, intervalSeconds: 60, correction: false }`;
  const deployments = graphs.map(
    (name) => `  - { name: ${name}, environment: prod, sla: { ttftMs: 200, itlMs: 15 }, strategy: ${strategy} }\n`,
  );
  return `schemaVersion: 1\ndeployments:\n${deployments.join('')}`;
}

function graph(name: string): string {
  const worker = (role: string) => `
    ${role}:
      componentType: worker
      subComponentType: ${role}
      replicas: 2
      resources: { limits: { gpu: "1" } }
      extraPodSpec: { mainContainer: { args: ["--model ${MODEL}"] } }`;
  return `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: ${name}, namespace: llm-prod }
spec:
  services:${worker('prefill')}${worker('decode')}
`;
}

/** The examples of the documentation, by the language that they are marked with. */
function examples(language: string): readonly string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));
  return [...blocks].map((match) => match[1] ?? '');
}

function call(...words: readonly string[]) {
  return callCli(words, { cwd: folder, now: () => new Date('2026-11-02T00:03:00Z') });
}

async function planned(...words: readonly string[]): Promise<Plan> {
  const { stdout, stderr } = await call('plan', '-o', 'json', ...words);
  if (stdout === '') throw new Error(stderr);
  return planSchema.parse(JSON.parse(stdout));
}

const observed = (plan: Plan) =>
  plan.targets[0]?.reasons
    .filter(({ name }) => name === 'requestCount' || name === 'islTokens')
    .map(({ value }) => value);

describe('the examples of docs/recordings.md', () => {
  test('a CSV file of one graph', async () => {
    await write('one.csv', examples('csv')[0] ?? '');
    const plan = await planned('--metrics', 'one.csv');
    expect(plan.inputs.metrics).toMatchObject({ file: 'one.csv', source: 'CSV file' });
    expect(observed(plan)?.slice(0, 2)).toEqual([1520, 1005]);
    expect(plan.targets.map(({ service, target }) => `${service} ${target}`)).toEqual(['prefill 3', 'decode 6']);
  });

  test('a CSV file of several, where a count of 0 and no data are two things', async () => {
    await write('several.csv', examples('csv')[1] ?? '');
    await write('dynamo-gitops.yaml', config('chat', 'assist'));
    const plan = await planned('--metrics', 'several.csv', '--at', '2026-11-02T00:02:00Z');
    await write('dynamo-gitops.yaml', config('chat'));
    expect(plan.held.map(({ deployment, code, reason }) => [deployment, code, reason])).toEqual([
      ['assist', 'no-data', expect.stringMatching(/requestCount is missing/)],
      ['chat', 'no-data', expect.stringMatching(/ttftMs and itlMs are missing/)],
    ]);
  });

  test('JSON lines', async () => {
    await write('one.jsonl', examples('jsonl')[0] ?? '');
    expect(observed(await planned('--metrics', 'one.jsonl'))?.slice(0, 2)).toEqual([1460, 1010]);
  });

  test.each([
    ['Mooncake', 'trace.jsonl', 'jsonl', 1],
    ['Azure', 'trace.csv', 'csv', 2],
  ] as const)('a trace in the %s format, on which dynamo-sla holds', async (_, file, language, index) => {
    await write(file, examples(language)[index] ?? '');
    const words = ['--metrics', file, '--trace-start', '2026-11-02T00:02:00Z', '--graph', 'prod/llm-prod/chat'];
    const plan = await planned(...words);
    expect(plan.held.filter(({ code }) => code !== 'not-planned')).toMatchObject([
      { code: 'no-data', reason: expect.stringMatching(/ttftMs and itlMs are missing/) },
    ]);
  });

  test('text expositions', async () => {
    await write('snapshots.prom', examples('text')[0] ?? '');
    const plan = await planned('--metrics', 'snapshots.prom', '--at', '2026-11-02T00:01:00Z');
    expect(plan.inputs.metrics.source).toBe('text exposition of frontends: increases between snapshots');
    expect(plan.held.filter(({ code }) => code !== 'not-planned')).toMatchObject([
      { reason: expect.stringMatching(/ttftMs and itlMs are missing/) },
    ]);
  });
});

describe('a file that cannot be read as it was meant', () => {
  test.each([
    ['a trace without its start', 'trace.jsonl', [], /^error: trace.jsonl: is a trace.*\(pass --trace-start/],
    [
      'a start that is no time',
      'trace.jsonl',
      ['--trace-start', '2026-11-02 00:00'],
      /--trace-start "2026-11-02 00:00" is not a time/,
    ],
    [
      'a graph that is not there',
      'one.csv',
      ['--graph', 'other'],
      /--graph "other" names no graph of the config \(there are: chat\)/,
    ],
    [
      'a format that is none',
      'one.csv',
      ['--metrics-format', 'xlsx'],
      /--metrics-format "xlsx" is unknown \(it is one of recording, csv/,
    ],
    [
      'a format that it does not have',
      'one.csv',
      ['--metrics-format', 'jsonl'],
      /^error: one.csv:1:1: .* is not an object in JSON/,
    ],
    ['a file that is not there', 'none.csv', [], /^error: none.csv: /],
  ])('%s is one line, and no plan', async (_, file, words, message) => {
    const { exitCode, stdout, stderr } = await call('plan', '--metrics', file, ...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['UTF-16', Buffer.from('\ufefftime,requests\n', 'utf16le'), /is not UTF-8 text/],
    ['bytes', Buffer.from([0x74, 0x2c, 0xc3, 0x28]), /is not UTF-8 text/],
    ['Latin-1', Buffer.from('time,modèle\n', 'latin1'), /is not UTF-8 text/],
    ['NUL', Buffer.from('time,requests\n1793577600,\0\n'), /^error: bad.csv:2:12: holds a NUL character/],
  ])('%s', async (_, bytes, message) => {
    await write('bad.csv', bytes);
    expect((await call('plan', '--metrics', 'bad.csv')).stderr).toMatch(message);
  });

  test('a byte order mark is no part of the header', async () => {
    await write('bom.csv', `\ufeff${examples('csv')[0] ?? ''}`);
    expect(observed(await planned('--metrics', 'bom.csv'))?.[0]).toBe(1520);
  });

  test('options for files are refused where no file is read', async () => {
    const { exitCode, stderr } = await call('plan', '--prometheus', 'http://localhost:1', '--graph', 'chat');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: --graph is for a file of metrics, and none is read/);
  });
});

describe('a folder of recordings', () => {
  test('is looked through no deeper than they lie, and no longer than any fleet takes', async () => {
    const plan = (metrics: string) => callCli(['plan', '--metrics', metrics], { cwd: folder });
    await write('misplaced/prod.json', '{}');
    await write('misplaced/prod/llm-prod/chat/deeper.json', '{}');
    expect((await plan('misplaced')).stderr).toContain(
      'misplaced: is a folder without recordings (it needs a file <environment>/<namespace>/<graph>.json for each graph',
    );
    await mkdir(join(folder, 'huge'));
    for (let index = 0; index <= 20_000; index += 1) writeFileSync(join(folder, 'huge', `${index}`), '');
    expect((await plan('huge')).stderr).toContain('huge: has no recording among its first 20000 files and folders');
    expect((await plan('/')).stderr).toContain('/: is the root of a file system, not a folder of recordings');
  });
});
