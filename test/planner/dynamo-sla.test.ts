import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DynamoSlaSettings, dynamoSlaStrategy, formatProblem } from '../../api/index.ts';
import {
  applyPairGpuBudget,
  applySingleGpuBudget,
  type DynamoSlaInput,
  decideDynamoSla,
  type EngineProfile,
  type ObservedWindow,
  parseEngineProfile,
} from '../../planner/index.ts';

const DEMO_PROFILE = 'apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json';
const profile = readProfile();

function readProfile(): EngineProfile {
  const parsed = parseEngineProfile(readFileSync(DEMO_PROFILE, 'utf8'), DEMO_PROFILE);
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join('\n'));
  return parsed.value;
}

function settings(change: Partial<DynamoSlaSettings> = {}): DynamoSlaSettings {
  const defaults = dynamoSlaStrategy.parse({ kind: 'dynamo-sla', profile: DEMO_PROFILE, intervalSeconds: 60 });
  return { ...defaults, ...change };
}

const BUSY: ObservedWindow = {
  requestCount: 2700,
  ttftMs: 100,
  itlMs: 20,
  islTokens: 3000,
  oslTokens: 300,
  requestSeconds: 3,
};

function decide(change: Partial<DynamoSlaInput> = {}) {
  return decideDynamoSla({
    settings: settings(),
    sla: { ttftMs: 200, itlMs: 10 },
    profile,
    windows: [BUSY],
    gpusPerReplica: { prefill: 1, decode: 1 },
    readyDecode: 2,
    ...change,
  });
}

function sized(change: Partial<DynamoSlaInput> = {}) {
  const decision = decide(change);
  if (decision.kind !== 'sized') throw new Error(decision.reason);
  return decision;
}

describe('a decision of dynamo-sla', () => {
  test('comes with every number that led to it', () => {
    // Replicas and corrections as the reference loop "workers lag" records them for this window.
    const decision = sized();
    expect(decision).toMatchObject({ prefill: 3, decode: 11 });
    expect(decision.trace.predicted).toEqual({ requestCount: 2700, islTokens: 3000, oslTokens: 300 });
    const { prefill, decode } = decision.trace;
    expect(prefill.correctionFactor).toBeCloseTo(1.654022527975778, 12);
    expect(prefill.expectedTtftMs).toBeCloseTo(100 / 1.654022527975778, 10);
    expect(prefill.demandTokensPerSecond).toBe((2700 * 3000) / 60);
    expect(prefill.tokensPerSecondPerGpu).toBeCloseTo(49481.093527696125, 8);
    expect(decode.correctionFactor).toBeCloseTo(1.7160952183282647, 12);
    expect(decode.correctedItlMs).toBeCloseTo(10 / 1.7160952183282647, 12);
    expect(decode.contextTokens).toBe(3150);
    expect(decode.demandTokensPerSecond).toBe((2700 * 300) / 60);
    expect(Math.ceil(decode.demandTokensPerSecond / decode.tokensPerSecondPerGpu)).toBe(11);
    expect(decode.kvUsage).toBeGreaterThan(0);
  });

  test('divides by the GPUs that a replica takes', () => {
    expect(sized({ gpusPerReplica: { prefill: 2, decode: 4 } })).toMatchObject({ prefill: 2, decode: 3 });
  });

  test('does not correct where correction is off', () => {
    const { decode, trace } = sized({ settings: settings({ correction: false }) });
    expect(decode).toBe(3);
    expect(trace.prefill).toMatchObject({ correctionFactor: 1, expectedTtftMs: null });
    expect(trace.decode).toMatchObject({ correctionFactor: 1, expectedItlMs: null, correctedItlMs: 10 });
  });

  test('does not correct decode without a ready worker', () => {
    expect(sized({ readyDecode: 0 }).trace.decode).toMatchObject({ correctionFactor: 1, expectedItlMs: null });
  });

  test('learns from every window, and corrects by the last', () => {
    const growing = [500, 1000, 1500, 2000].map((requestCount) => ({ ...BUSY, requestCount }));
    const constant = sized({ windows: growing }).trace;
    const kalman = sized({ windows: growing, settings: settings({ predictor: 'kalman' }) }).trace;
    expect(constant.predicted.requestCount).toBe(2000);
    expect(Math.round(kalman.predicted.requestCount / 10)).toBe(249);
    expect(kalman.decode.correctionFactor).toBe(constant.decode.correctionFactor);
  });

  test('never goes below the floor, nor do known defects of the formulas', () => {
    const windows = [{ ...BUSY, requestCount: 0 }];
    expect(sized({ windows, settings: settings({ minEndpoint: 3 }) })).toMatchObject({ prefill: 3, decode: 3 });
    // A capacity below zero, where a cubic overshoots, asks for the floor at any load (weakness W7).
    const grids = {
      kvUsageAxis: [0, 1],
      contextTokensAxis: [0, 5000],
      itlMs: [
        [5, 6],
        [5, 6],
      ],
      tokensPerSecondPerGpu: [
        [-250, -250],
        [-250, -250],
      ],
    };
    const overshooting = { ...profile, decode: { ...profile.decode, grids } };
    expect(sized({ profile: overshooting, windows: [{ ...BUSY, requestCount: 1e6 }] }).decode).toBe(1);
  });

  test.each([
    ['ttftMs', 'ttftMs'],
    ['itlMs', 'itlMs'],
    ['islTokens', 'islTokens'],
    ['oslTokens', 'oslTokens'],
  ])('is not made when the last window has no %s', (_, field) => {
    const decision = decide({ windows: [BUSY, { ...BUSY, [field]: Number.NaN }] });
    expect(decision).toEqual({
      kind: 'no-decision',
      reason: `the last window has no mean for ${field}: no request gave a measurement in it`,
    });
  });

  test('is made when an earlier window was idle', () => {
    const idle = {
      ...BUSY,
      requestCount: 0,
      ttftMs: Number.NaN,
      itlMs: Number.NaN,
      islTokens: Number.NaN,
      oslTokens: Number.NaN,
    };
    expect(decide({ windows: [BUSY, idle, BUSY] }).kind).toBe('sized');
  });

  test.each([
    ['without any window', { windows: [] }, 'there is no metrics window to decide on'],
    [
      'when the concurrency of decode is unknown',
      { windows: [{ ...BUSY, requestSeconds: Number.NaN }] },
      'decode could not be compared with its profile: a number in the formula is missing',
    ],
    [
      'when a demand is infinite',
      { windows: [{ ...BUSY, requestCount: Number.POSITIVE_INFINITY }] },
      'prefill could not be sized: the result is infinite',
    ],
  ])('is not made %s', (_, change, reason) => {
    expect(decide(change)).toEqual({ kind: 'no-decision', reason });
  });

  test('is a whole number at or above the floor, for whatever is measured', () => {
    const anyNumber = fc.oneof(fc.double({ min: 0, max: 1e6 }), fc.constant(Number.NaN), fc.constant(0));
    const window = fc.record({
      requestCount: anyNumber,
      ttftMs: anyNumber,
      itlMs: anyNumber,
      islTokens: anyNumber,
      oslTokens: anyNumber,
      requestSeconds: anyNumber,
    });
    fc.assert(
      fc.property(
        fc.array(window, { maxLength: 5 }),
        fc.nat(10),
        fc.nat(4),
        fc.boolean(),
        (windows, readyDecode, minEndpoint, correction) => {
          const decision = decide({ windows, readyDecode, settings: settings({ minEndpoint, correction }) });
          if (decision.kind === 'no-decision') return;
          for (const replicas of [decision.prefill, decision.decode]) {
            expect(Number.isInteger(replicas)).toBe(true);
            expect(replicas).toBeGreaterThanOrEqual(minEndpoint);
          }
        },
      ),
    );
  });
});

describe('a GPU budget', () => {
  const count = fc.nat(200);
  const gpus = fc.integer({ min: 1, max: 8 });

  test('of both roles is kept, or gives neither any replica', () => {
    fc.assert(
      fc.property(
        count,
        count,
        gpus,
        gpus,
        fc.nat(400),
        fc.nat(4),
        (prefill, decode, gpusPerPrefill, gpusPerDecode, maxGpus, minEndpoint) => {
          const fitted = applyPairGpuBudget({ prefill, decode, maxGpus, minEndpoint, gpusPerPrefill, gpusPerDecode });
          expect(fitted.prefill * gpusPerPrefill + fitted.decode * gpusPerDecode).toBeLessThanOrEqual(maxGpus);
          const asked = prefill * gpusPerPrefill + decode * gpusPerDecode;
          if (asked <= maxGpus) expect(fitted).toEqual({ prefill, decode });
          else if (maxGpus < minEndpoint * (gpusPerPrefill + gpusPerDecode))
            expect(fitted).toEqual({ prefill: 0, decode: 0 });
          else expect(Math.min(fitted.prefill, fitted.decode)).toBeGreaterThanOrEqual(minEndpoint);
        },
      ),
    );
  });

  test('of one role is kept, and never adds a replica', () => {
    fc.assert(
      fc.property(count, gpus, fc.nat(400), fc.nat(4), (replicas, gpusPerReplica, maxGpus, minEndpoint) => {
        const fitted = applySingleGpuBudget({ replicas, maxGpus, minEndpoint, gpusPerReplica });
        expect(fitted * gpusPerReplica).toBeLessThanOrEqual(maxGpus);
        expect(fitted).toBeLessThanOrEqual(replicas);
      }),
    );
  });

  test('grants what is left to decode, even more than it asked for', () => {
    const budget = { maxGpus: 12, minEndpoint: 1, gpusPerPrefill: 4, gpusPerDecode: 1 };
    expect(applyPairGpuBudget({ prefill: 3, decode: 1, ...budget })).toEqual({ prefill: 2, decode: 4 });
  });

  test('below zero is no budget', () => {
    const budget = { maxGpus: -1, minEndpoint: 1, gpusPerPrefill: 4, gpusPerDecode: 1 };
    expect(applyPairGpuBudget({ prefill: 300, decode: 100, ...budget })).toEqual({ prefill: 300, decode: 100 });
    expect(applySingleGpuBudget({ replicas: 300, maxGpus: -1, minEndpoint: 1, gpusPerReplica: 4 })).toBe(300);
  });

  test('keeps the rounding of the original, one replica below what fits', () => {
    expect(applySingleGpuBudget({ replicas: 22, maxGpus: 15, minEndpoint: 1, gpusPerReplica: 1 })).toBe(14);
  });
});
