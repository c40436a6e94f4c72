import { describe, expect, test } from '@jest/globals';
import type { EngineSpec } from '../../planner/backtest/engine/index.ts';
import { NeededReplicas } from '../../planner/backtest/oracle/index.ts';
import {
  atMostADay,
  byDay,
  dynamoLoad,
  dynamoSla,
  hpa,
  hpaTtft,
  kedaTtft,
  lastValue,
  type Policy,
  type PolicySetup,
  staticPeak,
} from '../../planner/backtest/policies/index.ts';
import { type ReplayInput, replay, replaySteps } from '../../planner/backtest/replay/index.ts';
import { arrivedMetrics } from '../../planner/backtest/replay/minute-metrics.ts';
import { fluidSimulation, type RestorableSimulation } from '../../planner/backtest/simulator/index.ts';
import { type Workload, workloadOf } from '../../planner/backtest/workload/index.ts';
import type { TrafficSeries } from '../../planner/metrics/index.ts';
import { lengthVariation } from '../../planner/queueing/index.ts';
import { MODEL, SLA, testEngine } from './simulation-fixture.ts';

const MINUTE_MS = 60_000;
const LEAD = { reviewSeconds: 300, startUpSeconds: 300 };

/** Requests a minute, by minute; NaN is no data. */
function traffic(counts: readonly number[]): TrafficSeries {
  const requestCount = Float64Array.from(counts);
  const lengths = (tokens: number) => requestCount.map((count) => (count > 0 ? tokens : Number.NaN));
  return {
    ...{ deployment: 'graph', namespace: 'llm', environment: 'prod', model: 'model' },
    ...{ startMs: 0, bucketSeconds: 60, length: counts.length },
    columns: { requestCount, startedCount: requestCount, islTokens: lengths(900), oslTokens: lengths(140) },
    provenance: { source: 'made up', queries: {} },
  };
}

const wave = (minutes: number): readonly number[] =>
  Array.from({ length: minutes }, (_, minute) => Math.round(900 * (1 + 0.7 * Math.sin(minute / 40))));

interface Sketch {
  readonly counts: readonly number[];
  readonly policies?: readonly Policy[];
  readonly change?: Partial<ReplayInput>;
  readonly seed?: number;
  /** Whether what minutes need is looked for, which takes long, or made up. */
  readonly searches?: boolean;
}

function inputOf({ counts, policies = [], change = {}, seed = 1, searches = false }: Sketch): ReplayInput {
  const workload: Workload = workloadOf(traffic(counts), { seed });
  const engine: EngineSpec = testEngine();
  const needs = {
    first: 0,
    prefill: new Uint16Array(counts.length).fill(2),
    decode: Uint16Array.from(counts, (count) => (count > 900 ? 4 : 3)),
  };
  return {
    ...{ workload, engine, profile: undefined, sla: SLA, lead: LEAD, policies },
    simulation: () => fluidSimulation(engine, SLA, { giveUpSeconds: 10 }),
    judged: { from: 120, to: counts.length },
    warmUpMinutes: 10,
    trainingPeak: { prefill: 4, decode: 6 },
    ...(searches ? {} : { needs }),
    ...change,
  };
}

describe('what metrics show of a minute', () => {
  const shown = (more: { readonly [column: string]: Float64Array }, oslVariation?: number) => {
    const history = traffic([600, 0]);
    const workload = workloadOf(
      { ...history, columns: { ...history.columns, ...more } },
      { seed: 1, ...(oslVariation === undefined ? {} : { oslVariation }) },
    );
    return [0, 1].map((minute) => arrivedMetrics(workload, workload.minute(minute)).oslVariation);
  };

  test('is how much outputs differ where the history has their 95th percentile, and else what is assumed', () => {
    const oslP95Tokens = Float64Array.of(282, Number.NaN);
    expect(shown({ oslP95Tokens })).toEqual([lengthVariation(140, 282), Number.NaN]);
    expect(shown({ oslP95Tokens }, 0.25)).toEqual([0.25, Number.NaN]);
    expect(shown({})).toEqual([1, Number.NaN]);
    expect(shown({}, 0.25)).toEqual([1, Number.NaN]);
  });
});

const resultOf = (result: ReturnType<typeof replay>, name: string) => {
  const found = result.policies.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no result of ${name}`);
  return found;
};

/** Asks for the same all the time. */
const fixed = (prefill: number, decode: number, change: Partial<Policy> = {}): Policy => ({
  ...{ name: 'fixed', label: 'fixed', channel: 'git', everySeconds: 60 },
  start: () => ({ observe: () => undefined, decide: () => ({ prefill, decode }) }),
  ...change,
});

/** Not a simulation of anything: so many of a hundred requests are late with these replicas. */
function withLate(lateOf: (prefill: number, decode: number) => number): RestorableSimulation {
  const real = fluidSimulation(testEngine(), SLA, { giveUpSeconds: 10 });
  let [attained, missed] = [0, 0];
  return {
    advanceMinute: (_, { prefill, decode }) => {
      const late = Math.min(100, lateOf(prefill, decode));
      missed += late;
      attained += 100 - late;
    },
    totals: () => ({ ...real.totals(), attained, missed }),
    observe: () => real.observe(),
    checkpoint: () => {
      const then = [attained, missed] as const;
      return () => {
        [attained, missed] = then;
      };
    },
    reset: () => {
      [attained, missed] = [0, 0];
    },
  };
}

describe('what a minute needs', () => {
  const neededWith = (lateOf: Parameters<typeof withLate>[0]) =>
    new NeededReplicas({
      workload: workloadOf(traffic([1200, 1200]), { seed: 1 }),
      ...{ simulation: withLate(lateOf), itlMs: SLA.itlMs },
      ...{ most: { prefill: 200, decode: 200 }, gpusPerReplica: { prefill: 1, decode: 1 } },
    }).at(1);

  test('is no more than keeps what any number of replicas keeps, where some prompts are late in any case', () => {
    const lateOf = (prefill: number, decode: number) => 2 + 5 * Math.max(0, 10 - prefill) + 5 * Math.max(0, 7 - decode);
    expect(neededWith(lateOf)).toEqual({ prefill: 10, decode: 7 });
  });

  test('is another decode replica where that spares many of prefill', () => {
    // With seven of decode, all but what may be late is, so that prefill has nothing left to be late with.
    const lateOf = (prefill: number, decode: number) => {
      if (decode < 7) return 50;
      if (decode === 7) return prefill >= 100 ? 2.9 : 3.1;
      return prefill >= 10 ? 2 : 5;
    };
    expect(neededWith(lateOf)).toEqual({ prefill: 10, decode: 8 });
  });
});

describe('a replay', () => {
  const POLICIES = [staticPeak, lastValue(2), hpa(0.5), hpaTtft, kedaTtft, dynamoLoad];

  test('gives the same bytes when it is run again, and in whatever order policies are listed', () => {
    const run = (policies: readonly Policy[]) =>
      JSON.stringify(replay(inputOf({ counts: wave(150), policies, searches: true })));
    const once = run(POLICIES);
    expect(run(POLICIES)).toBe(once);
    expect(run([...POLICIES].reverse())).toBe(once);
  });

  test('judges a policy alike whoever is beside it', () => {
    const counts = wave(200);
    const alone = resultOf(replay(inputOf({ counts, policies: [hpa(0.5)] })), 'hpa-50');
    expect(resultOf(replay(inputOf({ counts, policies: POLICIES })), 'hpa-50')).toEqual(alone);
  });

  test('is the same with what an earlier one found to be needed', () => {
    const sketch = { counts: wave(150), policies: [hpa(0.5)], searches: true };
    const { needs, beyondMost, ...first } = replay(inputOf(sketch));
    const { needs: again, beyondMost: unknown, ...second } = replay(inputOf({ ...sketch, change: { needs } }));
    expect(again).toBe(needs);
    expect(second).toEqual(first);
    expect([beyondMost, unknown]).toEqual([{ minutes: 0, worst: undefined }, undefined]);
  });

  test('tells of its progress until all is done', () => {
    const told: number[] = [];
    const steps = replaySteps(inputOf({ counts: wave(270) }));
    for (let step = steps.next(); step.done !== true; step = steps.next()) told.push(step.value.done);
    expect(told).toEqual([60, 120, 150]);
  });

  test('has an oracle that pays for what each minute needs and nothing more, and keeps nearly all', () => {
    const { policies, needs } = replay(inputOf({ counts: wave(180), searches: true }));
    const [oracle] = policies;
    const needed = [...needs.prefill, ...needs.decode].reduce((sum, one) => sum + one, 0);
    const warmUp = 10;
    const before = [...needs.prefill.subarray(0, warmUp), ...needs.decode.subarray(0, warmUp)];
    const judged = needed - before.reduce((sum, one) => sum + one, 0);
    // What drains after a fall is paid for as well, and lasts seconds.
    expect(oracle?.gpuHours).toBeGreaterThanOrEqual((judged * 4) / 60);
    expect(oracle?.gpuHours).toBeLessThan(((judged * 4) / 60) * 1.05);
    expect(oracle?.attainment).toBeGreaterThan(0.97);
  });
});

describe('what a policy sees', () => {
  test('is each minute one minute late, and before the replay what arrived', () => {
    const seen: string[] = [];
    const spy: Policy = {
      ...fixed(3, 5),
      start: () => ({
        observe: ({ startMs, completed }) => {
          seen.push(`${startMs / MINUTE_MS}${Number.isNaN(completed) ? '' : ' served'}`);
        },
        decide: ({ atMs }) => {
          seen.push(`decides at ${atMs / MINUTE_MS}`);
          return { prefill: 3, decode: 5 };
        },
      }),
    };
    replay(inputOf({ counts: wave(124), policies: [spy], change: { warmUpMinutes: 1 } }));
    expect(seen.slice(115)).toEqual([
      ...['115', '116', '117', 'decides at 119', '118', 'decides at 120', '119 served'],
      ...['decides at 121', '120 served', 'decides at 122', '121 served', 'decides at 123', '122 served'],
    ]);
  });

  test('has nothing of a minute without data but what runs', () => {
    const started: number[] = [];
    const spy: Policy = {
      ...fixed(3, 5),
      start: () => ({
        observe: (minute) => {
          if (minute.startMs === 150 * MINUTE_MS) started.push(minute.started, minute.ttftMs, minute.prefillReady);
        },
        decide: () => ({ prefill: 3, decode: 5 }),
      }),
    };
    const counts = wave(200).map((count, minute) => (minute === 150 ? Number.NaN : count));
    replay(inputOf({ counts, policies: [spy] }));
    expect(started).toEqual([Number.NaN, Number.NaN, 3]);
  });

  test('knows the most that it may ask for, and gets no more', () => {
    let known: PolicySetup | undefined;
    const greedy: Policy = {
      ...fixed(1, 1),
      start: (setup) => {
        known = setup;
        return { observe: () => undefined, decide: () => ({ prefill: 1e9, decode: Number.NaN }) };
      },
    };
    const { most, policies } = replay(inputOf({ counts: wave(150), policies: [greedy] }));
    expect(most).toEqual({ prefill: 5, decode: 8 });
    expect(known?.most).toEqual(most);
    // 5 of prefill, and what is no number is one.
    expect(policies.find(({ name }) => name === 'fixed')?.maxGpus).toBe(4 * (5 + 1));
  });
});

describe('what is judged', () => {
  test('leaves out minutes without data, in requests and in GPU-hours', () => {
    const counts = Array.from({ length: 360 }, (_, minute) => (minute % 60 < 2 ? 600 : 0));
    const holed = counts.map((count, minute) => (minute >= 180 && minute < 240 ? Number.NaN : count));
    const run = (all: readonly number[]) => replay(inputOf({ counts: all, policies: [staticPeak] }));
    const [whole, lacking] = [run(counts), run(holed)];
    expect(whole.minutes).toEqual({ judged: 240, gaps: 0 });
    expect(lacking.minutes).toEqual({ judged: 180, gaps: 60 });
    const hours = (result: typeof whole) => resultOf(result, 'static').gpuHours;
    expect(hours(whole)).toBeCloseTo(4 * 40, 6);
    expect(hours(lacking)).toBeCloseTo(3 * 40, 6);
    const requests = (result: typeof whole) => resultOf(result, 'static').outcome.requests;
    expect(requests(lacking)).toBeLessThan(0.8 * requests(whole));
  });

  test('is no request where there is no traffic, which misses nothing', () => {
    const { policies } = replay(inputOf({ counts: Array.from({ length: 150 }, () => 0), policies: [lastValue(2)] }));
    for (const { attainment, poorWindows, worstWindow, outcome } of policies) {
      expect([attainment, poorWindows, worstWindow, outcome.requests]).toEqual([1, 0, undefined, 0]);
    }
  });

  test('adds up: days and hours to the whole, and misses to what was not kept', () => {
    // Idle minutes take no time to simulate.
    const counts = wave(120 + 1500).map((count, minute) => (minute % 200 < 10 ? count : 0));
    const result = replay(inputOf({ counts, policies: [hpa(0.7)] }));
    const { days, hourlyGpus, outcome, gpuHours, attainment } = resultOf(result, 'hpa-70');
    expect(days).toHaveLength(2);
    expect(days.reduce((sum, day) => sum + day.gpuSeconds, 0) / 3600).toBeCloseTo(gpuHours, 6);
    expect(days.reduce((sum, day) => sum + day.requests, 0)).toBeCloseTo(outcome.requests, 3);
    expect(hourlyGpus).toHaveLength(25);
    expect(attainment).toBeCloseTo(outcome.attained / outcome.requests, 12);
    const missed = outcome.requests - outcome.attained;
    expect(outcome.ttftMisses + outcome.itlMisses).toBeGreaterThanOrEqual(missed - 1e-6);
    expect(Math.max(outcome.ttftMisses, outcome.itlMisses)).toBeLessThanOrEqual(missed + 1e-6);
  });

  test('counts proposals of what goes through Git, and changes of whoever makes them', () => {
    const counts = wave(480).map((count, minute) => (minute % 40 < 12 ? count : 0));
    const result = replay(inputOf({ counts, policies: [lastValue(2), hpa(0.5), staticPeak] }));
    const of = (name: string) => resultOf(result, name);
    expect(of('last-value-2').proposalsPerDay).toBeGreaterThan(1);
    // Six hours were judged, which say nothing of a day.
    expect(of('last-value-2').proposalsPerDay).toBe(of('last-value-2').days[0]?.proposals);
    expect(of('last-value-2').changesPerDay).toBeLessThanOrEqual(of('last-value-2').proposalsPerDay + 5);
    expect(of('hpa-50').proposalsPerDay).toBe(0);
    expect(of('hpa-50').changesPerDay).toBeGreaterThan(1);
    expect([of('static').proposalsPerDay, of('static').changesPerDay]).toEqual([0, 0]);
  });

  test('counts against the budget of a day what other settings proposed before it', () => {
    const counts = Array.from({ length: 26 * 60 }, () => 0);
    const LATE = 23 * 60;
    // Each ten minutes from 23:00 on it wants twice as much of a role, which is more than any budget lets through.
    const restless: Policy = {
      ...fixed(1, 1),
      start: () => ({
        observe: () => undefined,
        decide: ({ atMs }) => {
          const doublings = Math.max(0, Math.floor((atMs / MINUTE_MS - LATE) / 10));
          return { prefill: 2 ** Math.min(6, doublings), decode: 2 ** Math.min(6, Math.max(0, doublings - 6)) };
        },
      }),
    };
    const few = atMostADay(restless, 4);
    const daily = byDay({
      ...{ name: 'daily', label: 'daily', startMs: 0, choices: [0, 1] },
      candidates: [few, { ...few, name: 'other' }],
    });
    const change = { trainingPeak: { prefill: 64, decode: 64 } };
    const proposalsOf = (policy: Policy): number =>
      resultOf(replay(inputOf({ counts, policies: [policy], change })), policy.name).days.reduce(
        (sum, { proposals }) => sum + proposals,
        0,
      );
    expect(proposalsOf(restless)).toBeGreaterThan(9);
    expect(proposalsOf(few)).toBe(4);
    expect(proposalsOf(daily)).toBe(4);
  });

  test('puts the frontier below what has all that is needed', () => {
    const result = replay(inputOf({ counts: wave(200), policies: [fixed(2, 4), fixed(3, 5, { name: 'more' })] }));
    for (const name of ['fixed', 'more']) expect(resultOf(result, name).timesLimitedOracle).toBeGreaterThanOrEqual(1);
    const hours = result.frontier.map(({ gpuHours }) => gpuHours);
    expect([...hours].sort((one, other) => one - other)).toEqual(hours);
  });
});

describe('channels', () => {
  /** Nothing but a step of the load, which a policy that knows it answers at once. */
  const counts = Array.from({ length: 180 }, (_, minute) => (minute < 150 ? 0 : 3000));
  const answer: Policy = {
    ...fixed(1, 1),
    start: () => ({
      observe: () => undefined,
      decide: ({ atMs }) => (atMs >= 150 * MINUTE_MS ? { prefill: 8, decode: 8 } : { prefill: 1, decode: 1 }),
    }),
  };
  const missesOf = (policy: Policy) => {
    const trainingPeak = { prefill: 8, decode: 8 };
    const { outcome } = resultOf(replay(inputOf({ counts, policies: [policy], change: { trainingPeak } })), 'fixed');
    return outcome.requests - outcome.attained;
  };

  test('take longer through Git than in the cluster, and no time with foresight', () => {
    const git = missesOf(answer);
    const native = missesOf({ ...answer, channel: 'native' });
    const floor = missesOf({ ...answer, channel: 'git-floor', above: { ...answer, channel: 'native' } });
    const oracle = missesOf({ ...answer, channel: 'oracle', lead: { reviewSeconds: 0, startUpSeconds: 0 } });
    expect(git).toBeGreaterThan(1.5 * native);
    expect(native).toBeGreaterThan(2 * oracle + 100);
    expect(floor).toBeCloseTo(native, 6);
  });
});

describe('dynamo-sla', () => {
  test('decides nothing without a profile, and keeps what runs', () => {
    const result = replay(inputOf({ counts: wave(150), policies: [dynamoSla('constant')] }));
    expect(resultOf(result, 'dynamo-sla-constant').changesPerDay).toBe(0);
    expect(MODEL.decode.maxBatch).toBeGreaterThan(0);
  });
});
