import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  afterWarmUp,
  forecast,
  observe,
  type Predictor,
  type PredictorSettings,
  startPredictor,
} from '../../planner/index.ts';

const NOISE = { levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 };
const CONSTANT: PredictorSettings = { kind: 'constant' };
const KALMAN: PredictorSettings = { kind: 'kalman', log1p: false, noise: NOISE };
const LOG_KALMAN: PredictorSettings = { ...KALMAN, log1p: true };

const everyKind: readonly (readonly [string, PredictorSettings])[] = [
  ['constant', CONSTANT],
  ['kalman', KALMAN],
  ['kalman of the logarithm', LOG_KALMAN],
];

const load = fc.oneof(
  fc.constant(0),
  fc.constant(Number.NaN),
  fc.double({ min: 0, max: 100_000, noNaN: true, noDefaultInfinity: true }),
);

function taught(settings: PredictorSettings, ...values: readonly number[]): Predictor {
  return values.reduce(observe, startPredictor(settings));
}

describe.each(everyKind)('a %s predictor', (_, settings) => {
  test('forecasts 0 before it has seen anything', () => {
    expect(forecast(startPredictor(settings)).value).toBe(0);
  });

  test('leaves out idling before the first traffic, and learns it afterwards', () => {
    expect(taught(settings, 0, Number.NaN, 0)).toEqual(startPredictor(settings));
    expect(taught(settings, 0, 0, 7, 0, Number.NaN).series).toEqual({ last: 0, length: 3, hasTraffic: true });
  });

  test('leaves out idling again after warming up, but remembers the trace', () => {
    const warm = afterWarmUp(taught(settings, 7, 8));
    expect(observe(warm, 0)).toEqual(warm);
    expect(observe(warm, 9).series.length).toBe(3);
  });

  test('forecasts the first value it sees', () => {
    expect(forecast(taught(settings, 42)).value).toBeCloseTo(42, 10);
  });

  test('gives the same forecast however often it is asked', () => {
    fc.assert(
      fc.property(fc.array(load, { maxLength: 30 }), (values) => {
        const once = forecast(taught(settings, ...values));
        expect(forecast(once.predictor)).toEqual(once);
      }),
    );
  });

  test('learns the same whether or not it was asked in between', () => {
    fc.assert(
      fc.property(fc.array(load, { maxLength: 30 }), (values) => {
        const asked = values.reduce<Predictor>(
          (predictor, value) => forecast(observe(predictor, value)).predictor,
          startPredictor(settings),
        );
        expect(forecast(asked).value).toBe(forecast(taught(settings, ...values)).value);
      }),
    );
  });

  test('never changes a state that it was given', () => {
    fc.assert(
      fc.property(fc.array(load, { minLength: 1, maxLength: 20 }), load, (values, next) => {
        const before = taught(settings, ...values);
        const copy = structuredClone(before);
        forecast(observe(before, next));
        forecast(before);
        afterWarmUp(before);
        expect(before).toEqual(copy);
      }),
    );
  });
});

describe('a constant predictor', () => {
  test('forecasts the last value, NaN counting as 0', () => {
    expect(forecast(taught(CONSTANT, 5, 9)).value).toBe(9);
    expect(forecast(taught(CONSTANT, 5, Number.NaN)).value).toBe(0);
  });
});

describe('a Kalman predictor', () => {
  test('follows a straight line once it has found it', () => {
    const line = Array.from({ length: 40 }, (_, window) => 100 + 50 * window);
    expect(forecast(taught(KALMAN, ...line)).value).toBeCloseTo(100 + 50 * 40, 0);
  });

  test('may forecast below zero, except of the logarithm', () => {
    const falling = [900, 500, 100, 10];
    expect(forecast(taught(KALMAN, ...falling)).value).toBeLessThan(0);
    fc.assert(
      fc.property(fc.array(load, { maxLength: 30 }), (values) => {
        expect(forecast(taught(LOG_KALMAN, ...values)).value).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('stays certain to a positive degree, whatever noise it is told of', () => {
    const variance = fc.double({ min: 0, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(load, { minLength: 2, maxLength: 30 }), variance, variance, variance, (values, q, t, r) => {
        const noise = { levelVariance: q, trendVariance: t, measurementVariance: r };
        const predictor = taught({ kind: 'kalman', log1p: false, noise }, 1, ...values);
        if (predictor.kind !== 'kalman' || predictor.filter === undefined) throw new Error('it saw traffic');
        expect(predictor.filter.covariance.level).toBeGreaterThan(0);
        expect(predictor.filter.covariance.trend).toBeGreaterThan(0);
      }),
    );
  });
});
