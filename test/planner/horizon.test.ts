import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FittedModel, History } from '../../api/index.ts';
import { type MinuteMetrics, ours, type Policy, type PolicySetup } from '../../planner/backtest/policies/index.ts';
import { performanceModel } from '../../planner/capacity/index.ts';
import { defaultMethod } from '../../planner/forecast/index.ts';
import { placeKey, type TrafficBucket } from '../../planner/index.ts';
import { lengthVariation } from '../../planner/queueing/index.ts';
import { Burstiness } from '../../planner/strategies/sla/horizon/burstiness.ts';
import { changePrice } from '../../planner/strategies/sla/horizon/change-price.ts';
import { cheapestLevels, type StretchCosts } from '../../planner/strategies/sla/horizon/cheapest-levels.ts';
import { DemandOutlook, OUTLOOK_WEIGHTS } from '../../planner/strategies/sla/horizon/demand-outlook.ts';
import { latePrompts } from '../../planner/strategies/sla/horizon/late-shares.ts';
import { repeatingDay } from '../../planner/strategies/sla/horizon/repeating-day.ts';
import { engine, member } from './fleet-fixture.ts';
import { randomNumbers } from './queue-simulation.ts';
import { heldOf, minutes, numbersOf, planOf, rawOf, slaInput, wordsOf } from './sla-fixture.ts';
import { busy, msAt, series } from './traffic-fixture.ts';

const HORIZON = { horizon: {}, forecast: { leadSeconds: 660 } };

/** Days of a load that swings through the day, with noise that is the same in every run. */
function days(count: number, seed = 1): readonly TrafficBucket[] {
  const random = randomNumbers(seed);
  let noise = 0;
  return minutes(count * 1440, (minute) => {
    if (minute % 10 === 0) noise = 0.8 * noise + 0.3 * (random() - 0.5);
    const swing = 1 + 0.6 * Math.sin((2 * Math.PI * minute) / 1440);
    const requestCount = Math.round(2400 * swing * Math.exp(noise) * (1 + 0.1 * (random() - 0.5)));
    return busy({
      requestCount,
      startedCount: requestCount,
      prefillReady: 2,
      decodeReady: 4,
      itlMs: null,
      ttftMs: null,
    });
  });
}

describe('The cheapest levels over the time ahead', () => {
  const costs = (levels: number) => fc.array(fc.integer({ min: 0, max: 50 }), { minLength: levels, maxLength: levels });
  const stretch = fc.record({ prefill: costs(4), decode: costs(4) });

  test('are those that trying every sequence of levels finds', () => {
    fc.assert(
      fc.property(
        fc.array(stretch, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 40 }),
        fc.record({ prefill: fc.integer({ min: 1, max: 3 }), decode: fc.integer({ min: 1, max: 3 }) }),
        (stretches, changePriceOf, current) => {
          const found = cheapestLevels({
            stretches: stretches.map(({ prefill, decode }) => ({
              prefill: Float64Array.from(prefill),
              decode: Float64Array.from(decode),
            })),
            current,
            isAllowed: () => true,
            changePrice: changePriceOf,
          });
          const pairs = [1, 2, 3].flatMap((prefill) => [1, 2, 3].map((decode) => ({ prefill, decode })));
          const from = (index: number, pair: (typeof pairs)[number]): number => {
            const here = (stretches[index]?.prefill[pair.prefill] ?? 0) + (stretches[index]?.decode[pair.decode] ?? 0);
            if (index + 1 === stretches.length) return here;
            return (
              here + Math.min(from(index + 1, pair), ...pairs.map((next) => changePriceOf + from(index + 1, next)))
            );
          };
          expect(found?.cost).toBe(Math.min(...pairs.map((pair) => from(0, pair))));
          expect(found?.costOfStaying).toBe(from(0, current));
        },
      ),
    );
  });

  test('keep to what is allowed, and say where nothing is', () => {
    const stretches: readonly StretchCosts[] = [
      { prefill: Float64Array.of(0, 9, 5, 1), decode: Float64Array.of(0, 9, 5, 1) },
    ];
    const question = { stretches, current: { prefill: 3, decode: 3 }, changePrice: 1 };
    const within = cheapestLevels({ ...question, isAllowed: ({ prefill, decode }) => prefill + decode <= 4 });
    expect(within).toMatchObject({
      pair: { prefill: 1, decode: 3 },
      cost: 10,
      costOfStaying: Number.POSITIVE_INFINITY,
    });
    expect(cheapestLevels({ ...question, isAllowed: () => false })).toBeUndefined();
  });
});

describe('The price of a change', () => {
  /** Prices after so many changes, one each so many minutes, the newest just now. */
  const priceAfter = (changes: number, everyMinutes = 60) =>
    changePrice({
      ...{ gpus: 10, changesPerDay: 24 },
      changeAgesSeconds: Array.from({ length: changes }, (_, index) => index * everyMinutes * 60),
    });

  test('grows with what runs', () => {
    expect(priceAfter(0)).toEqual({ usual: 500, rise: 500, fall: 500 });
    expect(changePrice({ gpus: 20, changeAgesSeconds: [], changesPerDay: 24 }).usual).toBe(1000);
  });

  test('grows with the pace of changes, and falls again while none is made', () => {
    expect(priceAfter(8, 10).rise).toBeGreaterThan(priceAfter(4, 10).rise);
    expect(priceAfter(8, 10).rise).toBeGreaterThan(priceAfter(8, 120).rise);
    const changeAgesSeconds = [12, 12.1, 12.2, 12.3, 12.4, 12.5].map((hours) => hours * 3600);
    expect(changePrice({ gpus: 10, changeAgesSeconds, changesPerDay: 24 }).rise).toBe(500);
  });

  test('is the same for twice the changes in a day that has room for twice as many', () => {
    const ages = [0, 3600, 7200, 9000];
    const one = changePrice({ gpus: 10, changeAgesSeconds: ages, changesPerDay: 12 });
    const two = changePrice({ gpus: 10, changeAgesSeconds: [...ages, ...ages], changesPerDay: 24 });
    expect(two.rise).toBeCloseTo(one.rise, 6);
  });

  test('keeps the last changes of a day for rises', () => {
    expect(priceAfter(20).fall).toBe(Number.POSITIVE_INFINITY);
    expect(priceAfter(20).rise).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(priceAfter(24).rise).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('What may be asked for', () => {
  test('is as likely as it says, on a load of the same nature', () => {
    const random = randomNumbers(7);
    const outlook = new DemandOutlook(defaultMethod(300), 300, [1, 6]);
    let [value, below, told] = [10, 0, 0];
    let expected: number | undefined;
    for (let bucket = 0; bucket < 2500; bucket += 1) {
      value = Math.max(1, value + 1.5 * (random() - 0.5) + 0.02 * (10 - value));
      if (expected !== undefined) {
        told += 1;
        if (value <= expected) below += 1;
      }
      outlook.learn(value, value);
      const demands = bucket < 500 ? undefined : outlook.at(0);
      expected = demands?.[upTo(0.9)];
    }
    // The quantile stands for levels from 0.85 to 0.9.
    expect(below / told).toBeGreaterThan(0.84);
    expect(below / told).toBeLessThan(0.93);
  });

  test('spreads more the further ahead it is, even before there are errors to learn from', () => {
    const outlook = new DemandOutlook(defaultMethod(300), 300, [1, 12]);
    expect(outlook.at(0)).toBeUndefined();
    outlook.learn(10, 10);
    const [near, far] = [0, 1].map((index) => outlook.at(index)?.at(-1) ?? 0);
    expect(near).toBeGreaterThan(10);
    expect(far).toBeGreaterThan(near ?? 0);
  });
});

describe('The share of late prompts', () => {
  const load = { requestsPerSecond: 40, arrivalVariation: 2, serviceMs: [40, 60, 80, 300, 1200] };

  test('never grows with replicas, and never falls with the load', () => {
    const late = latePrompts(load, 1000);
    const levels = fc.record({
      replicas: fc.integer({ min: 1, max: 40 }),
      busy: fc.double({ min: 0, max: 60, noNaN: true }),
    });
    fc.assert(
      fc.property(levels, ({ replicas, busy: demand }) => {
        const share = late(replicas, demand);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(late(replicas + 1, demand)).toBeLessThanOrEqual(share + 1e-9);
        expect(late(replicas, demand * 1.1)).toBeGreaterThanOrEqual(share - 1e-9);
      }),
    );
  });

  test('leaves out prompts that no number of replicas brings in time', () => {
    expect(latePrompts(load, 1000)(1000, 1)).toBeLessThan(1e-5);
  });
});

describe('How bursty arrivals are', () => {
  test('does not count the steps of a load', () => {
    const [level, stepped] = [new Burstiness(), new Burstiness()];
    const random = randomNumbers(3);
    for (let minute = 0; minute < 120; minute += 1) {
      const noise = Math.round(120 * (random() - 0.5));
      level.learn(3600 + noise);
      stepped.learn((minute % 20 < 10 ? 3600 : 7200) + noise);
    }
    expect(stepped.arrivalVariation).toBeLessThan(1.3 * level.arrivalVariation);
  });
});

describe('A day that repeats', () => {
  const START = Date.UTC(2026, 0, 5, 6);
  const ONE_GPU = { prefill: 1, decode: 1 };
  const needed = (_: 'prefill' | 'decode', demand: number): number => Math.max(1, Math.ceil(demand));
  /** Hourly demand of a service that is used from 08:00 to 18:00, six hours from the first midnight on. */
  const office = (days: number, noise: (hour: number) => number) => {
    const hours = Array.from({ length: 24 * days }, (_, index) => {
      const hour = (index + 6) % 24;
      return (hour >= 8 && hour < 18 ? 8.5 : 1.5) * noise(index);
    });
    return { prefill: hours, decode: hours, bucketSeconds: 3600, startMs: START };
  };

  test('is served by a schedule of few windows that cover its hours', () => {
    const day = repeatingDay(
      office(7, () => 1),
      needed,
      ONE_GPU,
    );
    expect(day?.entries).toEqual([
      { from: 8, to: 18, prefill: 9, decode: 9 },
      { from: 18, to: 8, prefill: 2, decode: 2 },
    ]);
    expect(day).toMatchObject({ days: 6, error: 0 });
  });

  test('is not claimed of a load that swings at will, nor of less than five whole days', () => {
    const random = randomNumbers(5);
    const wild = office(12, () => 0.2 + 3 * random());
    expect(repeatingDay(wild, needed, ONE_GPU)).toBeUndefined();
    expect(
      repeatingDay(
        office(5, () => 1),
        needed,
        ONE_GPU,
      ),
    ).toBeUndefined();
  });

  test('is told in the reasons of a plan, as advice', () => {
    const buckets = minutes(7 * 288, (index) => {
      const hour = Math.floor(index / 12) % 24;
      const requestCount = hour >= 8 && hour < 18 ? 30_000 : 6000;
      return busy({ requestCount, startedCount: requestCount, prefillReady: 2, decodeReady: 4 });
    });
    const input = { series: [series(buckets, 300)], at: new Date(msAt(buckets.length * 300)) };
    const words = (settings: { readonly [field: string]: unknown }) =>
      wordsOf(planOf(slaInput({ buckets, settings, input })), 'decode').filter((one) =>
        one.includes('the day repeats'),
      );
    const told = words(HORIZON);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(
      /08:00 to 18:00 prefill \d+ and decode \d+, 18:00 to 08:00 prefill \d+ and decode \d+, UTC/,
    );
    expect(words({})).toEqual([]);
  });
});

describe('sla with a horizon', () => {
  const load = days(2);

  /** As `fit` writes it, of other models than the default. */
  const FITTED: FittedModel = {
    ...{ schemaVersion: 1, kind: 'fitted-model', createdAt: '2026-11-02T00:00:00Z' },
    ...{ deployment: 'chat', namespace: 'llm', environment: 'prod', bucketSeconds: 120 },
    horizon: { leadSeconds: 660, holdSeconds: 1200, level: 0.95 },
    training: {
      ...{ start: '2026-11-01T00:00:00Z', end: '2026-11-02T00:00:00Z', buckets: 720, measured: 720 },
      ...{ source: 'a test', digest: `sha256:${'0'.repeat(64)}` },
    },
    quantities: Object.fromEntries(
      ['prefillTokensPerSecond', 'decodeTokensPerSecond'].map((quantity) => [
        quantity,
        {
          ...{ model: { kind: 'constant' }, residualSpace: 'log', calibrationSeconds: 43_200, residualQuantiles: [] },
          ...{ errors: { forecasts: 1, wape: 0, pinball: 0, coverage: 1, meanProvision: 1 }, candidates: [] },
        },
      ]),
    ),
  };
  const byDefault = {
    name: 'the default',
    settings: {},
    forecast: {},
    fitted: undefined,
    maxBatch: 1000,
    later: 0,
    history: load,
  };
  /** Outputs that differ more at some times than at others. */
  const outputs = load.map((one, minute) => ({ ...one, oslP95Tokens: Math.round(600 + 120 * Math.sin(minute / 40)) }));

  test.each([
    byDefault,
    {
      // Buckets of a minute, of which the newest is over when others are not.
      ...{ ...byDefault, name: 'a short hold', forecast: { holdSeconds: 60 }, later: 2 },
      settings: { forecast: { leadSeconds: 660, holdSeconds: 60 } },
    },
    {
      ...{ ...byDefault, name: 'bursty arrivals', settings: { arrivalVariation: 9 } },
      forecast: { arrivalVariation: 9 },
    },
    { ...byDefault, name: 'small batches', settings: { maxBatch: 8 }, maxBatch: 8 },
    { ...byDefault, name: 'outputs that differ', history: outputs },
    { ...byDefault, name: 'fitted models', forecast: { fitted: FITTED }, fitted: FITTED },
  ])('with $name gives the numbers that the backtest gives for the same history', (one) => {
    const { settings, forecast, fitted, maxBatch, later, history } = one;
    const model = performanceModel(engine);
    if (model === undefined) throw new Error('the engine has no model');
    const setup: PolicySetup = {
      ...{ model, profile: engine, gpusPerReplica: { prefill: 1, decode: 1 }, maxBatch },
      ...{ sla: { ttftMs: 500, itlMs: 12 }, lead: { reviewSeconds: 300, startUpSeconds: 300 } },
      ...{ most: { prefill: 500, decode: 500 }, trainingPeak: { prefill: 1, decode: 1 } },
    };
    let isOther = false;
    for (const [whole, asked] of [
      [1090, { prefill: 2, decode: 9 }],
      [1500, { prefill: 9, decode: 30 }],
      [1810, { prefill: 4, decode: 30 }],
    ] as const) {
      const end = whole + later;
      const atMs = msAt(end * 60);
      const decide = (policy: Policy, known: PolicySetup, buckets: readonly TrafficBucket[]) => {
        const running = policy.start(known);
        for (const [minute, measurements] of buckets.slice(0, end).entries()) {
          running.observe(measured(minute, measurements));
        }
        const proposed = { inDayMs: [], newestMs: undefined };
        return running.decide({ atMs, asked, ordered: asked, serving: asked, proposed });
      };
      const decided = decide(ours({ forecast }), setup, history);
      const usual = decide(ours(), { ...setup, maxBatch: byDefault.maxBatch }, load);
      isOther ||= decided.prefill !== usual.prefill || decided.decode !== usual.decode;
      const plan = planOf(
        slaInput({
          buckets: history.slice(0, end),
          settings: { ...HORIZON, islVariation: 0.5, ...settings },
          change: { sla: { ttftMs: 500, itlMs: 12 } },
          input: {
            fleet: [member({ ...asked })],
            ...(fitted === undefined
              ? {}
              : { fitted: new Map([[placeKey({ name: 'chat', namespace: 'llm', environment: 'prod' }), fitted]]) }),
          },
        }),
      );
      expect({ end, ...rawOf(plan) }).toEqual({ end, ...decided });
    }
    expect(isOther).toBe(one !== byDefault);
  });

  test('stays where a change would not be worth its price, and says so', () => {
    const buckets = minutes(1440, () => busy({ requestCount: 2400, prefillReady: 2, decodeReady: 4 }));
    const first = planOf(slaInput({ buckets, settings: HORIZON }));
    const { prefill, decode } = rawOf(first) as { prefill: number; decode: number };
    const again = planOf(slaInput({ buckets, settings: HORIZON, input: { fleet: [member({ prefill, decode })] } }));
    expect(rawOf(again)).toEqual({ prefill, decode });
    const words = wordsOf(again, 'decode').find((one) => one.includes('would cost least'));
    expect(words).toMatch(/^demand: prefill \d+ and decode \d+ would cost least over the [\d,]+ s from 660 s ahead/);
  });

  test('takes nothing away once the changes of the day are used, and still adds', () => {
    const many = minutes(1440, () => busy({ requestCount: 2400, prefillReady: 2, decodeReady: 4 }));
    const history = (changes: number): History => ({
      ...{ schemaVersion: 1, kind: 'history' },
      changes: Array.from({ length: changes }, (_, index) => ({
        ...{
          at: new Date(msAt((index + 1) * 600)).toISOString(),
          deployment: 'chat',
          namespace: 'llm',
          environment: 'prod',
        },
        ...{ service: 'decode', from: 40, to: 41, commit: String(index).padStart(40, '0') },
      })),
    });
    const at = (decode: number, changes: number) =>
      rawOf(
        planOf(
          slaInput({
            buckets: many,
            settings: HORIZON,
            input: { fleet: [member({ prefill: 2, decode })], history: history(changes) },
          }),
        ),
      );
    expect(at(40, 0).decode).toBeLessThan(40);
    expect(at(40, 22).decode).toBe(40);
    expect(at(1, 22).decode).toBeGreaterThan(1);
  });

  test('keeps within maxGpus, and holds nothing for it', () => {
    const plan = planOf(slaInput({ buckets: load, settings: { ...HORIZON, maxGpus: 7 } }));
    const { prefill = 0, decode = 0 } = rawOf(plan);
    expect((prefill ?? 0) + (decode ?? 0)).toBeLessThanOrEqual(7);
    expect(heldOf(plan)).toEqual([]);
  });

  test('asks for as much with a gap in the history as with none, and never takes it for no traffic', () => {
    const whole = rawOf(planOf(slaInput({ buckets: load, settings: HORIZON })));
    const lost = load.map((one, minute) =>
      minute > 1000 && minute < 1060 ? { ...one, requestCount: null, islTokens: null, oslTokens: null } : one,
    );
    const gap = rawOf(planOf(slaInput({ buckets: lost, settings: HORIZON })));
    expect(Math.abs((gap.decode ?? 0) - (whole.decode ?? 0))).toBeLessThanOrEqual(2);
  });

  test('leaves numbers as they are without the setting', () => {
    const plan = planOf(slaInput({ buckets: load }));
    expect(wordsOf(plan, 'decode').some((one) => one.includes('would cost least'))).toBe(false);
    expect(numbersOf(plan)).toHaveLength(2);
  });
});

/** Place of the last demand up to a level. */
function upTo(level: number): number {
  let weight = 0;
  return OUTLOOK_WEIGHTS.findIndex((one) => {
    weight += one;
    return weight >= level - 1e-9;
  });
}

function measured(minute: number, one: TrafficBucket): MinuteMetrics {
  const nothing = Number.NaN;
  return {
    startMs: msAt(minute * 60),
    started: one.requestCount ?? nothing,
    completed: one.requestCount ?? nothing,
    islTokens: one.islTokens ?? nothing,
    oslTokens: one.oslTokens ?? nothing,
    islVariation: 0.5,
    oslVariation: lengthVariation(one.oslTokens ?? nothing, one.oslP95Tokens ?? nothing),
    ...{ ttftMs: nothing, ttftP95Ms: nothing, itlMs: nothing, requestSeconds: nothing },
    ...{ queueDepth: nothing, kvUsage: nothing, concurrency: nothing },
    prefillReady: one.prefillReady ?? nothing,
    decodeReady: one.decodeReady ?? nothing,
  };
}
