import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dynamoSlaStrategy, formatProblem } from '../../api/index.ts';
import { chooseSetting } from '../../planner/backtest/choice/index.ts';
import {
  atMostADay,
  byDay,
  dynamoLoad,
  dynamoSla,
  hpa,
  hpaTtft,
  instantOracle,
  kedaTtft,
  lastValue,
  limitedOracle,
  type MinuteMetrics,
  type Policy,
  type PolicyMoment,
  type PolicySetup,
  type RunningPolicy,
  staticPeak,
  throughGit,
} from '../../planner/backtest/policies/index.ts';
import { decideDynamoSla, type EngineProfile, parseEngineProfile } from '../../planner/index.ts';
import { MODEL, SLA } from './simulation-fixture.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const pair = (prefill: number, decode: number) => ({ prefill, decode });

const setup = (change: Partial<PolicySetup> = {}): PolicySetup => ({
  ...{ model: MODEL, profile: undefined, gpusPerReplica: pair(4, 4), maxBatch: 64, sla: SLA },
  ...{ lead: { reviewSeconds: 300, startUpSeconds: 300 }, most: pair(50, 50), trainingPeak: pair(7, 9) },
  ...change,
});

const minute = (index: number, change: Partial<MinuteMetrics> = {}): MinuteMetrics => ({
  ...{
    startMs: index * MINUTE_MS,
    started: 600,
    completed: 600,
    islTokens: 900,
    oslTokens: 140,
    islVariation: 1,
    oslVariation: 1,
  },
  ...{ ttftMs: 200, ttftP95Ms: 400, itlMs: 20, requestSeconds: 3, queueDepth: 0, kvUsage: 0.3, concurrency: 30 },
  ...{ prefillReady: 3, decodeReady: 5 },
  ...change,
});

const idle = (index: number): MinuteMetrics =>
  minute(index, {
    ...{ started: 0, completed: 0, islTokens: Number.NaN, oslTokens: Number.NaN, ttftMs: Number.NaN },
    ...{ ttftP95Ms: Number.NaN, itlMs: Number.NaN, requestSeconds: Number.NaN, kvUsage: 0, concurrency: 0 },
  });

const moment = (change: Partial<PolicyMoment> = {}): PolicyMoment => ({
  ...{ atMs: 0, asked: pair(3, 5), ordered: pair(3, 5), serving: pair(3, 5) },
  proposed: { inDayMs: [], newestMs: undefined },
  ...change,
});

/** A policy that was told so many minutes alike. */
function told(policy: Policy, count: number, make: (index: number) => MinuteMetrics, known = setup()): RunningPolicy {
  const running = policy.start(known);
  for (let index = 0; index < count; index += 1) running.observe(make(index));
  return running;
}

/** What the prefill of one of these prompts takes. */
const PREFILL_MS = 18.6 + 0.0488 * 900 + 1.11e-6 * 900 * 900;

describe('last value × headroom', () => {
  test('is the mean rate of five minutes over what an engine does', () => {
    const numbers = (headroom: number, started: number) =>
      told(lastValue(headroom), 20, (index) => minute(index, { started })).decide(moment());
    // 50/s × 63.4 ms = 3.2 engines, and twice that.
    expect(numbers(1, 3000).prefill).toBe(Math.ceil((50 * PREFILL_MS) / 1000));
    expect(numbers(2, 3000).prefill).toBe(Math.ceil((100 * PREFILL_MS) / 1000));
    // Batch 127 at 30 ms: 127 ÷ (140 × 30 ms) = 30 requests/s.
    const context = 900 + 70;
    const batch = (30 - 10.96) / (0.0552 + 0.000102 * context);
    expect(numbers(1, 6000).decode).toBe(Math.ceil(100 / ((batch * 1000) / (140 * 30))));
  });

  test('forgets what is older, and keeps its numbers without any request', () => {
    const running = told(lastValue(1), 60, (index) => minute(index, { started: index < 55 ? 60_000 : 60 }));
    expect(running.decide(moment())).toEqual(pair(1, 1));
    expect(told(lastValue(1), 5, idle).decide(moment())).toEqual(pair(3, 5));
  });

  test('takes a minute without data for no zero', () => {
    const make = (index: number) => minute(index, { started: index % 2 === 0 ? Number.NaN : 3000 });
    expect(told(lastValue(1), 6, make).decide(moment()).prefill).toBe(4);
  });
});

describe('an HPA', () => {
  const decided = (utilization: number, started: number, ordered = pair(4, 2)) =>
    told(hpa(utilization), 1, (index) => minute(index, { started })).decide(moment({ ordered }));

  test('has as many as bring each to its share of what an engine does', () => {
    expect(decided(0.5, 6000).prefill).toBe(Math.ceil((100 * PREFILL_MS) / 1000 / 0.5));
    expect(decided(0.25, 6000).prefill).toBe(Math.ceil((100 * PREFILL_MS) / 1000 / 0.25));
  });

  test('changes nothing within a tenth', () => {
    // 6.34 ÷ 0.8 = 7.9 engines wanted.
    expect(decided(0.8, 6000, pair(8, 5)).prefill).toBe(8);
    expect(decided(0.8, 6000, pair(6, 5)).prefill).toBe(8);
  });

  test('goes up at once, and down when five minutes have not asked for more', () => {
    const running = hpa(0.5).start(setup());
    let ordered = pair(4, 2);
    const numbers: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      running.observe(minute(index, { started: index < 4 ? 6000 : 3000 }));
      ordered = running.decide(moment({ ordered }));
      numbers.push(ordered.prefill);
    }
    expect(numbers).toEqual([13, 13, 13, 13, 13, 13, 13, 13, 13, 7, 7, 7]);
  });

  test('asks for nothing above the floor where nothing arrives, and stays without data', () => {
    const running = hpa(0.5).start(setup());
    let ordered = pair(4, 4);
    for (let index = 0; index < 7; index += 1) {
      running.observe(idle(index));
      ordered = running.decide(moment({ ordered }));
    }
    expect(ordered).toEqual(pair(0, 0));
    const blind = told(hpa(0.5), 1, (index) => minute(index, { started: Number.NaN }));
    expect(blind.decide(moment({ ordered: pair(4, 4) }))).toEqual(pair(4, 4));
  });
});

describe('published rules on TTFT', () => {
  const decided = (policy: Policy, ttftP95Ms: number, ordered = pair(10, 10)) =>
    told(policy, 5, (index) => minute(index, { ttftP95Ms })).decide(moment({ ordered }));

  test('KEDA takes the quotient for a number of replicas, whatever runs', () => {
    // docs/autoscaling.md: ten replicas and 0.9 s make two; the higher number is kept for five minutes first.
    const running = kedaTtft.start(setup());
    let ordered = pair(10, 10);
    for (let index = 0; index < 7; index += 1) {
      running.observe(minute(index, { ttftP95Ms: 900 }));
      ordered = running.decide(moment({ ordered }));
    }
    expect(ordered).toEqual(pair(2, 2));
    expect(decided(kedaTtft, 9000)).toEqual(pair(18, 18));
  });

  test('the HPA changes replicas in proportion, by at most two pods in 30 s', () => {
    expect(decided(hpaTtft, 900)).toEqual(pair(14, 14));
    expect(decided(hpaTtft, 520)).toEqual(pair(10, 10));
    expect(decided(hpaTtft, Number.NaN)).toEqual(pair(10, 10));
  });
});

describe('dynamo-sla', () => {
  const PROFILE = 'apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json';
  const parsed = parseEngineProfile(readFileSync(PROFILE, 'utf8'), PROFILE);
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join('\n'));
  const profile: EngineProfile = parsed.value;
  const known = setup({ profile, gpusPerReplica: pair(1, 1), sla: { ttftMs: 200, itlMs: 10 } });
  const busy = (index: number) =>
    minute(index, { completed: 2700 + 30 * (index % 7), islTokens: 3000, oslTokens: 300 });

  test.each(['constant', 'kalman'] as const)('is what the strategy decides on the same windows, by %s', (predictor) => {
    const running = told(dynamoSla(predictor), 30, busy, known);
    const windows = Array.from({ length: 10 }, (_, window) => {
      const minutes = [0, 1, 2].map((offset) => busy(3 * window + offset));
      const requestCount = minutes.reduce((sum, { completed }) => sum + completed, 0);
      return { requestCount, ttftMs: 200, itlMs: 20, islTokens: 3000, oslTokens: 300, requestSeconds: 3 };
    });
    const settings = dynamoSlaStrategy.parse({ kind: 'dynamo-sla', profile: PROFILE, predictor });
    const decision = decideDynamoSla({
      ...{ settings, sla: known.sla, profile, windows, gpusPerReplica: pair(1, 1), readyDecode: 5 },
    });
    if (decision.kind !== 'sized') throw new Error(decision.reason);
    expect(running.decide(moment())).toEqual(pair(decision.prefill, decision.decode));
  });

  test('has more with headroom, and decides nothing in an idle window or one that lacks a minute', () => {
    const numbers = (headroom: number) => told(dynamoSla('constant', headroom), 30, busy, known).decide(moment());
    expect(numbers(2).decode).toBeGreaterThan(1.8 * numbers(1).decode);
    expect(told(dynamoSla('constant'), 3, idle, known).decide(moment())).toEqual(pair(3, 5));
    const holed = (index: number) =>
      index === 1 ? minute(1, { started: Number.NaN, completed: Number.NaN }) : busy(index);
    expect(told(dynamoSla('constant'), 3, holed, known).decide(moment())).toEqual(pair(3, 5));
  });
});

describe('dynamo-load', () => {
  const decided = (change: Partial<MinuteMetrics>, at: Partial<PolicyMoment> = {}) =>
    told(dynamoLoad, 20, (index) => minute(index, change)).decide(moment(at));

  test('adds and takes away one replica by the queue and by the cache', () => {
    expect(decided({ queueDepth: 3, kvUsage: 0.95 })).toEqual(pair(4, 6));
    expect(decided({ queueDepth: 0, kvUsage: 0.3 })).toEqual(pair(2, 4));
    expect(decided({ queueDepth: 1, kvUsage: 0.7 })).toEqual(pair(3, 5));
  });

  test('waits while a replica starts, and keeps the cache of a new one from counting', () => {
    expect(decided({ queueDepth: 9 }, { ordered: pair(4, 5) })).toEqual(pair(3, 5));
    const grown = told(dynamoLoad, 12, (index) => minute(index, { queueDepth: 1, decodeReady: index < 8 ? 4 : 5 }));
    expect(grown.decide(moment())).toEqual(pair(3, 5));
  });

  test('stays before anything was measured', () => {
    expect(decided({ queueDepth: Number.NaN })).toEqual(pair(3, 5));
  });
});

describe('through Git', () => {
  test('a controller sees what was asked for as what runs', () => {
    const seen: PolicyMoment[] = [];
    const spy: Policy = {
      ...hpa(0.5),
      start: () => ({
        observe: () => undefined,
        decide: (at) => {
          seen.push(at);
          return pair(1, 1);
        },
      }),
    };
    const git = throughGit(spy);
    git.start(setup()).decide(moment({ asked: pair(9, 9) }));
    expect(seen[0]?.ordered).toEqual(pair(9, 9));
    expect([git.channel, git.name, git.label]).toEqual(['git', 'hpa-50-git', 'HPA at 50 %, through Git']);
  });

  /** Numbers that a policy with a budget asks for, at every minute, from wishes for both roles. */
  function asked(wishes: readonly number[], proposalsPerDay: number) {
    let at = 0;
    const wish: Policy = {
      ...lastValue(1),
      start: () => ({ observe: () => undefined, decide: () => pair(wishes[at] ?? 0, 1) }),
    };
    const running = atMostADay(wish, proposalsPerDay).start(setup());
    let now = pair(10, 1);
    let proposedMs: readonly number[] = [];
    return wishes.map((_, index) => {
      at = index;
      const [atMs, before] = [index * MINUTE_MS, now];
      const inDayMs = proposedMs.filter((one) => one > atMs - DAY_MS);
      const proposed = { inDayMs, newestMs: proposedMs.at(-1) };
      now = running.decide(moment({ atMs, asked: before, proposed }));
      if (now.prefill !== before.prefill || now.decode !== before.decode) proposedMs = [...proposedMs, atMs];
      return now.prefill;
    });
  }

  test('a budget of proposals lets a rise through at once, and a fall when nothing more was wished for some time', () => {
    // 24 a day: two hours.
    const numbers = asked([10, 20, ...Array.from({ length: 200 }, () => 5)], 24);
    expect(numbers.slice(0, 3)).toEqual([10, 20, 20]);
    expect(numbers.indexOf(5)).toBe(121);
  });

  test('a budget leaves out what is within a tenth', () => {
    expect(asked([11, 9, 11, 12], 24)).toEqual([10, 10, 10, 12]);
  });

  test('a budget is never exceeded within any 24 hours', () => {
    const restless = Array.from(
      { length: 3 * 1440 },
      (_, index) => 5 + Math.round(20 * Math.abs(Math.sin(index / 50)) + (index % 5)),
    );
    const numbers = asked(restless, 6);
    const changes = numbers.flatMap((number, index) => (index > 0 && number !== numbers[index - 1] ? [index] : []));
    expect(changes.length).toBeGreaterThan(6);
    for (const [place, start] of changes.entries()) {
      expect(changes.slice(place).filter((at) => at < start + 1440).length).toBeLessThanOrEqual(6);
    }
  });
});

describe('settings', () => {
  const day = (attained: number, gpuSeconds: number) => ({ requests: 1000, attained, gpuSeconds, proposals: 3 });

  test('are chosen as the first that kept enough, and else as the one that kept most', () => {
    const tried = [[day(900, 10)], [day(996, 30)], [day(999, 50)], [day(997, 55)]];
    expect(chooseSetting(tried)).toBe(1);
    expect(chooseSetting(tried, 0.998)).toBe(2);
    expect(chooseSetting(tried, 0.9999)).toBe(2);
    expect(
      chooseSetting([
        [day(999, 50), day(990, 50)],
        [day(996, 60), day(996, 60)],
      ]),
    ).toBe(1);
  });

  test('may be another one each day, and the last one after that', () => {
    const always = (prefill: number): Policy => ({
      ...lastValue(1),
      start: () => ({ observe: () => undefined, decide: () => pair(prefill, 1) }),
    });
    const policy = byDay({
      ...{ name: 'x', label: 'x', startMs: 5 * DAY_MS, choices: [1, 0] },
      candidates: [always(7), always(8)],
    });
    const running = policy.start(setup());
    const at = (day: number) => running.decide(moment({ atMs: day * DAY_MS })).prefill;
    expect([at(4.9), at(5), at(5.9), at(6), at(9)]).toEqual([8, 8, 8, 7, 7]);
  });
});

describe('what knows more than a policy may', () => {
  test('is the peak of the training, and the future', () => {
    expect(staticPeak.start(setup()).decide(moment())).toEqual(pair(7, 9));
    const oracle = instantOracle((ms) => pair(ms / MINUTE_MS, 1)).start(setup());
    expect(oracle.decide(moment({ atMs: 4 * MINUTE_MS }))).toEqual(pair(4, 1));
  });

  test('orders what it plans so that it serves in time', () => {
    const planned = (ms: number) => (ms >= 10 * MINUTE_MS ? pair(4, 2) : pair(1, 3));
    const running = limitedOracle(planned, 300).start(setup());
    const at = (index: number) => running.decide(moment({ atMs: index * MINUTE_MS }));
    expect([at(4), at(5), at(9), at(10)]).toEqual([pair(1, 3), pair(4, 3), pair(4, 3), pair(4, 2)]);
  });
});
