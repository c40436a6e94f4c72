import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ForecastModel } from '../../api/index.ts';
import { defaultMethod } from '../../planner/forecast/default-method.ts';
import { pointForecasts } from '../../planner/forecast/models/point-forecasts.ts';
import { stepwiseForecaster } from '../../planner/forecast/models/stepwise.ts';

const HOUR = 3600;

const MODELS: readonly ForecastModel[] = [
  { kind: 'constant' },
  { kind: 'kalman', levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 },
  { kind: 'damped-trend', levelGain: 0.5, trendGain: 0.1, damping: 0.9 },
  { kind: 'damped-trend', levelGain: 0.3, trendGain: 0.02, damping: 1 },
  { kind: 'seasonal', periodSeconds: 6 * HOUR, levelGain: 0.3, strength: 0.5 },
  defaultMethod(300).model,
];

describe('A forecaster that is told bucket by bucket', () => {
  test.each(MODELS)('says what a walk over the whole history says: %j', (model) => {
    const cell = fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 12 }), (cells, lead) => {
        const whole = pointForecasts(Float64Array.from(cells), model, { leadBuckets: lead, holdBuckets: 1 }, 300);
        const forecaster = stepwiseForecaster(model, 300);
        cells.forEach((value, index) => {
          forecaster.learn(value);
          const point = forecaster.ahead(lead);
          if (Number.isNaN(point)) expect(whole[index]).toBeNaN();
          else expect(point).toBeCloseTo(whole[index] ?? Number.NaN, 9);
        });
      }),
      { numRuns: 60 },
    );
  });
});
