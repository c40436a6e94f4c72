import { describe, expect, test } from '@jest/globals';
import { contextTokens } from '../../planner/capacity/index.ts';
import { learnModel, prefillMs, slopeMs, type TrafficBucket } from '../../planner/index.ts';
import { promptLengths, waiting } from '../../planner/queueing/index.ts';
import { randomNumbers } from './queue-simulation.ts';
import { measuredSeries, minutes } from './sla-fixture.ts';
import { busy } from './traffic-fixture.ts';

/** Engines whose costs are known: 19 + 0.049·ISL ms, and 11 + 0.055·B + 0.0001·B·context ms. */
const PREFILL = { fixedMs: 19, perTokenMs: 0.049, replicas: 6 };
const DECODE = { fixedMs: 11, perRequestMs: 0.055, perKvTokenMs: 0.0001, replicas: 8 };

/** Lognormal lengths with this 95th percentile, over their mean, have a squared variation of 2. */
const P95_OVER_MEAN = Math.exp(1.644854 * Math.sqrt(Math.log(3)) - Math.log(3) / 2);

/** A day on such engines, with waits for prefill and errors of measurement. */
function day(swing: number, noise: number, oslVariation = 1, meanOslTokens = 200): readonly TrafficBucket[] {
  const random = randomNumbers(5);
  const error = (size: number) => 1 + size * (random() + random() + random() - 1.5);
  return minutes(1440, (minute) => {
    const rate = 20 * (1 + 0.8 * swing * Math.sin(minute / 120)) * error(0.05);
    const islTokens = 1000 * (1 + 0.5 * swing * Math.sin(minute / 77)) * error(0.05);
    const oslTokens = meanOslTokens * error(0.05);
    const slope = DECODE.perRequestMs + DECODE.perKvTokenMs * contextTokens({ islTokens, oslTokens, oslVariation });
    const itlMs = DECODE.fixedMs / (1 - (slope * rate * oslTokens) / 1000 / DECODE.replicas);
    const services = promptLengths(islTokens, 1).map((tokens) => PREFILL.fixedMs + PREFILL.perTokenMs * tokens);
    const meanServiceMs = services.reduce((sum, one) => sum + one, 0) / services.length;
    const work = { requestsPerSecond: rate, meanServiceMs, arrivalVariation: 2, serviceVariation: 0.5 };
    const ttftMs = meanServiceMs + waiting(work, PREFILL.replicas).meanMs;
    return busy({
      ...{ requestCount: rate * 60, islTokens, oslTokens },
      ...{ ttftMs: ttftMs * error(noise), itlMs: itlMs * error(noise) },
      ...{ prefillReady: PREFILL.replicas, decodeReady: DECODE.replicas },
    });
  });
}

const learned = (swing: number, noise: number) => learnModel(measuredSeries(day(swing, noise)), 1440, false);

describe('a learned model', () => {
  test.each([
    [0, 0.01],
    [0.05, 0.05],
  ])('finds what engines cost through waits, and through errors of measurement of %p', (noise, tolerance) => {
    const found = learned(1, noise);
    if (found.kind === 'refused') throw new Error(found.reason);
    const { prefill, decode } = found.model;
    const off = (value: number, truth: number) => Math.abs(value / truth - 1);
    expect(off(prefillMs(prefill, 1000), PREFILL.fixedMs + PREFILL.perTokenMs * 1000)).toBeLessThan(tolerance);
    expect(off(decode.fixedMs, DECODE.fixedMs)).toBeLessThan(tolerance);
    expect(off(slopeMs(decode, 1100), DECODE.perRequestMs + DECODE.perKvTokenMs * 1100)).toBeLessThan(tolerance);
    expect(decode.error.mape).toBeLessThan(0.03);
  });

  test('knows how long contexts were by how much outputs differed, where that was measured', () => {
    const differing = day(1, 0, 2, 400);
    const measured = differing.map((one) => ({ ...one, oslP95Tokens: (one.oslTokens ?? 0) * P95_OVER_MEAN }));
    const off = (buckets: readonly TrafficBucket[]): number => {
      const found = learnModel(measuredSeries(buckets), 1440, false);
      if (found.kind === 'refused') throw new Error(found.reason);
      return Math.abs(slopeMs(found.model.decode, 1600) / (DECODE.perRequestMs + DECODE.perKvTokenMs * 1600) - 1);
    };
    expect(off(measured)).toBeLessThan(0.001);
    expect(off(differing)).toBeGreaterThan(0.05);
  });

  test('errs towards slower engines where errors are large, since they are in the batch as well', () => {
    const found = learned(1, 0.15);
    if (found.kind === 'refused') throw new Error(found.reason);
    expect(slopeMs(found.model.decode, 1100)).toBeGreaterThan(DECODE.perRequestMs + DECODE.perKvTokenMs * 1100);
  });

  test('is refused where the load hardly swings', () => {
    expect(learned(0.1, 0.02)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('the batch on each decode worker was always about 6'),
    });
  });
});
