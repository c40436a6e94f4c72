import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  chosenPolicies,
  daysBeforeEach,
  daysIn,
  type Family,
  families,
  onceForAll,
  trySettings,
  walkForward,
} from '../../planner/backtest/choice/index.ts';
import type { Policy } from '../../planner/backtest/policies/index.ts';
import type { DayResult } from '../../planner/backtest/replay/index.ts';
import { fluidSimulation } from '../../planner/backtest/simulator/index.ts';
import { workloadOf } from '../../planner/backtest/workload/index.ts';
import { MODEL, SLA, testEngine } from './simulation-fixture.ts';

const DAY_MS = 86_400_000;
const LEAD = { reviewSeconds: 300, startUpSeconds: 300 };
const pair = (prefill: number, decode: number) => ({ prefill, decode });

/** Asks for the same all the time. */
const fixed = (replicas: number): Policy => ({
  ...{ name: `fixed-${replicas}`, label: 'fixed', channel: 'git', everySeconds: 60 },
  start: () => ({ observe: () => undefined, decide: () => pair(replicas, replicas) }),
});

const family = (name: string, ...counts: readonly [number, ...number[]]): Family => {
  const [first, ...others] = counts.map((count) => ({ words: `${count}`, policy: fixed(count) }));
  if (first === undefined) throw new Error('a family has a setting');
  return { name, label: name, settings: [first, ...others] };
};

/** Drives steps to their end. */
function outcomeOf<Outcome>(steps: Generator<unknown, Outcome>): Outcome {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

describe('settings that are tried', () => {
  const MINUTES = 2 * 1440 + 300;
  const engine = testEngine();
  const input = {
    workload: workloadOf(
      {
        ...{ deployment: 'graph', namespace: 'llm', environment: 'prod', model: 'model' },
        ...{ startMs: 0, bucketSeconds: 60, length: MINUTES, provenance: { source: 'made up', queries: {} } },
        // Idle minutes take no time to simulate.
        columns: {
          requestCount: Float64Array.from({ length: MINUTES }, (_, minute) => (minute % 720 < 2 ? 900 : 0)),
          islTokens: new Float64Array(MINUTES).fill(900),
          oslTokens: new Float64Array(MINUTES).fill(140),
        },
      },
      { seed: 1 },
    ),
    ...{ engine, profile: undefined, sla: SLA, lead: LEAD, trainingPeak: pair(6, 6) },
    simulation: () => fluidSimulation(engine, SLA, { giveUpSeconds: 10 }),
  };

  test('have a result for each day that another may learn from, the first one being what is left of a day', () => {
    const tried = outcomeOf(
      trySettings([family('a', 2, 5), family('alone', 3)], { ...input, end: 300 + 1440, daysFrom: 300 }),
    );
    expect([...tried.keys()]).toEqual(['a']);
    // Replicas of both roles with four GPUs each, for five hours and for a day; what ran before is gone after minutes.
    const replicas = tried
      .get('a')
      ?.map((days) => days.map(({ gpuSeconds }, day) => Math.round(gpuSeconds / 3600 / 8 / (day === 0 ? 5 : 24))));
    expect(replicas).toEqual([
      [2, 2],
      [5, 5],
    ]);
  });

  test('are no more, over no more days, than a choice can fall on', () => {
    // The first keeps little, the second all but the requests of the last day, and the third everything.
    const arrivals = input.workload;
    const busyDay = {
      ...arrivals,
      minute: (index: number) => {
        const minute = arrivals.minute(index);
        return index < 300 + 1440
          ? minute
          : { ...minute, arrivalsPerSecond: minute.arrivalsPerSecond.map((count) => 6 * count) };
      },
    };
    const question = { ...input, workload: busyDay, end: MINUTES, daysFrom: 300 };
    const compared = [family('a', 1, 2, 30, 31), family('b', 30, 31)];
    const days = { trainingDays: 1, judgedDays: 3 };
    const most = { ...question, trainingPeak: pair(31, 31) };
    const all = outcomeOf(trySettings(compared, most));
    const needed = outcomeOf(trySettings(compared, { ...most, chosenAfter: daysBeforeEach(days) }));
    const lengths = (tried: typeof all) => [...tried].map(([name, each]) => [name, each.map(({ length }) => length)]);
    expect(lengths(all)).toEqual([
      ['a', [3, 3, 3, 3]],
      ['b', [3, 3]],
    ]);
    expect(lengths(needed)).toEqual([
      ['a', [3, 3, 3]],
      ['b', [3]],
    ]);
    expect(walkForward(compared, needed, days)).toEqual(walkForward(compared, all, days));
    expect(walkForward(compared, needed, days).get('a')).toEqual([0, 1, 2]);
    // Where the last choice is before the busy day, nothing is tried on it.
    const early = outcomeOf(trySettings(compared, { ...most, chosenAfter: [1] }));
    expect(lengths(early)).toEqual([
      ['a', [1]],
      ['b', [1]],
    ]);
  });

  test('tell how far they are, which never goes back, and is all in the end', () => {
    const compared = [family('a', 1, 5), family('b', 5, 6, 7)];
    const shares: number[] = [];
    const steps = trySettings(compared, { ...input, end: 300 + 1440, daysFrom: 300, chosenAfter: [1, 2] });
    for (const { done, all } of steps) shares.push(done / all);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    expect(shares.at(-1)).toBe(1);
  });

  test('are none where there is nothing to choose, or nothing to learn from', () => {
    expect(outcomeOf(trySettings([family('alone', 3)], { ...input, end: 1440, daysFrom: 0 }))).toEqual(new Map());
    expect(outcomeOf(trySettings([family('a', 2, 5)], { ...input, end: 0, daysFrom: 0 }))).toEqual(new Map());
  });
});

test('settings stand from the one that runs least to the one that runs most', () => {
  const MINUTES = 420;
  const engine = testEngine();
  const workload = workloadOf(
    {
      ...{ deployment: 'graph', namespace: 'llm', environment: 'prod', model: 'model' },
      ...{ startMs: 0, bucketSeconds: 60, length: MINUTES, provenance: { source: 'made up', queries: {} } },
      columns: {
        requestCount: Float64Array.from({ length: MINUTES }, (_, minute) =>
          Math.round(600 + 400 * Math.sin(minute / 100) + 80 * Math.sin(minute)),
        ),
        islTokens: new Float64Array(MINUTES).fill(900),
        oslTokens: new Float64Array(MINUTES).fill(140),
      },
    },
    { seed: 1 },
  );
  const compared = families({ changesPerDay: 24, latePrice: undefined });
  const tried = outcomeOf(
    trySettings(compared, {
      ...{ workload, engine, profile: undefined, sla: SLA, lead: LEAD, trainingPeak: pair(12, 12) },
      ...{ simulation: () => fluidSimulation(engine, SLA, { giveUpSeconds: 10 }), end: MINUTES, daysFrom: MINUTES },
    }),
  );
  const costs = [...tried].map(([name, settings]) => ({
    ...{ name, gpuSeconds: settings.map(([day]) => day?.gpuSeconds ?? 0) },
  }));
  expect(costs.map(({ name, gpuSeconds }) => ({ name, gpuSeconds: [...gpuSeconds].sort((a, b) => a - b) }))).toEqual(
    costs,
  );
});

describe('walking forward', () => {
  const day = fc.record({
    requests: fc.constant(1000),
    attained: fc.integer({ min: 900, max: 1000 }),
    gpuSeconds: fc.integer({ min: 1, max: 100 }),
    proposals: fc.constant(0),
  });
  const daysOfSettings = fc.array(fc.array(day, { minLength: 8, maxLength: 8 }), { minLength: 2, maxLength: 4 });
  const choicesOf = (settings: readonly (readonly DayResult[])[]) =>
    walkForward([family('a', 1, 2)], new Map([['a', settings]]), { trainingDays: 3, judgedDays: 5 }).get('a') ?? [];

  test('chooses by nothing that is not over', () => {
    fc.assert(
      fc.property(daysOfSettings, daysOfSettings, fc.integer({ min: 0, max: 4 }), (settings, others, judged) => {
        const known = 3 + judged;
        const changed = settings.map((days, index) => [
          ...days.slice(0, known),
          ...(others[index % others.length] ?? days).slice(known),
        ]);
        expect(choicesOf(changed).slice(0, judged + 1)).toEqual(choicesOf(settings).slice(0, judged + 1));
      }),
    );
  });

  test('learns from judged days that have passed', () => {
    const of = (attained: readonly number[], gpuSeconds: number): readonly DayResult[] =>
      attained.map((kept) => ({ requests: 1000, attained: kept, gpuSeconds, proposals: 0 }));
    const cheap = of([1000, 1000, 1000, 900, 900, 900, 900], 10);
    const dear = of([1000, 1000, 1000, 1000, 1000, 1000, 1000], 20);
    const both = [family('a', 1, 2)];
    const tried = new Map([['a', [cheap, dear]]]);
    expect(walkForward(both, tried, { trainingDays: 3, judgedDays: 4 }).get('a')).toEqual([0, 1, 1, 1]);
    expect(onceForAll(both, tried).get('a')).toEqual([1]);
  });

  test('lets the first day say nothing where there are others, since nobody had learned anything when it began', () => {
    const of = (attained: readonly number[], gpuSeconds: number): readonly DayResult[] =>
      attained.map((kept) => ({ requests: 1000, attained: kept, gpuSeconds, proposals: 0 }));
    const [cheap, dear] = [of([900, 1000, 1000], 10), of([1000, 1000, 1000], 20)];
    expect(onceForAll([family('a', 1, 2)], new Map([['a', [cheap, dear]]])).get('a')).toEqual([0]);
    const first = [cheap, dear].map((days) => days.slice(0, 1));
    expect(onceForAll([family('a', 1, 2)], new Map([['a', first]])).get('a')).toEqual([1]);
  });

  test('holds each family to its own goal', () => {
    const of = (attained: number, gpuSeconds: number): readonly DayResult[] =>
      [0, 1].map(() => ({ requests: 1000, attained, gpuSeconds, proposals: 0 }));
    const days = [of(996, 10), of(999, 20)];
    const usual = family('usual', 1, 2);
    const high = { ...family('high', 1, 2), goal: 0.999 };
    const tried = new Map([usual, high].map(({ name }) => [name, days]));
    expect(onceForAll([usual, high], tried)).toEqual(
      new Map([
        ['usual', [0]],
        ['high', [1]],
      ]),
    );
  });

  test('counts a day that has begun', () => {
    expect([0, 1, 1440, 1441, 2880].map(daysIn)).toEqual([0, 1, 1, 2, 2]);
  });
});

describe('families', () => {
  test('are one policy each, under their own name, with the setting of the day', () => {
    const [policy] = chosenPolicies([family('a', 2, 5)], new Map([['a', [1, 0]]]), 0);
    expect(policy).toMatchObject({ name: 'a', label: 'a', channel: 'git' });
    const running = policy?.start({
      ...{ model: MODEL, profile: undefined, gpusPerReplica: pair(4, 4), maxBatch: 64, sla: SLA, lead: LEAD },
      ...{ most: pair(9, 9), trainingPeak: pair(7, 7) },
    });
    const at = (atMs: number) =>
      running?.decide({
        ...{ atMs, asked: pair(1, 1), ordered: pair(1, 1), serving: pair(1, 1) },
        proposed: { inDayMs: [], newestMs: undefined },
      });
    expect([at(0), at(DAY_MS), at(5 * DAY_MS)]).toEqual([pair(5, 5), pair(2, 2), pair(2, 2)]);
  });

  test('leave nothing to choose of sla where its price is given', () => {
    const ours = (latePrice: number | undefined) =>
      families({ changesPerDay: 12, latePrice })
        .find(({ name }) => name === 'sla')
        ?.settings.map(({ words }) => words);
    expect(ours(12)).toEqual(['late price 12']);
    expect(ours(undefined)).toContain('late price 16');
    const few = families({ changesPerDay: 12, latePrice: 12 }).filter(({ name }) => name.endsWith('-few'));
    for (const { label } of few) expect(label).toContain('≤ 12 a day');
  });
});
