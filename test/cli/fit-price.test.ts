import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type FittedModel, fittedModelSchema } from '../../api/index.ts';
import { callCli } from './call.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const RECORDING = 'apps/chat/metrics/2026-11-02.json';
const MODEL = 'apps/chat/models/prod/chat.json';
const PROFILE = 'apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json';
/** A day and an hour, since a model takes a day. */
const MINUTES = 25 * 60;
const NOW = '2026-11-03T01:00:00Z';

jest.setTimeout(120_000);

let folder = '';
let config = '';
let fitted = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-fit-price-'));
  await Promise.all(
    ['dist', 'apps', 'dynamo-gitops.yaml'].map((name) => cp(join(root, name), join(folder, name), { recursive: true })),
  );
  config = await readFile(join(folder, 'dynamo-gitops.yaml'), 'utf8');
  const recording = JSON.parse(await readFile(join(folder, RECORDING), 'utf8'));
  const [graph] = recording.graphs;
  // Idle for most of the time, which takes none to simulate.
  const buckets = Array.from({ length: MINUTES }, (_, minute) =>
    minute % 240 < 6 ? [2400 + 100 * (minute % 4), 360, 290] : [0, null, null],
  );
  const columns = ['requestCount', 'islTokens', 'oslTokens'];
  const days = { ...recording, bucketSeconds: 60, graphs: [{ ...graph, columns, buckets }] };
  await writeFile(join(folder, RECORDING), JSON.stringify(days));
  await configure('{}');
  await callFit();
  fitted = await readFile(join(folder, MODEL), 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

async function configure(horizon: string, leadSeconds = 600): Promise<void> {
  const [start, end] = [config.indexOf('    strategy:'), config.indexOf('    services:')];
  const strategy = `{ kind: sla, profile: ${PROFILE}, horizon: ${horizon}, forecast: { leadSeconds: ${leadSeconds} } }`;
  const text = `${config.slice(0, start)}    strategy: ${strategy}\n${config.slice(end)}`;
  await writeFile(join(folder, 'dynamo-gitops.yaml'), text);
}

function call(...words: readonly string[]) {
  return callCli(words, { cwd: folder });
}

function callFit(at = NOW) {
  return call('fit', '--at', at);
}

async function modelWith(change: (model: FittedModel) => FittedModel): Promise<void> {
  await writeFile(join(folder, MODEL), JSON.stringify(change(fittedModelSchema.parse(JSON.parse(fitted)))));
}

/** What the plan says of late requests, weighed at the end of a busy stretch. */
async function plannedPrice(): Promise<string> {
  const { stdout } = await call('plan', '--at', '2026-11-03T00:06:00Z', '-o', 'json');
  return /late requests count [^"]*/.exec(stdout)?.[0] ?? stdout;
}

describe('fit, of a graph whose strategy weighs the time ahead', () => {
  test('chooses the late price by its own days, and writes how each that it tried fared', async () => {
    const { latePrice } = fittedModelSchema.parse(JSON.parse(fitted));
    expect(latePrice).toMatchObject({
      setting: { leadSeconds: 600, changesPerDay: 24, ttftMs: 200, itlMs: 10 },
      ...{ days: 1, walkForward: { days: 1 } },
    });
    const tried = latePrice?.tried ?? [];
    expect(tried.map((one) => one.latePrice)).toEqual([8, 16, 32]);
    expect(tried.map((one) => one.latePrice)).toContain(latePrice?.latePrice);
    const hours = tried.map(({ gpuHours }) => gpuHours);
    expect([...hours].sort((one, other) => one - other)).toEqual(hours);
  });

  test('gives the same bytes again, and shows the price', async () => {
    await writeFile(join(folder, MODEL), '');
    const { stdout } = await callFit();
    expect(await readFile(join(folder, MODEL), 'utf8')).toBe(fitted);
    const price = fittedModelSchema.parse(JSON.parse(fitted)).latePrice?.latePrice;
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      new RegExp(`latePrice ${price} over 1 day, 8: [^,]+ kept for \\d+ GPU-hours, 16: .*; chosen anew each day`),
    );
  });

  test('leaves it out where the config says it', async () => {
    await configure('{ latePrice: 20 }');
    await callFit();
    const { latePrice } = fittedModelSchema.parse(JSON.parse(await readFile(join(folder, MODEL), 'utf8')));
    expect(latePrice).toBeUndefined();
  });
});

describe('a plan takes the late price', () => {
  test.each([
    { horizon: '{}', lead: 600, says: 'count 32 times what engines take for them, as fit chose' },
    { horizon: '{ latePrice: 20 }', lead: 600, says: 'count 20 times what engines take for them' },
    {
      ...{ horizon: '{}', lead: 1200 },
      says: 'count 16 times what engines take for them, the default: fit chose 32 for another lead, SLA or number of changes, and is to be run again',
    },
  ])('of $horizon with a lead of $lead s: $says', async ({ horizon, lead, says }) => {
    await configure(horizon, lead);
    await modelWith((model) => ({
      ...model,
      ...(model.latePrice === undefined ? {} : { latePrice: { ...model.latePrice, latePrice: 32 } }),
    }));
    expect(await plannedPrice()).toBe(`late requests ${says}`);
  });

  test('by default where nothing was fitted', async () => {
    await configure('{}');
    await modelWith(({ latePrice: _, ...model }) => model);
    expect(await plannedPrice()).toBe('late requests count 16 times what engines take for them, the default');
  });
});

describe('a backtest', () => {
  const backtest = async () => {
    const { stdout, stderr } = await call('backtest', '--policies', 'sla', '-o', 'json');
    return stdout === '' ? { parameters: stderr } : JSON.parse(stdout);
  };

  test('does not use a price that was fitted to days that it judges', async () => {
    await configure('{}');
    await modelWith((model) => model);
    const { parameters, chosen, inputs } = await backtest();
    expect(parameters).toMatch(/its late price was chosen anew .* was learned from days that are judged here/);
    expect(parameters).toContain(
      'It forecasts with the default model, for those of the fitted file were learned from days that are judged here.',
    );
    expect(chosen).toMatchObject([{ policy: 'sla', days: [{ start: '2026-11-02T09:00:00Z' }] }]);
    expect(inputs.fitted).toEqual([]);
  });

  test('uses one that was fitted to days before them', async () => {
    await configure('{}');
    await modelWith((model) => ({ ...model, training: { ...model.training, end: '2026-11-02T09:00:00Z' } }));
    const { parameters, chosen, inputs } = await backtest();
    expect(parameters).toMatch(/its late price is \d+, which was fitted to days before those that are judged/);
    expect(parameters).toContain('It forecasts with the models of the fitted file, as plan does.');
    expect(chosen).toEqual([]);
    expect(inputs.fitted).toMatchObject([{ file: MODEL }]);
  });
});
