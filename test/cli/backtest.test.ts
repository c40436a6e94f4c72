import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { backtestSchema, parseJsonDocument } from '../../api/index.ts';
import { choosePolicies } from '../../cli/backtest/choose-policies.ts';
import { families } from '../../planner/backtest/choice/index.ts';
import { callCli } from './call.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FEW = ['--policies', 'static,hpa-70'];
const RECORDING = 'apps/chat/metrics/2026-11-02.json';

jest.setTimeout(60_000);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-backtest-'));
  await Promise.all(
    ['dist', 'apps', 'dynamo-gitops.yaml'].map((name) => cp(join(root, name), join(folder, name), { recursive: true })),
  );
});
afterEach(() => rm(folder, { recursive: true }));

/** Three hours of minutes, busy for four before those that are judged and for eight in them, so that a test is short. */
async function recordMinutes(change: (buckets: (number | null)[][]) => void = () => undefined): Promise<void> {
  const recording = JSON.parse(await readFile(join(folder, RECORDING), 'utf8'));
  const [graph] = recording.graphs;
  const isBusy = (minute: number): boolean => (minute >= 30 && minute < 34) || (minute >= 100 && minute < 108);
  const buckets = Array.from({ length: 180 }, (_, minute) =>
    isBusy(minute) ? [2400 + 100 * (minute % 4), 360, 290, 60] : [0, null, null, null],
  );
  change(buckets);
  const columns = ['requestCount', 'islTokens', 'oslTokens', 'ttftMs'];
  const short = { ...recording, bucketSeconds: 60, graphs: [{ ...graph, columns, buckets }] };
  await writeFile(join(folder, RECORDING), JSON.stringify(short));
}

function callBacktest(...words: readonly string[]) {
  return callCli(['backtest', ...words], { cwd: folder });
}

async function backtest(...words: readonly string[]) {
  const { stdout, stderr, exitCode } = await callBacktest('-o', 'json', ...words);
  const read = parseJsonDocument(backtestSchema, stdout, 'backtest');
  if (!read.ok) throw new Error(`${exitCode} ${stderr} ${JSON.stringify(read.error)}`);
  return read.value;
}

describe('backtest', () => {
  test('judges the last two thirds of a short history, in whole hours, by the recording of the config', async () => {
    await recordMinutes();
    const { judged, training, minutes, policies, setting } = await backtest('--policies', 'hpa-70,static');
    expect({ judged, training, minutes }).toEqual({
      training: { start: '2026-11-02T00:00:00Z', end: '2026-11-02T01:00:00Z' },
      judged: { start: '2026-11-02T01:00:00Z', end: '2026-11-02T03:00:00Z' },
      minutes: { all: 180, missing: 0, implausible: 0 },
    });
    expect(setting).toMatchObject({
      sla: { ttftMs: 200, itlMs: 10 },
      lead: { reviewSeconds: 300, startUpSeconds: 300 },
      gpusPerReplica: { prefill: 1, decode: 1 },
    });
    expect(policies.map(({ name, channel }) => `${name} ${channel}`)).toEqual([
      'oracle oracle',
      'static static',
      'hpa-70 native',
    ]);
    const [oracle, fixed] = policies;
    expect(oracle?.timesOracle).toBe(1);
    expect(fixed?.gpuHours).toBeGreaterThan(oracle?.gpuHours ?? Number.NaN);
    expect(oracle?.requests).toBe(fixed?.requests);
    expect(fixed?.hourlyGpus).toHaveLength(2);
  });

  test('gives the same bytes again, in whatever order policies are named, and writes them where it is asked to', async () => {
    await recordMinutes();
    const once = await callBacktest('-o', 'json', ...FEW, '--out', 'backtest.json');
    const turned = await callBacktest('-o', 'json', '--policies', 'hpa-70,static');
    expect(turned.stdout).toBe(once.stdout);
    expect(await readFile(join(folder, 'backtest.json'), 'utf8')).toBe(once.stdout);
  });

  test('writes the page with its charts, and replaces only such a page', async () => {
    await recordMinutes();
    expect(await callBacktest(...FEW, '--html', 'report.html')).toMatchObject({ exitCode: 0 });
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>[\s\S]*<svg role="img"[\s\S]*<\/html>\n$/);
    expect(await callBacktest(...FEW, '--html', 'report.html')).toMatchObject({ exitCode: 0 });
    await writeFile(join(folder, 'mine.html'), '<p>my work</p>');
    expect(await callBacktest(...FEW, '--html', 'mine.html')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('mine.html: exists and is not a report of a backtest, so it is not replaced'),
    });
    expect(await readFile(join(folder, 'mine.html'), 'utf8')).toBe('<p>my work</p>');
  });

  test('writes no page over a symbolic link into the folder of git, nor where a link leads nowhere, and none beside a document that it cannot write', async () => {
    await recordMinutes();
    await mkdir(join(folder, '.git'));
    await symlink('.git', join(folder, 'reports'));
    await symlink('nowhere/report.html', join(folder, 'dangling.html'));
    const refusals = [
      { words: ['--html', 'reports/x.html'], says: 'reports/x.html: lies in a folder of git' },
      { words: ['--html', 'dangling.html'], says: 'dangling.html: is a symbolic link that leads nowhere' },
      { words: ['--html', '/proc/self/fd/1'], says: '/proc/self/fd/1: is a pipe or a device' },
      { words: ['--html', 'same', '--out', 'same'], says: '--html and --out name the same file' },
      { words: ['--html', 'new.html', '--out', 'dynamo-gitops.yaml'], says: 'dynamo-gitops.yaml: exists and is not' },
      { words: ['--out', 'reports/x.json'], says: 'reports/x.json: lies in a folder of git' },
      { words: ['--out', 'apps'], says: 'apps: is a folder, not a file' },
      { words: ['--out', 'dynamo-gitops.yaml/x.json'], says: 'x.json: has a file where a folder is needed' },
    ];
    for (const { words, says } of refusals) {
      const { exitCode, stderr } = await callBacktest('--policies', 'static', ...words);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(says) });
      // Before the replay, which takes long.
      expect(stderr).not.toContain('replaying');
    }
    expect((await lstat(join(folder, 'dangling.html'))).isSymbolicLink()).toBe(true);
    expect(await readdir(join(folder, '.git'))).toEqual([]);
    expect((await readdir(folder)).filter((name) => name === 'new.html' || name === 'same')).toEqual([]);
  });

  test('replays sla with the horizon of the config, and says where it comes from', async () => {
    await recordMinutes();
    const usual = await backtest('--policies', 'static');
    expect(usual.setting.proposalsPerDay).toBe(24);
    expect(usual.parameters).toContain(
      'sla makes at most 24 changes a day, the default, and its late price was chosen anew for each judged day',
    );
    const config = join(folder, 'dynamo-gitops.yaml');
    const text = await readFile(config, 'utf8');
    const [start, end] = [text.indexOf('    strategy:'), text.indexOf('    services:')];
    const profile = 'apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json';
    const configure = (words: string) =>
      writeFile(
        config,
        `${text.slice(0, start)}    strategy: { kind: sla, profile: ${profile}, ${words} }\n${text.slice(end)}`,
      );
    await configure('horizon: { changesPerDay: 6, latePrice: 12 }, forecast: { leadSeconds: 1200 }');
    const own = await backtest('--policies', 'sla');
    expect(own.setting).toMatchObject({ proposalsPerDay: 6, lead: { reviewSeconds: 600, startUpSeconds: 600 } });
    expect(own.parameters).toContain(
      'sla makes at most 6 changes a day, and its late price is 12, as the config says.',
    );
    expect(own.chosen).toEqual([]);
    expect(own.policies.map(({ name }) => name)).toEqual(['oracle', 'sla']);
    const oracleHours = ({ policies }: Awaited<ReturnType<typeof backtest>>) => policies[0]?.gpuHours ?? Number.NaN;
    await configure('maxBatch: 1');
    expect(oracleHours(await backtest('--policies', 'static'))).toBeGreaterThan(oracleHours(usual));
  });

  test('compares all but what takes long to choose, unless it is asked for all or for those by name', () => {
    const known = families({ changesPerDay: 24, latePrice: undefined });
    const chosen = (words: string | undefined) => {
      const found = choosePolicies(known, words);
      return found.ok ? found.value.map(({ name }) => name) : [];
    };
    expect(chosen('all')).toEqual(known.map(({ name }) => name));
    const long = ['last-value', 'dynamo-sla-headroom-git', 'hpa', 'dynamo-sla-headroom'];
    expect(chosen(undefined)).toEqual(chosen('all').filter((name) => !long.includes(name)));
    expect(chosen(long.join(','))).toEqual(long);
  });

  test('chooses what a setting leaves open by the days before each judged one, and says what', async () => {
    await recordMinutes();
    const { chosen } = await backtest('--policies', 'hpa,static');
    const tried = ['60 %', '45 %', '35 %', '25 %'];
    const days = [{ start: '2026-11-02T01:00:00Z', setting: expect.stringMatching(/^(60|45|35|25) %$/) }];
    expect(chosen).toEqual([{ policy: 'hpa', label: 'HPA at u', tried, days }]);
    const { stdout } = await callBacktest('--policies', 'hpa,static');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /Chosen for each judged day, by the days before it alone: HPA at u: \d\d %\./,
    );
  });

  test('takes the lead and the part of it that is start-up from the call', async () => {
    await recordMinutes();
    const { setting } = await backtest('--policies', 'static', '--lead', '30m', '--start-up', '5m');
    expect(setting.lead).toEqual({ reviewSeconds: 1500, startUpSeconds: 300 });
  });

  test.each([
    { lead: '500h', says: 'the lead of 500 h is not shorter than the 2 h that are judged' },
    { lead: '2h', says: 'the lead of 2 h is not shorter than the 2 h that are judged' },
    { lead: '119m', says: undefined },
  ])('takes a lead of $lead only where something decided in what is judged may serve', async ({ lead, says }) => {
    await recordMinutes();
    const { exitCode, stderr } = await callBacktest('--policies', 'static', '--lead', lead);
    expect(exitCode).toBe(says === undefined ? 0 : 1);
    expect(stderr.includes('replaying')).toBe(says === undefined);
    if (says !== undefined) expect(stderr).toContain(says);
  });

  test('says what is wrong with lead and policies before the history is read', async () => {
    await writeFile(join(folder, RECORDING), '{');
    const words = ['--lead', 'soon', '--policies', 'nothing'];
    const { exitCode, stderr } = await callBacktest(...words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('--lead "soon" is not a duration');
    expect(stderr).toContain('--policies: "nothing" is unknown');
    expect(stderr).not.toContain(RECORDING);
    expect((await callBacktest('--policies', 'static')).stderr).toContain(RECORDING);
  });

  test('shows of several seeds the worst', async () => {
    await recordMinutes();
    const [one, two] = [await backtest(...FEW), await backtest(...FEW, '--seeds', '2')];
    expect(two.setting.seeds).toEqual([1, 2]);
    for (const [index, policy] of two.policies.entries()) {
      expect(policy.attainment).toBeLessThanOrEqual(one.policies[index]?.attainment ?? Number.NaN);
    }
  });

  test('tries other budgets, targets and start-up times with the only policy, when asked', async () => {
    await recordMinutes();
    const { whatIf } = await backtest('--policies', 'hpa-70', '--what-if');
    expect(whatIf?.policy).toBe('hpa-70');
    expect(whatIf?.lead.map(({ startUpSeconds }) => startUpSeconds)).toEqual([60, 180, 300, 600, 1200]);
    const [least, most] = [whatIf?.budget[0], whatIf?.budget.at(-1)];
    expect(least?.attainment).toBeLessThan(most?.attainment ?? Number.NaN);
    expect(least?.gpuHours).toBeLessThan(most?.gpuHours ?? Number.NaN);
    const [strict, loose] = [whatIf?.sla[0], whatIf?.sla.at(-1)];
    expect(strict?.gpuHours).toBeGreaterThanOrEqual(loose?.gpuHours ?? Number.NaN);
  });

  test('tries no budget that has no room for a replica of each role', async () => {
    await recordMinutes((buckets) => {
      for (const bucket of buckets) bucket[0] = (bucket[0] ?? 0) / 40;
    });
    const { whatIf, setting } = await backtest('--policies', 'hpa-70', '--what-if');
    const least = setting.gpusPerReplica.prefill + setting.gpusPerReplica.decode;
    expect(whatIf?.budget.map(({ maxGpus }) => maxGpus)).toEqual([least]);
  });

  test('tries other settings on the first seed, however many there are, so that nothing else differs', async () => {
    await recordMinutes();
    const words = ['--policies', 'hpa-70', '--what-if'];
    const [one, more] = [await backtest(...words), await backtest(...words, '--seeds', '4')];
    expect(more.policies).not.toEqual(one.policies);
    expect(more.whatIf).toEqual(one.whatIf);
  });

  test('counts minutes without data, and judges none of them', async () => {
    await recordMinutes((buckets) => {
      buckets[103] = [null, null, null, null];
      buckets[105] = [2400, 360, 290, 0];
    });
    const { minutes, policies } = await backtest('--policies', 'static');
    expect(minutes).toEqual({ all: 180, missing: 1, implausible: 1 });
    expect(policies[0]?.requests).toBeGreaterThan(0);
  });

  test.each([
    { first: 60, end: 180, says: 'from 2026-11-02T01:00:00Z to 2026-11-02T03:00:00Z have no minute to judge' },
    { first: 0, end: 60, says: 'from 2026-11-02T00:00:00Z to 2026-11-02T01:00:00Z have no minute to learn from' },
  ])('promises nothing where minutes $first to $end say nothing', async ({ first, end, says }) => {
    await recordMinutes((buckets) => {
      for (let minute = first; minute < end; minute += 1)
        buckets[minute] = [120, 360, minute % 2 === 0 ? null : -1, 60];
    });
    const { exitCode, stderr, stdout } = await callBacktest('--policies', 'static');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(says);
  });

  test.each([
    {
      words: ['--policies', 'hpa-7,static'],
      says: '--policies: "hpa-7" is unknown (there are: all, static, sla, sla-999, last-value-few',
    },
    {
      words: ['--deployment', 'nobody'],
      says: '--deployment "nobody" names no graph of the config (there are: prod/llm-prod/chat)',
    },
    { words: ['--lead', '5m', '--start-up', '10m'], says: '--start-up 10m is longer than the whole lead of 5 min' },
    { words: ['--lead', 'soon'], says: '--lead "soon" is not a duration' },
    { words: ['--html', ''], says: '--html needs a file name' },
    { words: ['--days', '0'], says: "argument '0' is invalid. It must be a whole number from 1 to 99." },
    { words: ['--metrics', 'none.json'], says: 'none.json' },
    { words: ['--policies', 'static,hpa-70', '--what-if'], says: '--policies names several without sla' },
    { words: ['--policies', 'static', '--what-if'], says: '--what-if has nothing to try with static: its number is' },
    { words: ['--metrics', '/'], says: '/: is the root of a file system, not a folder of recordings' },
  ])('says in a line what is wrong with $words', async ({ words, says }) => {
    const { exitCode, stderr, stdout } = await callBacktest(...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('error:')),
    ).toHaveLength(1);
  });

  test('says what a graph lacks that is not simulated, and of a history that is too short', async () => {
    const config = join(folder, 'dynamo-gitops.yaml');
    const text = await readFile(config, 'utf8');
    const start = text.indexOf('    strategy:');
    await writeFile(
      config,
      `${text.slice(0, start)}    strategy: { kind: dynamo-load }\n${text.slice(text.indexOf('    services:'))}`,
    );
    expect((await callBacktest(...FEW)).stderr).toContain(
      'dynamo-gitops.yaml: deployments[0].strategy: backtest simulates engines, and the strategy dynamo-load names no profile of them',
    );
    await writeFile(config, text);
    const short = await callBacktest(...FEW, '--at', '2026-11-02T02:00:00Z');
    expect(short.stderr).toContain('the history of chat is 120 minutes long, and a backtest takes at least 180');
  });
});
