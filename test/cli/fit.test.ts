import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, fittedModelSchema, type Recording } from '../../api/index.ts';
import { busy, recording } from '../planner/traffic-fixture.ts';
import { callCli } from './call.ts';

const MODEL = 'apps/shop/models/prod/chat.json';
const AT = '2026-01-03T00:00:00Z';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-fit-'));
  await write('dynamo-gitops.yaml', config('chat', 'search'));
  await write('dist/prod/chat.yaml', graph('chat', true));
  await write('dist/prod/search.yaml', graph('search', false));
  await write('metrics.json', JSON.stringify(load()));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

function read(file: string): Promise<string> {
  return readFile(join(folder, file), 'utf8');
}

function callFit(...words: readonly string[]) {
  return callCli(['fit', '--at', AT, ...words], { cwd: folder });
}

function config(...names: readonly string[]): string {
  const deployments = names.map(
    (name) => `  - { name: ${name}, environment: prod, strategy: { kind: dynamo-sla, profile: profile.json } }`,
  );
  return `schemaVersion: 1
metrics: { recording: metrics.json }
deployments:
${deployments.join('\n')}
`;
}

function graph(name: string, isRendered: boolean): string {
  const policy = `  annotations:
    dynamo-gitops/policy: '{"schemaVersion":1,"app":"shop","environment":"prod","services":{}}'
`;
  return `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: ${name}
  namespace: llm
${isRendered ? policy : ''}spec:
  services:
    decode: { componentType: worker, subComponentType: decode, replicas: 2 }
`;
}

/** Two days of ten-minute buckets of one graph, and three hours of the other. */
function load(): Recording {
  const buckets = (count: number) =>
    Array.from({ length: count }, (_, index) => busy({ requestCount: 6000 + ((index * 7919) % 1000) }));
  return recording(
    [
      { name: 'chat', namespace: 'llm', buckets: buckets(288) },
      { name: 'search', namespace: 'llm', buckets: buckets(18) },
    ],
    600,
  );
}

describe('fit', () => {
  test('writes the model of each graph beside its app, and goes on where the metrics of one ended long ago', async () => {
    const { exitCode, stdout } = await callFit();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`prod/llm/chat  wrote ${MODEL}`);
    expect(stdout).toContain(
      'prod/llm/search\n  refused  the newest data ends at 2026-01-01T03:00:00Z, more than 690 s',
    );
    expect(stdout).toContain('2 graphs: 1 written, 0 unchanged, 1 refused.');
    const model = fittedModelSchema.parse(JSON.parse(await read(MODEL)));
    expect(model).toMatchObject({ deployment: 'chat', bucketSeconds: 600, createdAt: AT });
    expect(Math.max(...(await read(MODEL)).split('\n').map((line) => line.length))).toBeLessThan(140);
  });

  test('leaves a file alone that says the same, whenever it was made', async () => {
    await callFit();
    const first = await read(MODEL);
    const again = await callCli(['fit', '--at', '2026-01-03T00:05:00Z', '--detailed-exitcode'], { cwd: folder });
    expect(again.stdout).toContain(`prod/llm/chat  unchanged: ${MODEL}`);
    expect(again.exitCode).toBe(3);
    expect(await read(MODEL)).toBe(first);
    await rm(join(folder, MODEL));
    expect((await callFit('--detailed-exitcode')).exitCode).toBe(2);
    expect(await read(MODEL)).toBe(first);
  });

  test('writes nothing in a dry run', async () => {
    const { stdout } = await callFit('--dry-run');
    expect(stdout).toContain(`would write ${MODEL}`);
    await expect(read(MODEL)).rejects.toThrow('ENOENT');
  });

  test('says in JSON what was chosen and what the last value would have lost', async () => {
    const { stdout } = await callFit('-o', 'json');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schemaVersion: 1, kind: 'fit', dryRun: false, source: 'made up for a test' });
    const [chat, search] = report.graphs;
    expect(chat).toMatchObject({ deployment: 'chat', outcome: 'written', file: MODEL, reason: null });
    expect(chat.quantities).toHaveLength(5);
    expect(chat.quantities[0]).toMatchObject({
      ...{ quantity: 'requestsPerSecond', errors: { forecasts: expect.any(Number) } },
      lastValue: { pinball: expect.any(Number) },
    });
    expect(search).toMatchObject({ deployment: 'search', outcome: 'refused', file: null, quantities: [] });
  });

  test('shows itself as Markdown', async () => {
    const { stdout } = await callFit('-o', 'markdown');
    expect(stdout).toContain('| Graph | Quantity | Forecast | Pinball loss | Coverage | Mean provision |');
    expect(stdout).toMatch(/\| `prod\/llm\/chat` \| requestsPerSecond \| /);
    expect(stdout).toMatch(/\| `prod\/llm\/search` \| refused \| the newest data ends at 2026-01-01T03:00:00Z/);
  });

  test('refuses a graph that the metrics do not know, or know under another model', async () => {
    const document = load();
    await write('metrics.json', JSON.stringify({ ...document, graphs: document.graphs.slice(0, 1) }));
    await write(
      'dynamo-gitops.yaml',
      config('chat', 'search').replace('name: chat,', 'name: chat, model: other/model,'),
    );
    const { stdout } = await callFit();
    expect(stdout).toContain('the metrics are of the model "acme/model", and the graph serves "other/model"');
    expect(stdout).toContain('the recording has no graph search');
    expect(stdout).toContain('0 written, 0 unchanged, 2 refused');
  });

  test('learns from nothing that a plan would not be made on, and says what it left out', async () => {
    const document = load();
    const [chat] = document.graphs;
    if (chat === undefined) throw new Error('the recording has a graph');
    const count = chat.columns.indexOf('requestCount');
    const buckets = chat.buckets.map((row, index) =>
      row.map((cell, column) => (column === count && index === 100 ? -5 : cell)),
    );
    await write('dynamo-gitops.yaml', config('chat'));
    await write('metrics.json', JSON.stringify({ ...document, graphs: [{ ...chat, buckets }] }));
    const { stdout } = await callFit();
    expect(stdout).toMatch(
      /1\s+impossible\s+value\s+left\s+out,\s+such\s+as\s+at\s+2026-01-01T16:40:00Z:\s+requestCount\s+is\s+-5/,
    );
    expect(stdout).toMatch(/metrics\s+1 bucket without data, or with too few scrapes;/);
    const now = chat.buckets.map((row, index) =>
      row.map((cell, column) => (column === count && index === chat.buckets.length - 1 ? -5 : cell)),
    );
    await write('metrics.json', JSON.stringify({ ...document, graphs: [{ ...chat, buckets: now }] }));
    expect((await callFit()).stdout).toMatch(/refused\s+window of 600 s .*impossible\s+value: requestCount\s+is -5/s);
  });

  test('keeps the default price of a late request where the engines cannot be simulated, and says why', async () => {
    const strategy = 'strategy: { kind: sla, profile: learned, horizon: {} } }';
    await write('dynamo-gitops.yaml', config('chat').replace(/strategy: .*/, strategy));
    const { exitCode, stdout } = await callFit();
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/latePrice default .*"chat"/);
    const { latePrice } = fittedModelSchema.parse(JSON.parse(await read(MODEL)));
    expect(latePrice).toBeUndefined();
    const [chat] = JSON.parse((await callFit('-o', 'json')).stdout).graphs;
    expect(chat.latePrice).toMatchObject({ latePrice: null, reason: expect.stringContaining('"chat"') });
    expect((await callFit('-o', 'markdown')).stdout).toMatch(/\| `prod\/llm\/chat` \| latePrice \| the default: /);
  });

  test('does not replace a file that is no fitted model, and replaces one of another version', async () => {
    await write(MODEL, '{"mine": true}');
    const refused = await callFit('--detailed-exitcode', '-o', 'json');
    expect(refused.exitCode).toBe(3);
    expect(JSON.parse(refused.stdout).graphs[0].reason).toBe(
      `${MODEL} exists and is not a fitted model, so it is not replaced; name another file in forecast.model of its strategy`,
    );
    expect(await read(MODEL)).toBe('{"mine": true}');
    await write(MODEL, '{\n  "schemaVersion": 1,\n  "kind": "fitted-model",\n  "old": true\n}\n');
    expect((await callFit()).exitCode).toBe(0);
    expect(await read(MODEL)).not.toContain('"old"');
  });

  test('does not follow a link out of the repository', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'dynamo-gitops-outside-'));
    await mkdir(join(folder, 'apps/shop'), { recursive: true });
    await symlink(outside, join(folder, 'apps/shop/models'));
    const { stdout } = await callFit('-o', 'json');
    expect(JSON.parse(stdout).graphs[0].reason).toContain('lies behind a symbolic link that leaves the repository');
    expect(await readdir(outside, { recursive: true })).toEqual([]);
    await rm(outside, { recursive: true });
  });

  test('says all that is wrong with a call', async () => {
    expect((await callFit('--metrics', '')).stderr).toContain('--metrics needs a file name');
    expect((await callFit('--metrics', 'none.json')).stderr).toContain('none.json: does not exist');
    await write('dynamo-gitops.yaml', config('chat', 'nobody'));
    expect((await callFit()).stderr).toContain('no graph "nobody"');
  });
});

describe('plan, of a graph that was fitted', () => {
  const planned = (forecast = '{}') =>
    write(
      'dynamo-gitops.yaml',
      config('chat').replace(/strategy: .*/, `strategy: { kind: sla, profile: learned, forecast: ${forecast} } }`),
    );
  const plan = () => callCli(['plan', '--at', AT, '-o', 'json'], { cwd: folder });

  test('names the model among its inputs, by the digest of the file', async () => {
    await planned();
    expect(JSON.parse((await plan()).stdout).inputs.fitted).toBeUndefined();
    await callFit();
    const { inputs } = JSON.parse((await plan()).stdout);
    expect(inputs.fitted).toEqual([{ file: MODEL, digest: digestOf(await read(MODEL)) }]);
  });

  test('takes the file that the strategy names, and misses it where it is not there', async () => {
    await planned('{ model: models/mine.json }');
    const { exitCode, stderr } = await plan();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('models/mine.json: does not exist (run dynamo-gitops fit to write it)');
    await callFit();
    expect(JSON.parse((await plan()).stdout).inputs.fitted).toMatchObject([{ file: 'models/mine.json' }]);
  });

  test('refuses the model of another graph, and one that is broken', async () => {
    await planned();
    await callFit();
    const text = await read(MODEL);
    await write(MODEL, text.replace('"deployment": "chat"', '"deployment": "search"'));
    expect((await plan()).stderr).toContain(
      `${MODEL}: is the fitted model of prod/llm/search, not of prod/llm/chat (run dynamo-gitops fit to write a new one)`,
    );
    await write(MODEL, text.replace('"kind": "fitted-model"', '"kind": "plan"'));
    expect((await plan()).stderr).toContain(`${MODEL}: kind: must be "fitted-model", not "plan"`);
    await write(MODEL, text.slice(0, 500));
    expect((await plan()).stderr).toMatch(new RegExp(`${MODEL}(:\\d+)*: is not JSON`));
  });
});
