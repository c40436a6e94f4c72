import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FittedForecast, ForecastModel, ResidualSpace, SingleModel } from '../../api/index.ts';
import { calibrate, isAbove } from '../../planner/forecast/calibrate.ts';
import {
  type DemandForecast,
  defaultMethod,
  demandHistory,
  type ForecastHorizon,
  forecastBucketSeconds,
  forecastDemand,
  forecastMaximum,
  residualsNeeded,
} from '../../planner/forecast/index.ts';
import { medianOf, pointForecasts } from '../../planner/forecast/models/point-forecasts.ts';
import { residualsIn } from '../../planner/forecast/residual-space.ts';
import { SortedWindow } from '../../planner/forecast/sorted-window.ts';
import { spanMaxima } from '../../planner/forecast/span-maxima.ts';
import { busy, IDLE, msAt, NOTHING, series } from './traffic-fixture.ts';

const HOUR_BUCKETS = 12;
const BUCKET_SECONDS = 300;
const DAY_BUCKETS = 24 * HOUR_BUCKETS;
const HORIZON: ForecastHorizon = { leadBuckets: 2, holdBuckets: 4, level: 0.95 };
const SETTING = { leadSeconds: 600, holdSeconds: 1200, level: 0.95 };

const SINGLE: readonly SingleModel[] = [
  { kind: 'constant' },
  { kind: 'kalman', levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 },
  { kind: 'damped-trend', levelGain: 0.5, trendGain: 0.1, damping: 0.9 },
  { kind: 'seasonal', periodSeconds: 86_400, levelGain: 0.4, strength: 1 },
];
const MODELS: readonly ForecastModel[] = [...SINGLE, { kind: 'ensemble', members: [...SINGLE] }];
const SPACES: readonly ResidualSpace[] = ['additive', 'sqrt', 'log'];
const METHODS: readonly FittedForecast[] = MODELS.flatMap((model) =>
  SPACES.map((residualSpace) => ({ model, residualSpace, calibrationSeconds: 259_200, residualQuantiles: [] })),
);
const anyMethod = fc.constantFrom(...METHODS);

function forecast(values: Iterable<number>, method: FittedForecast, horizon = HORIZON): DemandForecast {
  return forecastMaximum(Float64Array.from(values), BUCKET_SECONDS, method, horizon);
}

function found(result: DemandForecast) {
  if (result.kind === 'none') throw new Error(result.reason);
  return result;
}

const load = fc.double({ min: 0, max: 1e6, noNaN: true });
const history = fc.array(load, { minLength: 60, maxLength: 200 });
const gap = fc.oneof({ weight: 4, arbitrary: load }, { weight: 1, arbitrary: fc.constant(Number.NaN) });

/** Traffic of a few days: a daily wave, and noise that is the same on every machine. */
function wave(days: number): Float64Array {
  return Float64Array.from({ length: days * DAY_BUCKETS }, (_, bucket) => {
    const noise = ((bucket * 7919) % 1000) / 1000;
    return 100 * (1 + 0.6 * Math.sin((2 * Math.PI * bucket) / DAY_BUCKETS)) + 20 * noise;
  });
}

describe('a forecast with any model in any space', () => {
  test('is the load itself where the load never changed', () => {
    fc.assert(
      fc.property(anyMethod, load, fc.integer({ min: 60, max: 400 }), (method, level, length) => {
        const { median, upper } = found(forecast(new Float64Array(length).fill(level), method));
        expect(Math.abs(median - level)).toBeLessThanOrEqual(1e-9 * level);
        expect(Math.abs(upper - level)).toBeLessThanOrEqual(1e-6 * level);
      }),
    );
  });

  test('has an upper bound that is a number, at least the median, and never below 0', () => {
    fc.assert(
      fc.property(anyMethod, history, (method, values) => {
        const { median, upper } = found(forecast(values, method));
        expect(median).toBeGreaterThanOrEqual(0);
        expect(upper).toBeGreaterThanOrEqual(median);
        expect(Number.isFinite(upper)).toBe(true);
      }),
    );
  });

  test('never rests on less at a higher level', () => {
    const level = fc.double({ min: 0.5, max: 0.97, noNaN: true });
    fc.assert(
      fc.property(anyMethod, history, level, level, (method, values, one, other) => {
        const at = (wanted: number) => found(forecast(values, method, { ...HORIZON, level: wanted })).upper;
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)) * (1 - 1e-12));
      }),
    );
  });

  test('is as many times larger as the load is', () => {
    fc.assert(
      fc.property(anyMethod, history, fc.double({ min: 0.001, max: 1000, noNaN: true }), (method, values, factor) => {
        const once = found(forecast(values, method));
        const scaled = found(
          forecast(
            values.map((value) => factor * value),
            method,
          ),
        );
        // A tie between two errors may fall either way by rounding, so that sums are compared and not digits.
        const scale = factor * Math.max(...values) + 1e-300;
        expect(Math.abs(scaled.median - factor * once.median) / scale).toBeLessThan(1e-6);
        expect(Math.abs(scaled.upper - factor * once.upper) / scale).toBeLessThan(
          1e-6 * Math.max(1, once.upper / Math.max(...values, 1e-300)),
        );
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  test('says nothing, or something sound, whatever is missing', () => {
    const anything = fc.oneof(gap, fc.constantFrom(-1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300));
    fc.assert(
      fc.property(anyMethod, fc.array(anything, { maxLength: 150 }), (method, values) => {
        const result = forecast(values, method);
        if (result.kind === 'none') {
          expect(result.reason).not.toBe('');
        } else {
          expect(Number.isFinite(result.upper)).toBe(true);
          expect(result.gaps).toBe(values.filter((value) => !(value >= 0 && value <= 1e15)).length);
        }
      }),
    );
  });

  test('takes no gap for a zero: a constant load with holes stays what it is', () => {
    fc.assert(
      fc.property(anyMethod, fc.array(fc.boolean(), { minLength: 300, maxLength: 300 }), (method, holes) => {
        const values = holes.map((isHole, index) => (isHole && index % 3 === 0 && index < 298 ? Number.NaN : 250));
        const { median, upper } = found(forecast(values, method));
        expect(median).toBeCloseTo(250, 6);
        expect(upper).toBeCloseTo(250, 3);
      }),
    );
  });

  test('depends on the past alone', () => {
    fc.assert(
      fc.property(anyMethod, history, fc.array(gap, { minLength: 1, maxLength: 20 }), (method, values, later) => {
        const span = { leadBuckets: 2, holdBuckets: 4 };
        const before = pointForecasts(Float64Array.from(values), method.model, span, BUCKET_SECONDS);
        const after = pointForecasts(Float64Array.from([...values, ...later]), method.model, span, BUCKET_SECONDS);
        expect(after.slice(0, values.length)).toEqual(before);
      }),
    );
  });

  test('keeps what was promised on a daily wave', () => {
    for (const method of METHODS) {
      const { coverage } = found(forecast(wave(7), method));
      expect(coverage).toBeGreaterThan(0.93);
      expect(coverage).toBeLessThan(0.985);
    }
  });
});

describe('a forecast of nothing', () => {
  const method = defaultMethod(BUCKET_SECONDS);

  test('says that no bucket has data', () => {
    expect(forecast([], method)).toEqual({ kind: 'none', reason: 'no bucket of the history has data' });
    expect(forecast(new Float64Array(50).fill(Number.NaN), method).kind).toBe('none');
  });

  test('is refused where the newest data is older than the lead', () => {
    const values = new Float64Array(100).fill(5);
    expect(forecast([...values, Number.NaN, Number.NaN], method).kind).toBe('forecast');
    expect(forecast([...values, Number.NaN, Number.NaN, Number.NaN], method)).toEqual({
      kind: 'none',
      reason: 'the newest 3 buckets have no data, which is more than the lead of 2',
    });
  });

  test('counts the past errors that a level needs, and takes those of the fitted model where there are too few', () => {
    expect([0.5, 0.9, 0.95, 0.99].map(residualsNeeded)).toEqual([1, 9, 19, 99]);
    const values = new Float64Array(20).fill(100);
    expect(forecast(values, method)).toEqual({
      kind: 'none',
      reason:
        'the history of 20 buckets tells of 15 past errors, and a level of 0.95 needs 19; it takes 20 minutes more of measured traffic within metrics.historyHours, or a lower forecast.level',
    });
    const stored: FittedForecast = {
      model: { kind: 'constant' },
      residualSpace: 'additive',
      calibrationSeconds: 259_200,
      residualQuantiles: [
        { level: 0.5, residual: 2 },
        { level: 0.95, residual: 30 },
      ],
    };
    expect(forecast(values, stored)).toMatchObject({
      ...{ median: 102, upper: 130, residuals: 15, coverage: null },
      method: 'last value, with the errors of its fit',
    });
    expect(forecast(values, stored, { ...HORIZON, level: 0.99 }).kind).toBe('none');
  });

  test('of no traffic is no traffic', () => {
    expect(forecast(new Float64Array(100), method)).toMatchObject({ kind: 'forecast', median: 0, upper: 0, gaps: 0 });
  });
});

describe('models', () => {
  const points = (values: readonly number[], model: ForecastModel, leadBuckets: number, holdBuckets: number) =>
    pointForecasts(Float64Array.from(values), model, { leadBuckets, holdBuckets }, BUCKET_SECONDS).at(-1);

  test('a damped trend rises to its far end, and falls from its near one', () => {
    const model: ForecastModel = { kind: 'damped-trend', levelGain: 1, trendGain: 1, damping: 0.5 };
    // Level 20, trend 10: 20 + 10 · (0.5 + 0.25 + 0.125), and with the sign turned 20 − 10 · 0.5.
    expect(points([10, 20], model, 1, 3)).toBeCloseTo(28.75);
    expect(points([30, 20], model, 1, 3)).toBeCloseTo(15);
  });

  test('a season repeats the day: the evening peak is seen before it comes', () => {
    const day = Array.from({ length: DAY_BUCKETS }, (_, bucket) => (bucket >= 200 && bucket < 240 ? 300 : 100));
    const model: ForecastModel = { kind: 'seasonal', periodSeconds: 86_400, levelGain: 1, strength: 1 };
    expect(points([...day, ...day.slice(0, 190)], model, 1, 5)).toBeCloseTo(100, 0);
    expect(points([...day, ...day.slice(0, 196)], model, 1, 12)).toBeGreaterThan(260);
    expect(points([...day, ...day.slice(0, 196)], { ...model, strength: 0 }, 1, 12)).toBeCloseTo(100);
  });

  test('a season of a quiet night does not promise a thousandfold morning', () => {
    const day = Array.from({ length: DAY_BUCKETS }, (_, bucket) => (bucket < 100 ? 0.01 : 1000));
    const model: ForecastModel = { kind: 'seasonal', periodSeconds: 86_400, levelGain: 1, strength: 1 };
    expect(points([...day, ...day.slice(0, 95), 50], model, 1, 20)).toBeLessThanOrEqual(250);
  });

  test('a Kalman filter goes on with the trend that it has found', () => {
    const line = Array.from({ length: 60 }, (_, bucket) => 100 + 5 * bucket);
    const model: ForecastModel = { kind: 'kalman', levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 };
    expect(points(line, model, 1, 4)).toBeCloseTo(100 + 5 * 63, 0);
  });

  test('the median of several is in the middle, and waits for all of them', () => {
    const rows = [
      [5, 1, Number.NaN],
      [1, 2, 3],
      [9, 3, 1],
    ].map((row) => Float64Array.from(row));
    expect([...medianOf(rows)]).toEqual([5, 2, Number.NaN]);
    fc.assert(
      fc.property(fc.array(load, { minLength: 1, maxLength: 9 }), (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const middle = ((sorted[(values.length - 1) >> 1] ?? 0) + (sorted[values.length >> 1] ?? 0)) / 2;
        expect(medianOf(values.map((value) => Float64Array.of(value)))[0]).toBe(middle);
      }),
    );
  });
});

describe('what came', () => {
  test('is the highest of the span, and unknown where too little of it was measured', () => {
    fc.assert(
      fc.property(
        fc.array(gap, { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 12 }),
        (values, leadBuckets, holdBuckets) => {
          const maxima = spanMaxima(Float64Array.from(values), { leadBuckets, holdBuckets });
          values.forEach((_, origin) => {
            const span = values.slice(origin + leadBuckets, origin + leadBuckets + holdBuckets);
            const measured = span.filter((value) => !Number.isNaN(value));
            const isKnown = span.length === holdBuckets && measured.length >= Math.ceil(0.8 * holdBuckets);
            expect(maxima[origin]).toBe(isKnown ? Math.max(...measured) : Number.NaN);
          });
        },
      ),
    );
  });

  test('a window of errors holds the newest, sorted', () => {
    fc.assert(
      fc.property(
        fc.array(load, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 20 }),
        (values, capacity) => {
          const window = new SortedWindow(capacity);
          for (const value of values) window.add(value);
          const kept = values.slice(-capacity).sort((a, b) => a - b);
          expect(window.count).toBe(kept.length);
          for (const level of [0.01, 0.5, 0.9, 0.999]) {
            const rank = Math.min(kept.length, Math.max(1, Math.ceil((kept.length + 1) * level - 1e-9)));
            expect(window.quantile(level)).toBe(kept[rank - 1]);
          }
        },
      ),
    );
    expect(new SortedWindow(3).quantile(0.5)).toBeUndefined();
  });

  test('errors are alike at any load where the space suits it', () => {
    const { of, apply } = residualsIn('log', 100);
    expect(of(200, 100)).toBeCloseTo(of(20, 10));
    expect(apply(50, of(200, 100))).toBeCloseTo(100);
    expect(of(0, 0.5)).toBe(0);
    for (const space of SPACES) expect(residualsIn(space, 1).apply(3, -1e9)).toBeCloseTo(0);
  });
});

describe('past forecasts', () => {
  test('are made from what was known by then: a later change leaves the earlier ones as they were', () => {
    const values = wave(3);
    const pastOf = (later: Float64Array) =>
      calibrate({
        points: pointForecasts(later, { kind: 'constant' }, HORIZON, BUCKET_SECONDS),
        maxima: spanMaxima(later, HORIZON),
        residuals: residualsIn('additive', 100),
        horizon: HORIZON,
        windowBuckets: DAY_BUCKETS,
      }).past;
    const jump = values.map((value, bucket) => (bucket >= 600 ? 10 * value : value));
    const [before, after] = [pastOf(values), pastOf(jump)].map((past) => past.filter(({ origin }) => origin < 600));
    expect(after?.map(({ upper }) => upper)).toEqual(before?.map(({ upper }) => upper));
    expect(before?.length).toBeGreaterThan(500);
  });

  test('that missed widen the next ones', () => {
    const grown = Float64Array.from({ length: 4 * DAY_BUCKETS }, (_, bucket) => {
      const wild = Math.sin(bucket * 12.9898) * 43_758.5453;
      const noise = wild - Math.floor(wild);
      return bucket < 3 * DAY_BUCKETS ? 100 + 10 * noise : 100 + 60 * noise;
    });
    const { past, adaptedLevel } = calibrate({
      points: pointForecasts(grown, { kind: 'constant' }, HORIZON, BUCKET_SECONDS),
      maxima: spanMaxima(grown, HORIZON),
      residuals: residualsIn('additive', 100),
      horizon: { ...HORIZON, level: 0.9 },
      windowBuckets: 3 * DAY_BUCKETS,
    });
    expect(adaptedLevel).toBeGreaterThan(0.9);
    const newest = past.slice(-100);
    expect(newest.filter(({ outcome, upper }) => isAbove(outcome, upper)).length).toBeLessThan(20);
  });
});

describe('the demand of a series', () => {
  test('is a rate, work, or a length, in wider buckets', () => {
    const measured = series([
      busy({ requestCount: 60, islTokens: 1000, oslTokens: 100 }),
      busy({ requestCount: 180, islTokens: 2000, oslTokens: 300 }),
    ]);
    const value = (quantity: Parameters<typeof demandHistory>[1]) => [
      ...(demandHistory(measured, quantity, 120)?.values ?? []),
    ];
    expect(value('requestsPerSecond')).toEqual([2]);
    expect(value('prefillTokensPerSecond')).toEqual([3500]);
    expect(value('decodeTokensPerSecond')).toEqual([500]);
    expect(value('islTokens')).toEqual([1750]);
    expect(value('oslTokens')).toEqual([250]);
  });

  test('is zero without traffic, and unknown without data', () => {
    const three = series([busy(), IDLE, NOTHING]);
    expect([...(demandHistory(three, 'requestsPerSecond', 60)?.values ?? [])]).toEqual([10, 0, Number.NaN]);
    expect([...(demandHistory(three, 'prefillTokensPerSecond', 60)?.values ?? [])]).toEqual([10_000, 0, Number.NaN]);
    expect([...(demandHistory(three, 'islTokens', 60)?.values ?? [])]).toEqual([1000, Number.NaN, Number.NaN]);
  });

  test('of a wide bucket is the mean of what was measured of it', () => {
    const holes = series([busy(), NOTHING, NOTHING, NOTHING, busy(), busy()]);
    expect([...(demandHistory(holes, 'requestsPerSecond', 180)?.values ?? [])]).toEqual([Number.NaN, 10]);
    expect([...(demandHistory(holes, 'requestsPerSecond', 120)?.values ?? [])]).toEqual([10, Number.NaN, 10]);
  });

  test('ends where it is asked from, and has no data beyond the series', () => {
    const four = series([busy(), busy(), IDLE, IDLE]);
    expect([...(demandHistory(four, 'requestsPerSecond', 60, msAt(150))?.values ?? [])]).toEqual([10, 10]);
    expect([...(demandHistory(four, 'requestsPerSecond', 60, msAt(360))?.values ?? [])]).toEqual([
      10,
      10,
      0,
      0,
      Number.NaN,
      Number.NaN,
    ]);
  });

  test('is not told in buckets that do not fit', () => {
    expect(demandHistory(series([busy()]), 'requestsPerSecond', 90)).toBeUndefined();
    expect(forecastBucketSeconds(60, SETTING)).toBe(300);
    expect(forecastBucketSeconds(120, SETTING)).toBe(240);
    expect(forecastBucketSeconds(600, SETTING)).toBe(600);
    expect(forecastBucketSeconds(60, { ...SETTING, leadSeconds: 150 })).toBe(120);
  });
});

describe('forecasting the demand of a graph', () => {
  const minutes = series(
    Array.from({ length: 3 * 1440 }, (_, minute) => busy({ requestCount: 600 + ((minute * 7919) % 100) })),
  );
  const atMs = msAt(3 * 86_400);
  const question = { quantity: 'requestsPerSecond', setting: SETTING, fitted: undefined, atMs } as const;

  test('uses the default where nothing was fitted', () => {
    const { upper, median, method } = found(forecastDemand(minutes, question));
    expect(median).toBeGreaterThan(10);
    expect(upper).toBeLessThan(12);
    expect(method).toMatch(/^median of last value, damped trend/);
  });

  test('refuses data that ends before the lead', () => {
    const result = forecastDemand(minutes, { ...question, atMs: atMs + 601_000 });
    expect(result).toEqual({
      kind: 'none',
      reason: 'the newest data ends at 2026-01-04T00:00:00Z, more than the lead of 600 s before 2026-01-04T00:10:01Z',
    });
  });
});
