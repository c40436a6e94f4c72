import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  batchLimit,
  type DecodeLoad,
  decodeAttainment,
  decodeReplicas,
  fewestReplicas,
  itlPercentileMs,
  normalProbability,
  normalQuantile,
  type PrefillLoad,
  prefillOutcome,
  promptLengths,
  squaredVariationOf,
  ttftPercentileMs,
  waiting,
} from '../../planner/queueing/index.ts';
import { interarrivals, randomNumbers, simulateDecode, simulatePrefill } from './queue-simulation.ts';

const MOST = 100_000;

function prefillReplicas(load: PrefillLoad, ttftMs: number, percentile: number): number {
  const enough = fewestReplicas(1, MOST, (count) => prefillOutcome(load, count, ttftMs).attainment >= percentile);
  if (enough === undefined) throw new Error('no number of replicas is enough');
  return enough;
}

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('the normal distribution', () => {
  test.each([
    [0.5, 0],
    [0.95, 1.644854],
    [0.975, 1.959964],
    [0.01, -2.326348],
    [0.999, 3.090232],
  ])('has %p below %p', (probability, value) => {
    expect(normalQuantile(probability)).toBeCloseTo(value, 5);
    expect(normalProbability(value)).toBeCloseTo(probability, 5);
  });
});

describe('prompt lengths', () => {
  test('keep the mean, and the spread that they were asked for', () => {
    const lengths = promptLengths(1000, 1);
    const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
    expect(mean).toBeCloseTo(1000, 6);
    const variance = lengths.reduce((sum, one) => sum + (one - mean) ** 2, 0) / lengths.length;
    // The far tail is cut off, so a little less than all of the variation is left.
    expect(variance / mean ** 2).toBeGreaterThan(0.8);
    expect(variance / mean ** 2).toBeLessThanOrEqual(1);
    expect(promptLengths(700, 0)).toEqual([700]);
  });

  test('are as varied as their mean and 95th percentile say', () => {
    const lengths = promptLengths(1000, 0.6);
    expect(squaredVariationOf(1000, lengths[189] ?? Number.NaN)).toBeCloseTo(0.6, 1);
    expect(squaredVariationOf(1000, 1000)).toBe(0);
    expect(squaredVariationOf(1000, 900_000)).toBeCloseTo(Math.expm1(1.644854 ** 2), 4);
  });
});

describe('the wait for prefill', () => {
  test('is exact where theory is: one server, Poisson arrivals', () => {
    const work = { requestsPerSecond: 8, meanServiceMs: 100, arrivalVariation: 1, serviceVariation: 1 };
    const { meanMs, utilization, exceeds } = waiting(work, 1);
    expect(utilization).toBeCloseTo(0.8, 12);
    // M/M/1: ES·ρ/(1−ρ), and P(W > x) = ρ·e^(−x(1−ρ)/ES).
    expect(meanMs).toBeCloseTo(400, 9);
    expect(exceeds(500)).toBeCloseTo(0.8 * Math.exp(-1), 9);
    // M/D/1 waits half as long.
    expect(waiting({ ...work, serviceVariation: 0 }, 1).meanMs).toBeCloseTo(200, 9);
  });

  const loads = fc.record({
    requestsPerSecond: real(0.1, 500),
    meanTokens: real(50, 20_000),
    variation: real(0, 3),
    arrivalVariation: real(0.5, 6),
    perTokenMs: real(0.01, 0.2),
    ttftMs: real(50, 5000),
    percentile: real(0.5, 0.999),
  });
  type Load = typeof loads extends fc.Arbitrary<infer T> ? T : never;
  const loadOf = ({ requestsPerSecond, meanTokens, variation, arrivalVariation, perTokenMs }: Load): PrefillLoad => ({
    ...{ requestsPerSecond, arrivalVariation },
    serviceMs: promptLengths(meanTokens, variation).map((tokens) => 15 + perTokenMs * tokens),
  });

  test('never asks for fewer replicas for more requests, longer prompts, a tighter target or a higher percentile', () => {
    fc.assert(
      fc.property(loads, real(1, 3), (sketch, factor) => {
        const needed = (change: Partial<Load>) =>
          prefillReplicas(
            loadOf({ ...sketch, ...change }),
            change.ttftMs ?? sketch.ttftMs,
            change.percentile ?? sketch.percentile,
          );
        const count = needed({});
        expect(needed({ requestsPerSecond: sketch.requestsPerSecond * factor })).toBeGreaterThanOrEqual(count);
        expect(needed({ meanTokens: sketch.meanTokens * factor })).toBeGreaterThanOrEqual(count);
        expect(needed({ arrivalVariation: sketch.arrivalVariation * factor })).toBeGreaterThanOrEqual(count);
        expect(needed({ ttftMs: sketch.ttftMs / factor })).toBeGreaterThanOrEqual(count);
        expect(needed({ percentile: 1 - (1 - sketch.percentile) / factor })).toBeGreaterThanOrEqual(count);
      }),
      { numRuns: 60 },
    );
  });

  test('does not depend on the unit of time', () => {
    fc.assert(
      fc.property(loads, real(0.01, 100), (sketch, unit) => {
        const load = loadOf(sketch);
        const scaled = {
          ...load,
          requestsPerSecond: load.requestsPerSecond / unit,
          serviceMs: load.serviceMs.map((service) => service * unit),
        };
        const at = (one: PrefillLoad, count: number, ttft: number) => prefillOutcome(one, count, ttft).attainment;
        const count = prefillReplicas(load, sketch.ttftMs, sketch.percentile);
        expect(at(scaled, count, sketch.ttftMs * unit)).toBeCloseTo(at(load, count, sketch.ttftMs), 9);
      }),
      { numRuns: 60 },
    );
  });

  test('always leaves the engines below full, and says the percentile that it keeps', () => {
    fc.assert(
      fc.property(loads, (sketch) => {
        const load = loadOf(sketch);
        const count = prefillReplicas(load, sketch.ttftMs, sketch.percentile);
        const outcome = prefillOutcome(load, count, sketch.ttftMs);
        expect(outcome.utilization).toBeLessThan(1);
        // Where the target leaves every prompt room to wait, the percentile of TTFT is within it.
        if (Math.max(...load.serviceMs) < 0.9 * sketch.ttftMs) {
          expect(ttftPercentileMs(load, count, sketch.percentile)).toBeLessThanOrEqual(sketch.ttftMs * (1 + 1e-6));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('gets cheaper per request as the fleet grows', () => {
    const load = (requestsPerSecond: number): PrefillLoad => ({
      ...{ requestsPerSecond, arrivalVariation: 2 },
      serviceMs: promptLengths(1000, 1).map((tokens) => 20 + 0.05 * tokens),
    });
    const utilizationAt = (rate: number) =>
      prefillOutcome(load(rate), prefillReplicas(load(rate), 500, 0.95), 500).utilization;
    expect(utilizationAt(10)).toBeLessThan(utilizationAt(100));
    expect(utilizationAt(100)).toBeLessThan(utilizationAt(1000));
  });

  test.each([
    ['Poisson arrivals, one length', 40, 1, 0, 300],
    ['Poisson arrivals, spread lengths', 40, 1, 1, 500],
    ['bursts, spread lengths', 40, 4, 1, 500],
    ['bursts, a tight target', 120, 4, 0.5, 200],
    ['a small fleet', 4, 2, 1, 800],
  ])('keeps its promise in a simulation that knows no formula: %s', (_, rate, arrivalVariation, variation, ttftMs) => {
    const lengths = promptLengths(1000, variation);
    const serviceMs = lengths.map((tokens) => 20 + 0.05 * tokens);
    const load = { requestsPerSecond: rate, arrivalVariation, serviceMs };
    const random = randomNumbers(7);
    const shareInTime = (replicas: number) => {
      const ttft = simulatePrefill({
        replicas,
        nextGapMs: interarrivals(random, 1000 / rate, arrivalVariation),
        nextServiceMs: () => serviceMs[Math.floor(random() * serviceMs.length)] ?? 0,
        requests: 100_000,
      });
      return ttft.filter((one) => one <= ttftMs).length / ttft.length;
    };
    const count = prefillReplicas(load, ttftMs, 0.95);
    expect(shareInTime(count)).toBeGreaterThan(0.94);
    // And without much waste: a third fewer would not do.
    const third = Math.floor((count * 2) / 3);
    if (third >= 1) expect(shareInTime(third)).toBeLessThan(0.95);
  });
});

describe('the pool that decodes', () => {
  const loads = fc.record({
    outputTokensPerSecond: real(1, 200_000),
    arrivalVariation: real(0.5, 6),
    fixedMs: real(1, 20),
    slopeMs: real(0.01, 1),
    mostBatch: real(1, 1000),
  });
  const sized = (load: DecodeLoad, itlMs: number, percentile: number) =>
    Math.ceil(decodeReplicas(load, batchLimit(load, itlMs), percentile));

  test('never needs fewer engines for more tokens, a slower engine, a tighter target or a higher percentile', () => {
    fc.assert(
      fc.property(loads, real(5, 100), real(0.5, 0.999), real(1, 3), (load, itlMs, percentile, factor) => {
        const count = sized(load, itlMs, percentile);
        expect(
          sized({ ...load, outputTokensPerSecond: load.outputTokensPerSecond * factor }, itlMs, percentile),
        ).toBeGreaterThanOrEqual(count);
        expect(sized({ ...load, slopeMs: load.slopeMs * factor }, itlMs, percentile)).toBeGreaterThanOrEqual(count);
        expect(
          sized({ ...load, arrivalVariation: load.arrivalVariation * factor }, itlMs, percentile),
        ).toBeGreaterThanOrEqual(count);
        expect(sized(load, itlMs / factor, percentile)).toBeGreaterThanOrEqual(count);
        expect(sized(load, itlMs, 1 - (1 - percentile) / factor)).toBeGreaterThanOrEqual(count);
      }),
    );
  });

  test('does not depend on the unit of time', () => {
    fc.assert(
      fc.property(loads, real(5, 100), real(0.01, 100), (load, itlMs, unit) => {
        const scaled = {
          ...load,
          outputTokensPerSecond: load.outputTokensPerSecond / unit,
          fixedMs: load.fixedMs * unit,
          slopeMs: load.slopeMs * unit,
        };
        const one = decodeReplicas(load, batchLimit(load, itlMs), 0.95);
        expect(decodeReplicas(scaled, batchLimit(scaled, itlMs * unit), 0.95)).toBeCloseTo(one, 6);
      }),
    );
  });

  test('keeps the target that it was sized for, wherever any batch does', () => {
    fc.assert(
      fc.property(loads, real(5, 100), real(0.5, 0.999), (load, itlMs, percentile) => {
        const limit = batchLimit(load, itlMs);
        fc.pre(limit.isMet);
        const count = Math.max(1, sized(load, itlMs, percentile));
        expect(itlPercentileMs(load, count, percentile)).toBeLessThanOrEqual(itlMs * (1 + 1e-6));
        expect(decodeAttainment(load, limit, count)).toBeGreaterThanOrEqual(percentile - 1e-6);
      }),
    );
  });

  test('says when one request alone is already too slow, and when memory and not time is what binds', () => {
    const load = { outputTokensPerSecond: 1000, arrivalVariation: 1, fixedMs: 10, slopeMs: 0.1, mostBatch: 50 };
    expect(batchLimit(load, 5)).toEqual({ batch: 1, itlMs: 10.1, boundBy: 'itl', isMet: false });
    expect(batchLimit(load, 12)).toMatchObject({ batch: 20, boundBy: 'itl', isMet: true });
    expect(batchLimit(load, 100)).toEqual({ batch: 50, itlMs: 15, boundBy: 'batch', isMet: true });
  });

  test.each([
    ['Poisson arrivals', 40, 1, 30],
    ['bursts', 40, 4, 30],
    ['a tight target', 40, 2, 14],
    ['a small fleet', 5, 2, 20],
  ])('keeps its promise in a simulation that knows no formula: %s', (_, rate, arrivalVariation, itlMs) => {
    const tokens = 200;
    const load = { outputTokensPerSecond: rate * tokens, arrivalVariation, fixedMs: 9, slopeMs: 0.4, mostBatch: 1000 };
    const count = Math.max(1, sized(load, itlMs, 0.95));
    const random = randomNumbers(11);
    const shareInTime = (replicas: number) => {
      const means = simulateDecode({
        replicas,
        nextGapMs: interarrivals(random, 1000 / rate, arrivalVariation),
        nextTokens: () => Math.max(1, -Math.log(1 - random()) * tokens),
        itlMs: (batch) => 9 + 0.4 * batch,
        requests: 10_000,
      });
      return means.filter((one) => one <= itlMs).length / means.length;
    };
    expect(shareInTime(count)).toBeGreaterThan(0.94);
    const fewer = Math.floor((count * 2) / 3);
    if (fewer >= 1) expect(shareInTime(fewer)).toBeLessThan(0.95);
  });
});
