import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { backtestSchema, parseJsonDocument } from '../../api/index.ts';
import { callCli } from './call.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

jest.setTimeout(60_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-backtest-history-'));
  await Promise.all(
    ['dist', 'apps', 'dynamo-gitops.yaml'].map((name) => cp(join(root, name), join(folder, name), { recursive: true })),
  );
});
afterAll(() => rm(folder, { recursive: true }));

type Row = readonly [requests: number, isl: number, osl: number];

/** Minutes from 2026-11-02T00:00:00Z on. */
async function writeCsv(minutes: number, rowOf: (minute: number) => Row): Promise<void> {
  const rows = Array.from({ length: minutes }, (_, minute) => {
    const time = new Date(Date.UTC(2026, 10, 2) + minute * 60_000).toISOString();
    return [time, ...rowOf(minute)].join(',');
  });
  await writeFile(join(folder, 'load.csv'), `timestamp,requestCount,islTokens,oslTokens\n${rows.join('\n')}\n`);
}

const quiet: Row = [0, 360, 290];
const busy: Row = [2400, 360, 290];

function callBacktest(...words: readonly string[]) {
  return callCli(['backtest', '--metrics', 'load.csv', '--policies', 'static', ...words], { cwd: folder });
}

async function backtest(...words: readonly string[]) {
  const { stdout, stderr, exitCode } = await callBacktest('-o', 'json', ...words);
  const read = parseJsonDocument(backtestSchema, stdout, 'backtest');
  if (!read.ok) throw new Error(`${exitCode} ${stderr} ${JSON.stringify(read.error)}`);
  return read.value;
}

describe('the history of a backtest from a file', () => {
  test('counts --since from the end of the file, whenever it was recorded, or from --at', async () => {
    await writeCsv(300, (minute) => (minute % 60 < 2 ? busy : quiet));
    expect(await backtest('--since', '3h')).toMatchObject({
      training: { start: '2026-11-02T02:00:00Z' },
      judged: { end: '2026-11-02T05:00:00Z' },
    });
    expect(await backtest('--since', '3h', '--at', '2026-11-02T04:00:00Z')).toMatchObject({
      training: { start: '2026-11-02T01:00:00Z' },
      judged: { end: '2026-11-02T04:00:00Z' },
    });
    expect(await backtest('--at', '2026-11-02T04:00:00Z')).toMatchObject({
      training: { start: '2026-11-02T00:00:00Z' },
    });
    const { stderr } = await callBacktest('--since', '1h');
    expect(stderr).toContain('the history of chat is 60 minutes long, and a backtest takes at least 180');
    expect(stderr).not.toContain('historyHours');
  });

  test.each([
    { words: ['--at', '2027-01-01T00:00:00Z', '--since', '3h'], none: 'from 2026-12-31T21:00:00Z to 2027-01-01' },
    { words: ['--at', '2025-01-01T00:00:00Z'], none: 'before 2025-01-01T00:00:00Z' },
  ])('says what a file holds where $words leaves nothing of it', async ({ words, none }) => {
    await writeCsv(300, () => quiet);
    const { stderr, exitCode } = await callBacktest(...words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the file has metrics from 2026-11-02T00:00:00Z to 2026-11-02T05:00:00Z, and none ');
    expect(stderr).toContain(none);
  });

  test('is of the graph that --deployment says where the file names none', async () => {
    await writeCsv(180, (minute) => (minute % 60 < 2 ? busy : quiet));
    const config = join(folder, 'dynamo-gitops.yaml');
    const text = await readFile(config, 'utf8');
    const other = '  - { name: assist, environment: prod, strategy: { kind: dynamo-load } }\n';
    await writeFile(config, text.replace('deployments:\n', `deployments:\n${other}`));
    const [said, short, unsaid, unknown] = [
      await callBacktest('--deployment', 'prod/llm-prod/chat'),
      await callBacktest('--graph', 'chat'),
      await callBacktest(),
      await callBacktest('--deployment', 'chta'),
    ];
    await writeFile(config, text);
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Backtest of prod/chat') });
    expect(short.stdout).toBe(said.stdout);
    expect(unsaid.stderr).toContain('load.csv: names no graph (say which one it is of: --deployment assist or chat');
    expect(unknown.stderr).toContain('--deployment "chta" names no graph of the config');
  });

  test.each([
    { rate: 1e6, isl: 360, says: '1,000,000 requests/s with 360 and 290 tokens from 2026-11-02T00:05:00Z on' },
    {
      rate: 1e15,
      isl: 360,
      says: '1,000,000,000,000,000 requests/s with 360 and 290 tokens from 2026-11-02T00:05:00Z on',
    },
    { rate: 40, isl: 1e9, says: '40 requests/s with 1,000,000,000 and 290 tokens from 2026-11-02T00:05:00Z on' },
  ])(
    'is refused with $rate requests/s of $isl tokens for hours, whose work nothing does',
    async ({ rate, isl, says }) => {
      await writeCsv(240, (minute) => (minute < 5 ? quiet : [60 * rate, isl, 290]));
      const { stderr, stdout, exitCode } = await callBacktest();
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain(`prod/llm-prod/chat: ${says} would keep `);
      expect(stderr).toContain('prefill replicas busy, and no more than 4,096 are looked for');
      expect(stderr).not.toContain('replaying');
    },
  );

  test('is refused with the columns that it lacks', async () => {
    await writeFile(
      join(folder, 'load.csv'),
      'timestamp,requestCount\n2026-11-02T00:00:00Z,9\n2026-11-02T04:00:00Z,9\n',
    );
    expect((await callBacktest()).stderr).toContain(
      'error: the metrics have no islTokens, oslTokens (a backtest needs requestCount, islTokens and oslTokens',
    );
  });

  test.each([
    { words: ['--lead', '0'], says: '--lead "0" is not a duration (such as 10m or 1h, and not below 1m' },
    { words: ['--html', '.'], says: '.: is a folder, not a file (name another file' },
  ])('is not looked at with $words', async ({ words, says }) => {
    await writeCsv(180, () => quiet);
    const { stderr, exitCode } = await callBacktest(...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(says) });
  });

  test('is told in hours where less than a day is judged', async () => {
    await writeCsv(180, (minute) => (minute % 20 < 5 ? busy : quiet));
    expect((await callBacktest()).stdout).toContain('Backtest of prod/chat: 2 hours to 2026-11-02 03:00 UTC');
  });

  test('counts the judged minutes that need more than 1.25 times what the training needed', async () => {
    const rowOf = (minute: number): Row =>
      minute % 20 >= 5 ? quiet : minute >= 100 && minute < 140 ? [9000, 360, 290] : busy;
    await writeCsv(180, rowOf);
    const { beyondMost, setting, policies } = await backtest();
    expect(beyondMost?.minutes).toBe(10);
    expect(beyondMost?.worst?.prefill).toBeGreaterThan(setting.most.prefill);
    expect(policies[0]?.attainment).toBeLessThan(0.98);
    const words = (await callBacktest()).stdout.replace(/\s+/g, ' ');
    expect(words).toContain('10 judged minutes needed more than any policy may ask for');
    await writeCsv(180, (minute) => (minute % 20 < 5 ? busy : quiet));
    expect((await backtest()).beyondMost).toEqual({ minutes: 0, worst: null });
  });

  test('leaves out a bucket with a prompt that nobody can have sent, and counts it', async () => {
    const rowOf = (minute: number): Row => (minute === 100 ? [2400, 1e9, 290] : minute % 10 < 2 ? busy : quiet);
    await writeCsv(180, rowOf);
    const { minutes, notes } = await backtest();
    expect(minutes).toEqual({ all: 180, missing: 1, implausible: 0 });
    expect(notes).toContain(
      '1 bucket has a mean prompt or output more than 100 times as long as any around: not judged.',
    );
  });
});
