import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dynamoSlaStrategy, formatProblem, strategySchema } from '../../api/index.ts';
import { nonNegativeFit, relativeError } from '../../planner/capacity/fit/non-negative-fit.ts';
import {
  applyPairGpuBudget,
  batchesOf,
  decideDynamoSla,
  decideRoleLoad,
  type EngineProfile,
  engineModel,
  fitDecode,
  itlMs,
  type LoadRole,
  linearForwardPass,
  type ObservedWindow,
  type PlanInput,
  parseEngineProfile,
  performanceModel,
  prefillSlaSignal,
  type QueueLoad,
  type RankLoad,
  type SlaContext,
  slopeMs,
  type TrafficBucket,
  UNKNOWN_SHAPE,
  UNPUBLISHED_LIMITS,
} from '../../planner/index.ts';
import { batchLimit, decodeReplicas } from '../../planner/queueing/index.ts';
import { fitGpus } from '../../planner/strategies/sla/fit-gpus.ts';
import { config, deployment, liveStatus, member, PROFILE } from './fleet-fixture.ts';
import {
  HOUR,
  heldOf,
  minutes,
  numbersOf,
  planOf,
  rawOf,
  type Sketch,
  slaInput,
  steady,
  wordsOf,
} from './sla-fixture.ts';
import { busy, IDLE, msAt, NOTHING } from './traffic-fixture.ts';

// The weaknesses of Dynamo's planner, by their numbers in docs/sizing.md: shown with `dynamo-sla`, or with the part of
// Dynamo's planner of 2026-08 that has it, and absent from `sla`.

const demo = readDemo();

function readDemo(): EngineProfile {
  const file = 'apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json';
  const parsed = parseEngineProfile(readFileSync(file, 'utf8'), file);
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join('\n'));
  return parsed.value;
}

/** The same metrics, planned by Dynamo's SLA planner. */
function dynamoRaw({ buckets, settings = {}, change = {}, input = {} }: Sketch) {
  const strategy = { kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60, correction: false, ...settings };
  const planned: Partial<PlanInput> = {
    config: config({ deployments: [deployment({ strategy, ...change })] }),
    ...input,
  };
  return rawOf(planOf(slaInput({ buckets, input: planned })));
}

const slaRaw = (sketch: Sketch) => rawOf(planOf(slaInput(sketch)));
const UNCORRECTED = { correction: false };

const WINDOW: ObservedWindow = {
  ...{ requestCount: 2700, ttftMs: 100, itlMs: 20, islTokens: 3000, oslTokens: 300, requestSeconds: 3 },
};

function decide(windows: readonly ObservedWindow[], change: { readonly [field: string]: unknown } = {}) {
  const settings = dynamoSlaStrategy.parse({ kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60, ...change });
  const gpusPerReplica = { prefill: 1, decode: 1 };
  const sla = { ttftMs: 200, itlMs: 10 };
  const decision = decideDynamoSla({ settings, sla, profile: demo, windows, gpusPerReplica, readyDecode: 2 });
  if (decision.kind !== 'sized') throw new Error(decision.reason);
  return decision;
}

/** Decode replicas by Dynamo's lookup for a load of output tokens. */
function lookedUp(tokensPerSecond: number, itl: number, contextTokens: number): number {
  const cell = engineModel(demo).bestDecodeCell(itl, contextTokens);
  return Math.max(1, Math.ceil(tokensPerSecond / (cell?.tokensPerSecondPerGpu ?? Number.NaN)));
}

/** The same by the fitted model. */
function modelled(tokensPerSecond: number, itl: number, contextTokens: number): number {
  const model = performanceModel(demo)?.decode;
  if (model === undefined) throw new Error('the demo profile has a model');
  const load = {
    ...{ outputTokensPerSecond: tokensPerSecond, arrivalVariation: 1, fixedMs: model.fixedMs },
    slopeMs: slopeMs(model, contextTokens),
    mostBatch: Math.min(model.maxBatch, model.maxKvTokens / contextTokens),
  };
  return Math.max(1, Math.ceil(decodeReplicas(load, batchLimit(load, itl), 0.95)));
}

const EMPTY: QueueLoad = { prefillRequests: 0, prefillTokens: 0, decodeRequests: 0, decodeKvTokens: 0 };
const queued = (worker: string, prefillTokens: number): RankLoad => ({
  ...{ worker, rank: 0, scheduled: EMPTY },
  queued: { ...EMPTY, prefillTokens },
});

/** A role of Dynamo's planner of 2026-08 whose load loop decides. */
function loadRole(reports: readonly RankLoad[], change: Partial<LoadRole> = {}): LoadRole {
  return {
    ...{ ready: reports.length, expected: reports.length, isScaling: false, gpusPerReplica: 1 },
    ...{ minReplicas: 1, throughputBound: 0, reports, signalOf: () => 'stay' as const },
    ...change,
  };
}
const ANY_GPUS = { minGpus: -1, maxGpus: -1 };

describe("a weakness of Dynamo's planner, and what sla does instead", () => {
  test('W1: it sizes for the next interval, though replicas serve only after review, sync and start-up', () => {
    // A rise that a day earlier went from 20 to 100 requests/s within two hours; now a quarter of the way up.
    const rate = (minute: number) => {
      const ofDay = minute % (24 * HOUR);
      return ofDay < 8 * HOUR ? 1200 : ofDay < 10 * HOUR ? 1200 + 40 * (ofDay - 8 * HOUR) : 6000;
    };
    const buckets = minutes((3 * 24 + 8.5) * HOUR, (minute) => busy({ requestCount: rate(minute) }));
    const forecast = { leadSeconds: 1800, holdSeconds: 1800 };
    const sized = (raw: typeof slaRaw, some: readonly TrafficBucket[]) =>
      raw({ buckets: some, settings: raw === slaRaw ? { ...UNCORRECTED, forecast } : UNCORRECTED });
    // 40 requests/s now, 60 when a change serves and 80 at the end of the time that it serves for.
    expect(sized(dynamoRaw, buckets)).toEqual(sized(dynamoRaw, steady(2400)));
    const [ahead, then] = [sized(slaRaw, buckets), sized(slaRaw, steady(4500))];
    expect(Number(ahead.prefill)).toBeGreaterThanOrEqual(Number(then.prefill));
    expect(Number(ahead.decode)).toBeGreaterThanOrEqual(Number(then.decode));
    expect(Number(then.decode)).toBeGreaterThan(Number(sized(slaRaw, steady(2400)).decode));
  });

  test('W2: its TTFT target has no part in the number, and neither has a queue', () => {
    const loaded = steady(6000, { ttftMs: 5000 });
    const at = (ttftMs: number) => ({ buckets: loaded, change: { sla: { ttftMs, itlMs: 15 } } });
    expect(dynamoRaw({ ...at(25), settings: { correction: true } }).prefill).toBe(1 + 9);
    expect(dynamoRaw({ ...at(2000), settings: { correction: true } }).prefill).toBe(1 + 9);
    const calm = steady(6000);
    const sized = (ttftMs: number) => slaRaw({ buckets: calm, change: { sla: { ttftMs, itlMs: 15 } } }).prefill;
    expect(Number(sized(25))).toBeGreaterThan(Number(sized(2000)));
  });

  test('W3: it counts what was completed, which under overload is what the workers can do', () => {
    const overloaded = steady(1500, { startedCount: 6000 });
    expect(dynamoRaw({ buckets: overloaded })).toEqual(dynamoRaw({ buckets: steady(1500) }));
    expect(slaRaw({ buckets: overloaded, settings: UNCORRECTED })).toEqual(
      slaRaw({ buckets: steady(6000), settings: UNCORRECTED }),
    );
  });

  test('W4: it knows means alone, of latency and of length', () => {
    const buckets = steady(3000);
    const sized = (settings: object) => slaRaw({ buckets, settings: { ...UNCORRECTED, ...settings } });
    expect(strategySchema.safeParse({ kind: 'dynamo-sla', profile: PROFILE, percentile: 0.99 }).success).toBe(false);
    expect(Number(sized({ percentile: 0.999 }).decode)).toBeGreaterThan(Number(sized({ percentile: 0.5 }).decode));
    const bursts = { arrivalVariation: 16, percentile: 0.99 };
    expect(Number(sized(bursts).prefill)).toBeGreaterThan(Number(sized({ ...bursts, arrivalVariation: 1 }).prefill));
  });

  test('W5: it has no memory, so that a load that swings makes its numbers swing every time', () => {
    const swinging = minutes(12 * HOUR, (minute) => busy({ requestCount: minute % 20 < 10 ? 600 : 1800 }));
    const rawAt = (raw: (sketch: Sketch) => { decode?: number | null | undefined }, minute: number) =>
      raw({ buckets: swinging.slice(0, minute), settings: UNCORRECTED }).decode;
    const times = [0, 10, 20, 30, 40, 50].map((minute) => 11 * HOUR + minute);
    const flips = times.map((minute) => rawAt(dynamoRaw, minute));
    expect(flips).toEqual([6, 2, 6, 2, 6, 2]);
    const calm = times.map((minute) => rawAt(slaRaw, minute));
    // One, where the load ahead lies between two numbers.
    expect(Math.max(...calm.map(Number)) - Math.min(...calm.map(Number))).toBeLessThanOrEqual(1);
    // And what rose a minute ago stays for a while, whatever the strategy asks for.
    const change = {
      at: new Date(msAt(12 * HOUR * 60 - 60)).toISOString(),
      deployment: 'chat',
      namespace: 'llm',
      environment: 'prod',
      service: 'decode',
      from: 2,
      to: 9,
      commit: 'a'.repeat(40),
    };
    const fresh = planOf(
      slaInput({
        buckets: swinging,
        input: {
          fleet: [member({ decode: 9 })],
          status: liveStatus({ decode: 9 }),
          history: { schemaVersion: 1, kind: 'history', changes: [change] },
        },
      }),
    );
    expect(numbersOf(fresh)).toContain('decode 9→9');
    expect(fresh.targets[1]?.guardrails.map(({ guardrail }) => guardrail)).toContain('stabilization');
  });

  test('W6: below the shortest profiled context it looks a neighbour up, however far', () => {
    expect([lookedUp(5000, 10, 343), lookedUp(5000, 10, 350)]).toEqual([23, 2]);
    expect([modelled(5000, 10, 343), modelled(5000, 10, 350)]).toEqual([1, 1]);
  });

  test('W7: where its cubic overshoots below zero it asks for its minimum at any load', () => {
    expect(engineModel(demo).bestDecodeCell(4.5, 4000)?.tokensPerSecondPerGpu).toBeLessThan(0);
    expect(lookedUp(1_000_000, 4.5, 4000)).toBe(1);
    expect(modelled(1_000_000, 4.5, 4000)).toBeGreaterThan(100);
  });

  test('W8: its capacity jumps up and down with the length of the context', () => {
    const contexts = Array.from({ length: 26 }, (_, index) => 1000 + 500 * index);
    const isRising = (numbers: readonly number[]) => numbers.every((one, index) => one >= (numbers[index - 1] ?? 0));
    expect(isRising(contexts.map((context) => lookedUp(6667, 8, context)))).toBe(false);
    expect(isRising(contexts.map((context) => modelled(6667, 8, context)))).toBe(true);
  });

  test('W9: it takes the fullest cell that keeps the ITL, though another one gives more tokens', () => {
    const model = engineModel(demo);
    const targets = [6, 8, 10, 15, 20, 30];
    const beaten = Array.from({ length: 50 }, (_, index) => 150 + 270 * index).flatMap((context) =>
      targets.filter((itl) => {
        const chosen = model.bestDecodeCell(itl, context);
        if (chosen === undefined || chosen.itlMs > itl) return false;
        const cells = Array.from({ length: 100 }, (_, kv) =>
          model.decodeCell((kv / 99) * (demo.decode.maxKvTokens / context), context),
        );
        const within = cells.map((cell) => (cell !== undefined && cell.itlMs <= itl ? cell.tokensPerSecondPerGpu : 0));
        return Math.max(...within) > 1.001 * chosen.tokensPerSecondPerGpu;
      }),
    );
    expect(beaten.length).toBeGreaterThan(0);
    // By the fitted model tokens per second, B ÷ ITL(B), only grow with the batch: the fullest is the best.
    const decode = performanceModel(demo)?.decode;
    if (decode === undefined) throw new Error('the demo profile has a model');
    const given = Array.from({ length: 200 }, (_, index) => (index + 1) / itlMs(decode, index + 1, 2000));
    expect(given.every((one, index) => one > (given[index - 1] ?? 0))).toBe(true);
  });

  test('W10: one window corrects the profile without bounds, by a number that its own scaling moves', () => {
    const odd = { ...WINDOW, itlMs: 60, requestSeconds: 10 };
    expect(decide([WINDOW, odd]).decode).toBeGreaterThan(5 * decide([WINDOW, WINDOW], UNCORRECTED).decode);
    const calm = steady(6000, { itlMs: 8, decodeReady: 8 });
    const spiked = calm.map((bucket, minute) => (minute === calm.length - 1 ? { ...bucket, itlMs: 60 } : bucket));
    expect(slaRaw({ buckets: spiked })).toEqual(slaRaw({ buckets: calm }));
  });

  test('W11: it holds a graph that nobody uses for ever, and takes an outage of its metrics for no traffic', () => {
    const idle = [...steady(1500), ...minutes(3 * HOUR, () => IDLE)];
    const strategy = { kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60 };
    const kept = planOf(
      slaInput({ buckets: idle, input: { config: config({ deployments: [deployment({ strategy })] }) } }),
    );
    expect(heldOf(kept)).toEqual([
      expect.stringMatching(/no-traffic: .*cannot size an idle graph, so its numbers stay/),
    ]);
    expect(slaRaw({ buckets: idle })).toEqual({ prefill: 1, decode: 1 });
    // Its own reading of an outage: six zeros, which ask for the minimum. Here an outage is no data, whatever the strategy.
    const outage = { requestCount: 0, ttftMs: 0, itlMs: 0, islTokens: 0, oslTokens: 0, requestSeconds: 0 };
    expect(decide([WINDOW, outage], UNCORRECTED)).toMatchObject({ prefill: 1, decode: 1 });
    const dark = planOf(slaInput({ buckets: [...steady(1500), ...minutes(3 * HOUR, () => NOTHING)] }));
    expect(dark.targets).toEqual([]);
  });

  test('W12: idle windows teach it that prompts have no length', () => {
    const nothing = Number.NaN;
    const idle = {
      requestCount: 0,
      ttftMs: nothing,
      itlMs: nothing,
      islTokens: nothing,
      oslTokens: nothing,
      requestSeconds: nothing,
    };
    const { predicted } = decide([WINDOW, idle, idle, WINDOW], { ...UNCORRECTED, predictor: 'kalman' }).trace;
    expect(Math.abs(predicted.islTokens / WINDOW.islTokens - 1)).toBeGreaterThan(0.25);
    const returning = [...steady(1500).slice(0, 600), ...minutes(20, () => IDLE), ...steady(1500).slice(0, 10)];
    expect(wordsOf(planOf(slaInput({ buckets: returning })), 'prefill').join('\n')).toContain(
      '1,000 prompt tokens per request on average',
    );
  });

  test('W13: its default predictor chooses its order on five points and never again; here none does that', () => {
    expect(strategySchema.safeParse({ kind: 'dynamo-sla', profile: PROFILE, predictor: 'arima' }).success).toBe(false);
    expect(wordsOf(planOf(slaInput({ buckets: steady(1500) })), 'decode').join('\n')).toMatch(
      /as likely as not .*: median of last value, damped trend .* past errors/,
    );
  });

  test('W14: it multiplies forecasts of count and length, which move together, and knows no band', () => {
    // Many short prompts and few long ones in turn, 5 minutes each: the work is always the same.
    const bucket = (minute: number): TrafficBucket =>
      Math.floor(minute / 5) % 2 === 0
        ? busy({ requestCount: 6000, islTokens: 500, oslTokens: 100 })
        : busy({ requestCount: 1000, islTokens: 3000, oslTokens: 600 });
    const windows = minutes(36, bucket).map(
      (one): ObservedWindow => ({
        ...WINDOW,
        requestCount: one.requestCount ?? 0,
        islTokens: one.islTokens ?? 0,
        oslTokens: one.oslTokens ?? 0,
      }),
    );
    const { predicted } = decide(windows, { ...UNCORRECTED, predictor: 'kalman' }).trace;
    const truth = 3_000_000;
    expect(Math.abs((predicted.requestCount * predicted.islTokens) / truth - 1)).toBeGreaterThan(0.1);
    const words = wordsOf(planOf(slaInput({ buckets: minutes(12 * HOUR, bucket) })), 'prefill').join('\n');
    expect(words).toContain('at most 50,000 prompt tokens/s with 95 %');
    expect(words).toContain('as likely as not 50,000');
  });

  test('W15: its budget gives decode more than it asked for, and below the floors nothing at all', () => {
    const budget = { maxGpus: 12, minEndpoint: 1, gpusPerPrefill: 4, gpusPerDecode: 1 };
    expect(applyPairGpuBudget({ ...budget, prefill: 3, decode: 1 })).toEqual({ prefill: 2, decode: 4 });
    expect(applyPairGpuBudget({ ...budget, prefill: 3, decode: 1, maxGpus: 4 })).toEqual({ prefill: 0, decode: 0 });
    const role = { needed: 3, latencyMs: () => 1, attainment: (replicas: number) => Math.min(1, replicas / 3) };
    const sizing = { prefill: role, decode: { ...role, attainment: () => 1 } };
    const question = { needed: { prefill: 3, decode: 1 }, sizing, gpusPerReplica: { prefill: 4, decode: 1 } };
    expect(fitGpus({ ...question, maxGpus: 12 })).toEqual({ prefill: 2, decode: 1 });
    expect(fitGpus({ ...question, maxGpus: 4 })).toBeUndefined();
    expect(planOf(slaInput({ buckets: steady(6000), settings: { maxGpus: 1 } })).held).toMatchObject([
      { code: 'over-budget' },
    ]);
  });

  test('W16: it does not ask whether the last change has arrived', () => {
    const rolling = liveStatus({ prefill: 6, decode: 6 });
    const [graph] = rolling.items;
    const status = {
      ...rolling,
      items: [{ ...graph, status: { ...(graph?.status as object), conditions: [{ type: 'Ready', status: 'False' }] } }],
    };
    const input = { fleet: [member({ prefill: 6, decode: 6 })], status: status as PlanInput['status'] };
    expect(dynamoRaw({ buckets: steady(600), input })).toEqual({ prefill: 1, decode: 2 });
    const plan = planOf(slaInput({ buckets: steady(600), input }));
    expect(numbersOf(plan)).toEqual(['prefill 6→6', 'decode 6→6']);
    expect(plan.targets[0]?.guardrails.map(({ guardrail }) => guardrail)).toContain('not-ready');
  });

  test('W17: it patches two roles one after the other, so that their sum can pass the budget on the way', () => {
    const plan = planOf(
      slaInput({
        buckets: steady(9000),
        settings: UNCORRECTED,
        input: {
          config: config({
            deployments: [deployment({ strategy: { kind: 'sla', profile: PROFILE, correction: false } })],
            budgets: [{ name: 'all', gpus: 7 }],
          }),
        },
      }),
    );
    // One plan, one commit, and the sum is what the budget is checked with.
    expect(plan.targets).toHaveLength(2);
    expect(plan.ledger[0]?.afterGpus).toBeLessThanOrEqual(7);
  });

  test('W18: it scales down while requests run; sla does not call a graph idle that has some in flight', () => {
    const ending = [...steady(1500), ...minutes(2 * HOUR, () => ({ ...IDLE, concurrency: 3 }))];
    expect(heldOf(planOf(slaInput({ buckets: ending })))).toEqual([
      expect.stringContaining('3 are in flight; numbers stay'),
    ]);
  });

  test('W19: a worker that cannot start blocks everything; here what rises goes on', () => {
    const stuck = loadRole([queued('a', 0), queued('b', 0)], { ready: 2, expected: 3, signalOf: () => 'up' });
    expect(decideRoleLoad(stuck, ANY_GPUS)).toEqual({ kind: 'held', why: 'scaling-in-progress' });
    const rolling = liveStatus({});
    const [graph] = rolling.items;
    const status = {
      ...rolling,
      items: [{ ...graph, status: { ...(graph?.status as object), conditions: [{ type: 'Ready', status: 'False' }] } }],
    };
    const plan = planOf(
      slaInput({ buckets: steady(6000), settings: UNCORRECTED, input: { status: status as PlanInput['status'] } }),
    );
    expect(numbersOf(plan)).toEqual(['prefill 2→3', 'decode 2→4']);
  });

  test('W20: one hot worker never scales it up, and what does adds one at a time', () => {
    const context: SlaContext = {
      ...{ ready: 2, targetSeconds: 1, sensitivity: 0.8, kvHitRate: 0, acceptLength: 1 },
      ...{ shape: UNKNOWN_SHAPE, limits: UNPUBLISHED_LIMITS },
      time: linearForwardPass({ constantMs: 5, prefillTokenMs: 0.02, decodeRequestMs: 0, decodeKvTokenMs: 0 }),
    };
    expect(prefillSlaSignal([queued('a', 9e6), queued('b', 0)], context).signal).not.toBe('up');
    expect(prefillSlaSignal([queued('a', 9e6), queued('b', 9e6)], context).signal).toBe('up');
    const all = loadRole([queued('a', 9e6), queued('b', 9e6)], { signalOf: () => 'up' });
    expect(decideRoleLoad(all, ANY_GPUS)).toMatchObject({ role: { replicas: 3 } });
    expect(Number(slaRaw({ buckets: steady(60_000), settings: UNCORRECTED }).decode)).toBeGreaterThan(20);
  });

  test('W21: its straight lines through wall time are far off where batch and context work together', () => {
    const { contextTokens, itlMs: measured } = demo.decode;
    const rows = batchesOf(demo.decode).map((batch, index) => ({
      ...{ terms: [1, batch, batch * 0 + (contextTokens[index] ?? 0)], value: measured[index] ?? Number.NaN },
    }));
    const straight =
      nonNegativeFit(
        rows,
        rows.map(() => 1),
      ) ?? [];
    const error = rows.reduce((sum, row) => sum + Math.abs(relativeError(straight, row)), 0) / rows.length;
    expect(error).toBeGreaterThan(0.25);
    expect(fitDecode(demo.decode)?.error.mapeOfAll).toBeLessThan(0.07);
  });

  test('W22: a count that does not match holds it indefinitely; sla asks no worker', () => {
    const mismatch = loadRole([queued('a', 0)], { ready: 2, expected: 2 });
    expect(decideRoleLoad(mismatch, ANY_GPUS)).toEqual({ kind: 'held', why: 'worker-count-mismatch' });
    const unready = steady(6000, { prefillReady: null, decodeReady: null });
    expect(slaRaw({ buckets: unready })).toEqual({ prefill: 3, decode: 4 });
  });

  test('W23: it sizes no aggregated graph', () => {
    const worker = {
      ...{ componentType: 'worker', replicas: 2, resources: { limits: { gpu: '1' } } },
      extraPodSpec: { mainContainer: { args: ['--model', 'acme/model'] } },
    };
    const fleet = [member({ services: { Frontend: { componentType: 'frontend', replicas: 1 }, worker } })];
    const strategy = { kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60 };
    const input = { fleet, config: config({ deployments: [deployment({ strategy })] }) };
    expect(heldOf(planOf(slaInput({ buckets: steady(6000), input })))).toEqual([
      expect.stringMatching(/^\* unsupported: /),
    ]);
    expect(slaRaw({ buckets: steady(6000), input: { fleet }, settings: UNCORRECTED }).worker).toBeGreaterThan(1);
  });

  test('W24: settings that have no effect, and a crash for a role alone; here each is refused or held with words', () => {
    const minPoints = { kind: 'dynamo-sla', profile: PROFILE, kalman: { minPoints: 5 } };
    expect(strategySchema.safeParse(minPoints).success).toBe(false);
    const prefill = {
      ...{ componentType: 'worker', subComponentType: 'prefill', replicas: 2, resources: { limits: { gpu: '1' } } },
      extraPodSpec: { mainContainer: { args: ['--model', 'acme/model'] } },
    };
    const plan = planOf(slaInput({ buckets: steady(1500), input: { fleet: [member({ services: { prefill } })] } }));
    expect(heldOf(plan)).toEqual([expect.stringMatching(/^\* invalid-deployment: no service has the role decode/)]);
  });

  test('W25: on bursts a forecast costs more than a reaction; that stays, and every plan says how much', () => {
    const bursty = minutes(24 * HOUR, (minute) => busy({ requestCount: minute % 97 < 6 ? 12_000 : 1500 }));
    const words = wordsOf(planOf(slaInput({ buckets: bursty, settings: UNCORRECTED })), 'decode').join('\n');
    expect(words).toMatch(/at most [\d,.]+ output tokens\/s with 95 % .*, as likely as not [\d,.]+:/);
    const cheaper = slaRaw({
      buckets: bursty,
      settings: { ...UNCORRECTED, forecast: { level: 0.5 }, percentile: 0.5 },
    });
    expect(Number(cheaper.decode)).toBeLessThan(Number(slaRaw({ buckets: bursty, settings: UNCORRECTED }).decode));
  });
});
