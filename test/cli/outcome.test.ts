import { cp, lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { outcomeSchema, parseJsonDocument } from '../../api/index.ts';
import { recordOutcomes } from '../../cli/outcomes/outcome-record.ts';
import { callCli } from './call.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const RECORDING = 'apps/chat/metrics/2026-11-02.json';
const START = Date.parse('2026-11-02T00:00:00Z');

jest.setTimeout(60_000);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-outcome-'));
  await Promise.all(
    ['dist', 'apps', 'dynamo-gitops.yaml'].map((name) => cp(join(root, name), join(folder, name), { recursive: true })),
  );
  expect(await callCli(['plan', '--at', '2026-11-02T09:30:00Z', '--out', 'plan.json'], { cwd: folder })).toMatchObject({
    exitCode: 0,
  });
  await recordSince(1);
});
afterEach(() => rm(folder, { recursive: true }));

/** The metrics that the plan was made from, and half an hour since with so much of their last load. */
async function recordSince(times: number): Promise<void> {
  const recording = JSON.parse(await readFile(join(root, RECORDING), 'utf8'));
  const [graph] = recording.graphs;
  const last = graph.buckets.at(-1);
  const count = graph.columns.indexOf('requestCount');
  const later = last.map((cell: number | null, column: number) => (column === count ? (cell ?? 0) * times : cell));
  const buckets = [...graph.buckets, later, later, later];
  await writeFile(join(folder, 'since.json'), JSON.stringify({ ...recording, graphs: [{ ...graph, buckets }] }));
}

function callOutcome(...words: readonly string[]) {
  return callCli(['outcome', 'plan.json', '--metrics', 'since.json', ...words], { cwd: folder });
}

async function outcomeOf(...words: readonly string[]) {
  const { stdout, stderr } = await callOutcome('-o', 'json', ...words);
  const [outcome] = JSON.parse(stdout).outcomes ?? [];
  const read = parseJsonDocument(outcomeSchema, JSON.stringify(outcome ?? {}), 'outcome');
  if (!read.ok) throw new Error(stderr + JSON.stringify(read.error));
  return read.value;
}

const readRecord = async () => readFile(join(folder, 'outcomes.jsonl'), 'utf8');

describe('outcome', () => {
  test('sets what a merged plan predicted beside what came, from the time that its numbers served', async () => {
    const outcome = await outcomeOf('--merged', '2026-11-02T09:35:00Z');
    expect(outcome).toMatchObject({
      decision: 'merged',
      mergedAt: '2026-11-02T09:35:00.000Z',
      judged: { start: '2026-11-02T09:45:00Z', end: '2026-11-02T10:00:00Z' },
    });
    const plan = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8'));
    for (const { service, from, to, demand, latencies } of outcome.services) {
      const target = plan.targets.find((one: { service: string }) => one.service === service);
      expect({ from, to }).toEqual({ from: target.current, to: target.target });
      // The strategy of the demo predicts that the next window is as the last one, and so it was.
      expect(demand?.highest).toBeCloseTo(demand?.predicted ?? Number.NaN, 0);
      expect(latencies[0]?.measuredMs).toBeGreaterThan(0);
    }
  });

  test('says what the change was worth on the requests that came', async () => {
    const { simulated } = await outcomeOf('--merged', '2026-11-02T09:35:00Z');
    expect(simulated?.changed.attainment).toBeGreaterThan(simulated?.unchanged.attainment ?? Number.NaN);
    expect(simulated?.changed.gpuHours).toBeGreaterThan(simulated?.unchanged.gpuHours ?? Number.NaN);
    const { stdout } = await callOutcome('--merged', '2026-11-02T09:35:00Z');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /By the performance model, what was proposed kept .+ % of these requests inside the SLA with 2 GPU-hours; the numbers before it would have kept \S+ % with 1\.3\./,
    );
  });

  test('gives the counterfactual of a refused plan', async () => {
    const outcome = await outcomeOf('--refused');
    expect(outcome).toMatchObject({ decision: 'refused', mergedAt: null, judged: { start: '2026-11-02T09:40:00Z' } });
    const { stdout } = await callOutcome('--refused');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/what was proposed would have kept .* the numbers before it kept /);
  });

  test('reads from the history whether a plan was merged, and until when its numbers stood', async () => {
    const plan = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8'));
    const change = (minutes: number, planId: string) => ({
      at: new Date(START + (9 * 60 + minutes) * 60_000).toISOString(),
      ...{ deployment: 'chat', namespace: 'llm-prod', environment: 'prod', service: 'decode', from: 3, to: 5 },
      ...{ commit: 'a'.repeat(40), planId },
    });
    const write = (changes: readonly object[]) =>
      writeFile(join(folder, 'history.json'), JSON.stringify({ schemaVersion: 1, kind: 'history', changes }));
    await write([change(30, plan.digest), change(52, `sha256:${'b'.repeat(64)}`)]);
    expect(await outcomeOf('--history', 'history.json')).toMatchObject({
      decision: 'merged',
      mergedAt: '2026-11-02T09:30:00.000Z',
      judged: { start: '2026-11-02T09:40:00Z', end: '2026-11-02T09:52:00Z' },
    });
    await write([]);
    expect(await outcomeOf('--history', 'history.json')).toMatchObject({ decision: 'refused' });
  });

  test('keeps a line for each plan and graph, and says how well predictions held', async () => {
    const once = await callOutcome('--refused', '--record', 'outcomes.jsonl');
    expect(once.exitCode).toBe(0);
    expect(once.stdout.replace(/\s+/g, ' ')).toContain('Of the one outcome in outcomes.jsonl: demand stayed within');
    await callOutcome('--merged', '2026-11-02T09:35:00Z', '--record', 'outcomes.jsonl');
    const lines = (await readRecord()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).decision)).toEqual(['merged']);

    await recordSince(2);
    const { stdout } = await callOutcome('-o', 'json', '--refused', '--record', 'outcomes.jsonl');
    expect(JSON.parse(stdout).record).toMatchObject({
      accuracy: { outcomes: 1, demands: { all: 2, held: 0 }, latencies: { all: 0, held: 0 } },
    });
    expect(JSON.parse(stdout).record.accuracy.meanUse).toBeCloseTo(2, 1);
  });

  test('loses no line where several runs record at once', async () => {
    const outcome = await outcomeOf('--refused');
    const plans = Array.from({ length: 8 }, (_, index) => `sha256:${index.toString(16).repeat(64)}` as const);
    const recorded = await Promise.all(
      plans.map((plan) => recordOutcomes(folder, 'records/outcomes.jsonl', [{ ...outcome, plan }])),
    );
    expect(recorded.every(({ ok }) => ok)).toBe(true);
    const lines = (await readFile(join(folder, 'records/outcomes.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).plan)).toEqual(plans);
  });

  test('leaves a file alone that is no such record, and names the line', async () => {
    const text = '{"schemaVersion":1,"kind":"outcome"}\nmy notes\n';
    await writeFile(join(folder, 'outcomes.jsonl'), text);
    const { exitCode, stderr } = await callOutcome('--refused', '--record', 'outcomes.jsonl');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('outcomes.jsonl:2: is not JSON');
    expect(await readRecord()).toBe(text);
  });

  test.each([
    { cell: null, what: 'no data' },
    { cell: -5, what: 'what cannot be true' },
  ])('takes $what for no outcome, and not for no requests', async ({ cell }) => {
    const since = JSON.parse(await readFile(join(folder, 'since.json'), 'utf8'));
    const [graph] = since.graphs;
    for (const bucket of graph.buckets.slice(-3)) bucket[graph.columns.indexOf('requestCount')] = cell;
    await writeFile(join(folder, 'since.json'), JSON.stringify(since));
    const { exitCode, stderr, stdout } = await callOutcome('--refused', '--record', 'outcomes.jsonl');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('between 2026-11-02T09:40:00Z and 2026-11-02T10:00:00Z says what came');
    await expect(readRecord()).rejects.toThrow('ENOENT');
  });

  test('tells no requests from no data', async () => {
    await recordSince(0);
    expect(await outcomeOf('--refused')).toMatchObject({ requests: 0 });
  });

  test('keeps a record past a symbolic link, and none in a folder of git', async () => {
    await writeFile(join(folder, 'kept.jsonl'), '');
    await symlink('kept.jsonl', join(folder, 'outcomes.jsonl'));
    await callOutcome('--refused', '--record', 'outcomes.jsonl');
    expect((await lstat(join(folder, 'outcomes.jsonl'))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(join(folder, 'kept.jsonl'), 'utf8')).decision).toBe('refused');
    expect((await callOutcome('--refused', '--record', '.git/outcomes.jsonl')).stderr).toContain(
      '.git/outcomes.jsonl: lies in a folder of git',
    );
  });

  test.each([
    { words: ['--merged', 'yesterday'], says: '--merged "yesterday" is not a time with a time zone' },
    {
      words: ['--merged', '2026-11-02T09:00:00Z'],
      says: '--merged 2026-11-02T09:00:00Z is before the plan was made, at 2026-11-02T09:30:00Z',
    },
    {
      words: [],
      says: 'nothing says what became of the plan (pass --history history.json, or --merged <time>, or --refused',
    },
    { words: ['--refused', '--merged', '2026-11-02T09:35:00Z'], says: 'keep one of them' },
    {
      words: ['--merged', '2026-11-02T11:00:00Z'],
      says: "the metrics end at 2026-11-02T10:00:00Z, before the plan's numbers served",
    },
    { words: ['--refused', '--record', ''], says: '--record needs a file name' },
  ])('says in a line what is wrong with $words', async ({ words, says }) => {
    const { exitCode, stderr, stdout } = await callOutcome(...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(says);
  });
});
