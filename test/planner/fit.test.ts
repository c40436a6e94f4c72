import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FittedQuantity, fittedModelSchema } from '../../api/index.ts';
import { fitGraph } from '../../planner/fit/fit-graph.ts';
import { fitQuantity } from '../../planner/fit/fit-quantity.ts';
import { pastErrors } from '../../planner/fit/past-errors.ts';
import { defaultMethod, type ForecastHorizon, forecastDemand, modelWords } from '../../planner/forecast/index.ts';
import { busy, IDLE, msAt, NOTHING, series } from './traffic-fixture.ts';

const HORIZON: ForecastHorizon = { leadBuckets: 2, holdBuckets: 4, level: 0.95 };
const DAY_BUCKETS = 288;

function fitted(values: Float64Array): FittedQuantity {
  const fit = fitQuantity(values, 300, HORIZON);
  if (fit.kind === 'refused') throw new Error(fit.reason);
  return fit.quantity;
}

function reasonOf(values: Float64Array): string {
  const fit = fitQuantity(values, 300, HORIZON);
  return fit.kind === 'refused' ? fit.reason : 'fitted';
}

/** Numbers that look random and are the same on every machine. */
function noise(index: number): number {
  const wave = Math.sin(index * 12.9898) * 43_758.5453;
  return wave - Math.floor(wave);
}

const peaks = Float64Array.from({ length: 4 * DAY_BUCKETS }, (_, bucket) => {
  const hour = (bucket % DAY_BUCKETS) / 12;
  return (hour >= 9 && hour < 17 ? 400 : 100) * (0.95 + 0.1 * noise(bucket));
});

describe('fitting a quantity', () => {
  test('finds the season of a load that has one', () => {
    const { model, errors, candidates } = fitted(peaks);
    expect(modelWords(model)).toMatch(/day season/);
    const constant = candidates.find((one) => one.model.kind === 'constant');
    expect(errors.pinball).toBeLessThan(0.7 * (constant?.errors.sqrt?.pinball ?? 0));
  });

  test('keeps a smoothed level where there is nothing but noise', () => {
    const values = Float64Array.from({ length: 2 * DAY_BUCKETS }, (_, bucket) => 100 + 50 * noise(bucket));
    const { candidates } = fitted(values);
    const lossOf = (kind: string) => candidates.find(({ model }) => model.kind === kind)?.errors.additive?.pinball ?? 0;
    expect(lossOf('damped-trend')).toBeLessThan(lossOf('constant'));
  });

  test('keeps the default where no other is clearly better', () => {
    const { model } = fitted(new Float64Array(DAY_BUCKETS).fill(50));
    expect(model).toEqual(defaultMethod(300).model);
  });

  test('lists every candidate with its errors, the chosen one among the best', () => {
    const { model, residualSpace, errors, candidates } = fitted(peaks);
    expect(candidates.map((one) => one.model.kind).sort()).toEqual([
      'constant',
      'damped-trend',
      'ensemble',
      'ensemble',
      'kalman',
      'seasonal',
    ]);
    for (const candidate of candidates)
      expect(Object.keys(candidate.errors).sort()).toEqual(['additive', 'log', 'sqrt']);
    const losses = candidates.flatMap((one) => Object.values(one.errors).map(({ pinball }) => pinball));
    expect(errors.pinball).toBeLessThanOrEqual(1.02 * Math.min(...losses));
    const chosen = candidates.find((one) => JSON.stringify(one.model) === JSON.stringify(model));
    expect(chosen?.errors[residualSpace]).toEqual(errors);
  });

  test('is the same for the same history, and for one that is larger by a factor', () => {
    const once = fitted(peaks);
    expect(fitted(Float64Array.from(peaks))).toEqual(once);
    const doubled = fitted(peaks.map((value) => 2 * value));
    expect(doubled.model).toEqual(once.model);
    expect(doubled.errors).toEqual(once.errors);
  });

  test('refuses what it cannot learn from, and says why', () => {
    expect(reasonOf(new Float64Array())).toBe('no bucket has data');
    expect(reasonOf(new Float64Array(600).fill(Number.NaN))).toBe('no bucket has data');
    expect(reasonOf(new Float64Array(600))).toBe('there was no traffic in all of the history');
    expect(reasonOf(peaks.map((value, bucket) => (bucket >= 500 ? 0 : value)))).toMatch(/^there was no traffic in the/);
    expect(reasonOf(peaks.slice(0, 150))).toBe(
      'the history of 150 buckets leaves 70 forecasts to compare models by; it takes 100',
    );
    expect(reasonOf(peaks.map((value, bucket) => (bucket % 3 === 0 ? Number.NaN : value)))).toBe(
      '34 % of the 1,152 buckets have no data; at most 30 % may',
    );
  });

  test('never fails, whatever the numbers are', () => {
    const value = fc.oneof(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constantFrom(0, 0, 1, Number.NaN, -1, 1e300, Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 12 }), fc.integer({ min: 1, max: 60 }), (pattern, repeats) => {
        const values = Float64Array.from(
          { length: pattern.length * repeats },
          (_, index) => pattern[index % pattern.length] ?? 0,
        );
        const fit = fitQuantity(values, 300, HORIZON);
        if (fit.kind === 'fitted') expect(JSON.parse(JSON.stringify(fit.quantity))).toEqual(fit.quantity);
        else expect(fit.reason).not.toBe('');
      }),
      { numRuns: 60 },
    );
  });
});

describe('past errors', () => {
  test('are those of the definitions', () => {
    const past = [
      { origin: 0, median: 90, upper: 120, outcome: 100 },
      { origin: 1, median: 110, upper: 130, outcome: 140 },
    ];
    // |10| + |30| of 240; 0.05 · 20 + 0.95 · 10 of 240; one of two; 125 of a mean demand of 50.
    expect(pastErrors(past, 0.95, 50)).toEqual({
      ...{ forecasts: 2, wape: 0.1667, pinball: 0.04375, coverage: 0.5, meanProvision: 2.5 },
    });
    expect(pastErrors([], 0.95, 50)).toBeUndefined();
    expect(pastErrors([{ origin: 0, median: 0, upper: 0, outcome: 0 }], 0.95, 0)).toBeUndefined();
  });
});

describe('fitting a graph', () => {
  const setting = {
    ...{ name: 'chat', namespace: 'llm', environment: 'prod', at: new Date('2026-01-03T00:00:00Z') },
    forecast: { leadSeconds: 600, holdSeconds: 1200, level: 0.95 },
  };
  const minutes = (count: number, bucket: (minute: number) => ReturnType<typeof busy>) =>
    series(Array.from({ length: count }, (_, minute) => bucket(minute)));
  const traffic = (minute: number) => busy({ requestCount: 600 + Math.round(100 * noise(minute)) });

  test('gives a document that its own schema takes, of work, rates and lengths', () => {
    const fit = fitGraph(minutes(2 * 1440, traffic), setting);
    if (fit.kind === 'refused') throw new Error(fit.reason);
    expect(fittedModelSchema.parse(JSON.parse(JSON.stringify(fit.model)))).toEqual(fit.model);
    expect(fit.model).toMatchObject({
      ...{ deployment: 'chat', namespace: 'llm', environment: 'prod', createdAt: '2026-01-03T00:00:00Z' },
      ...{ bucketSeconds: 300, horizon: setting.forecast },
      training: { start: '2026-01-01T00:00:00Z', end: '2026-01-03T00:00:00Z', buckets: 2880, measured: 2880 },
    });
    expect(Object.keys(fit.model.quantities)).toHaveLength(5);
    expect(fit.refused).toEqual([]);
  });

  test('has a digest of the numbers and of their time alone', () => {
    const digest = (one: ReturnType<typeof series>) => {
      const fit = fitGraph(one, setting);
      return fit.kind === 'fitted' ? fit.model.training.digest : fit.reason;
    };
    const first = digest(minutes(1440, traffic));
    expect(digest({ ...minutes(1440, traffic), provenance: { source: 'another', queries: {} } })).toBe(first);
    expect(digest({ ...minutes(1440, traffic), startMs: msAt(60) })).not.toBe(first);
    expect(digest(minutes(1440, (minute) => (minute === 7 ? busy({ requestCount: 1 }) : traffic(minute))))).not.toBe(
      first,
    );
  });

  test('leaves out the quantities that idle nights hide, and keeps the rates', () => {
    const fit = fitGraph(
      minutes(3 * 1440, (minute) => (minute % 1440 < 720 ? IDLE : traffic(minute))),
      setting,
    );
    if (fit.kind === 'refused') throw new Error(fit.reason);
    expect(Object.keys(fit.model.quantities)).toEqual([
      'requestsPerSecond',
      'prefillTokensPerSecond',
      'decodeTokensPerSecond',
    ]);
    expect(fit.refused.map(({ quantity }) => quantity)).toEqual(['islTokens', 'oslTokens']);
  });

  test('refuses a history of less than a day, and one of nothing', () => {
    expect(fitGraph(minutes(600, traffic), setting)).toEqual({
      kind: 'refused',
      reason: 'the history is 10.0 hours long; it takes at least 24',
    });
    expect(
      fitGraph(
        minutes(1440, () => NOTHING),
        setting,
      ),
    ).toEqual({
      kind: 'refused',
      reason: 'requestsPerSecond: no bucket has data',
    });
  });

  test('makes what a forecast of the same graph is made with', () => {
    const history = minutes(2 * 1440, traffic);
    const fit = fitGraph(history, setting);
    if (fit.kind === 'refused') throw new Error(fit.reason);
    const question = { quantity: 'requestsPerSecond', setting: setting.forecast, atMs: msAt(2 * 86_400) } as const;
    const model = { kind: 'constant' } as const;
    const quantities = { requestsPerSecond: { ...fit.model.quantities.requestsPerSecond, model } as FittedQuantity };
    expect(forecastDemand(history, { ...question, fitted: { ...fit.model, quantities } })).toMatchObject({
      ...{ kind: 'forecast', method: 'last value' },
    });
    const wide = forecastDemand(history, { ...question, fitted: { ...fit.model, bucketSeconds: 90 } });
    expect(wide).toMatchObject({ kind: 'none', reason: expect.stringContaining('run dynamo-gitops fit') });
  });

  test('has stored errors for a short history, as long as it is asked for the same horizon', () => {
    const fit = fitGraph(minutes(2 * 1440, traffic), setting);
    if (fit.kind === 'refused') throw new Error(fit.reason);
    const short = minutes(60, traffic);
    const question = { quantity: 'requestsPerSecond', atMs: msAt(3600), fitted: fit.model } as const;
    expect(forecastDemand(short, { ...question, setting: setting.forecast }).kind).toBe('forecast');
    expect(forecastDemand(short, { ...question, setting: { ...setting.forecast, holdSeconds: 600 } }).kind).toBe(
      'none',
    );
  });
});

const TRACE = new URL('../../../shared/data/traces/burstgpt_week1_1min.csv', import.meta.url);
const onTrace = existsSync(TRACE) ? test : test.skip;

describe('on a week of BurstGPT (skipped where the trace is not at hand)', () => {
  onTrace('the fit loses less than the last value, and is enough in 19 of 20 cases', () => {
    const tokens = readFileSync(TRACE, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[1]));
    const values = Float64Array.from({ length: 2016 }, (_, index) =>
      tokens.slice(5 * index, 5 * index + 5).reduce((sum, count) => sum + count / 300, 0),
    );
    const { errors, residualSpace, candidates } = fitted(values);
    const last = candidates.find(({ model }) => model.kind === 'constant')?.errors;
    expect(errors.pinball).toBeLessThan(0.92 * (last?.sqrt?.pinball ?? 0));
    expect(errors.coverage).toBeGreaterThan(0.93);
    expect(residualSpace).not.toBe('log');
  });
});
