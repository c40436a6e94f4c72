import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cheapestPlan,
  joinedStretches,
  LimitedOracle,
  type PlanPrices,
  type PricedStretch,
  relaxedBound,
} from '../../planner/backtest/oracle/index.ts';

const pair = (prefill: number, decode: number) => ({ prefill, decode });
const GPUS = pair(2, 1);

const stretch = fc.record({
  seconds: fc.integer({ min: 1, max: 9 }).map((minutes) => 60 * minutes),
  needed: fc.record({ prefill: fc.integer({ min: 1, max: 3 }), decode: fc.integer({ min: 1, max: 3 }) }),
});
const path = fc.array(stretch, { minLength: 1, maxLength: 5 });
const prices: fc.Arbitrary<PlanPrices> = fc.record({
  gpusPerReplica: fc.constant(GPUS),
  startUpSeconds: fc.constantFrom(0, 30, 300),
  changeGpuSeconds: fc.constantFrom(0, 100, 1000),
});

/** GPU-seconds of numbers over time, with and without the price of changes; infinite where they are not enough. */
function costOf(
  stretches: readonly PricedStretch[],
  replicas: readonly { prefill: number; decode: number }[],
  p: PlanPrices,
) {
  let [gpuSeconds, changes, shortage] = [0, 0, 0];
  for (const [index, { seconds, needed, ...one }] of stretches.entries()) {
    const now = replicas[index] ?? pair(0, 0);
    const before = replicas[index - 1];
    gpuSeconds += seconds * (now.prefill * GPUS.prefill + now.decode * GPUS.decode);
    if (before !== undefined && (before.prefill !== now.prefill || before.decode !== now.decode)) {
      changes += 1;
      const added = (role: 'prefill' | 'decode') => Math.max(0, now[role] - before[role]) * GPUS[role];
      gpuSeconds += p.startUpSeconds * (added('prefill') + added('decode'));
    }
    const lacking = (role: 'prefill' | 'decode') =>
      now[role] >= needed[role] ? 0 : (one.shortage?.[role][now[role]] ?? Number.POSITIVE_INFINITY);
    shortage += Math.max(lacking('prefill'), lacking('decode'));
  }
  return { gpuSeconds, changes, priced: gpuSeconds + p.changeGpuSeconds * changes + shortage };
}

/** Every sequence of levels from one to three. */
function everyPlan(length: number): readonly (readonly { prefill: number; decode: number }[])[] {
  const levels = [1, 2, 3].flatMap((prefill) => [1, 2, 3].map((decode) => pair(prefill, decode)));
  let plans: (readonly { prefill: number; decode: number }[])[] = [[]];
  for (let index = 0; index < length; index += 1) {
    plans = plans.flatMap((plan) => levels.map((level) => [...plan, level]));
  }
  return plans;
}

describe('the cheapest plan', () => {
  test('is as cheap as the best of all plans, and costs what it says', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 3 }), prices, (stretches, p) => {
        const plan = cheapestPlan(stretches, p);
        const best = Math.min(...everyPlan(stretches.length).map((one) => costOf(stretches, one, p).priced));
        const own = costOf(stretches, plan.replicas, p);
        expect(plan.pricedGpuSeconds).toBeCloseTo(best, 6);
        expect(own.priced).toBeCloseTo(best, 6);
        expect([plan.gpuSeconds, plan.changes]).toEqual([own.gpuSeconds, own.changes]);
      }),
      { numRuns: 60 },
    );
  });

  test('goes below what is needed only where that is worth its price', () => {
    const short = fc.tuple(stretch, fc.constantFrom(1, 60, 300, 5000)).map(([one, price]) => ({
      ...one,
      shortage: {
        prefill: Float64Array.from([4, 2, 1], (factor) => factor * price),
        decode: Float64Array.from([3, 2, 1], (factor) => factor * price),
      },
    }));
    fc.assert(
      fc.property(fc.array(short, { minLength: 1, maxLength: 3 }), prices, (stretches, p) => {
        const plan = cheapestPlan(stretches, p);
        const best = Math.min(...everyPlan(stretches.length).map((one) => costOf(stretches, one, p).priced));
        expect(plan.pricedGpuSeconds).toBeCloseTo(best, 6);
        expect(costOf(stretches, plan.replicas, p).priced).toBeCloseTo(best, 6);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps replicas over a lull that is shorter than what starting them again costs', () => {
    const needs = (lullSeconds: number) => [
      { seconds: 600, needed: pair(3, 1) },
      { seconds: lullSeconds, needed: pair(1, 1) },
      { seconds: 600, needed: pair(3, 1) },
    ];
    const p = { gpusPerReplica: GPUS, startUpSeconds: 300, changeGpuSeconds: 0 };
    expect(cheapestPlan(needs(299), p).changes).toBe(0);
    expect(cheapestPlan(needs(301), p).changes).toBe(2);
  });

  test('takes the levels that are worth having in a stretch, and not all that are needed at any time', () => {
    // Half a million pairs of levels in each of 2,000 stretches would take minutes, and gigabytes.
    const needs = Array.from({ length: 2000 }, (_, index) => ({
      seconds: 60,
      needed: pair(1 + ((index * 7919) % 701), 1 + ((index * 104_729) % 709)),
    }));
    const free = { gpusPerReplica: GPUS, startUpSeconds: 0, changeGpuSeconds: 0 };
    const { gpuSeconds, changes } = cheapestPlan(needs, free);
    const sum = needs.reduce((all, { needed }) => all + 60 * (GPUS.prefill * needed.prefill + needed.decode), 0);
    expect({ gpuSeconds, changes }).toEqual({ gpuSeconds: sum, changes: 1999 });
  });

  test('is not changed by joining stretches that need the same', () => {
    fc.assert(
      fc.property(path, prices, (stretches, p) => {
        const joined = joinedStretches(stretches);
        expect(cheapestPlan(joined, p).pricedGpuSeconds).toBeCloseTo(cheapestPlan(stretches, p).pricedGpuSeconds, 6);
        expect(joined.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(
          stretches.reduce((sum, { seconds }) => sum + seconds, 0),
        );
      }),
    );
  });
});

describe('the oracle that is limited in changes', () => {
  const limits = { gpusPerReplica: GPUS, startUpSeconds: 60 };

  test('is a bound: no plan that has what is needed with as many changes is below it', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 3 }), (stretches) => {
        const oracle = new LimitedOracle(stretches, limits);
        const p = { ...limits, changeGpuSeconds: 0 };
        for (const plan of everyPlan(stretches.length)) {
          const { gpuSeconds, changes, priced } = costOf(stretches, plan, p);
          if (priced === Number.POSITIVE_INFINITY) continue;
          expect(oracle.leastGpuSeconds(changes)).toBeLessThanOrEqual(gpuSeconds + 1e-6);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('needs more the fewer changes there are, and a plan within a number of changes has no more', () => {
    const wave = Array.from({ length: 60 }, (_, index) => ({
      seconds: 600,
      needed: pair(1 + Math.round(2 + 2 * Math.sin(index / 3)), 1 + (index % 3)),
    }));
    const oracle = new LimitedOracle(wave, limits);
    const bounds = [0, 2, 5, 10, 30, 60].map((changes) => oracle.leastGpuSeconds(changes));
    expect([...bounds].sort((one, other) => other - one)).toEqual(bounds);
    for (const changes of [0, 3, 10, 20]) {
      const plan = oracle.planWithin(changes);
      expect(plan.changes).toBeLessThanOrEqual(changes);
      expect(plan.gpuSeconds).toBeGreaterThanOrEqual(oracle.leastGpuSeconds(changes) - 1e-6);
    }
    expect(oracle.planWithin(60).gpuSeconds).toBeCloseTo(oracle.leastGpuSeconds(60), 6);
  });

  test('that may miss requests needs no more than one that may not, and is below every plan that misses as many', () => {
    const stretches = [3, 1, 2].map((prefill) => ({
      seconds: 600,
      needed: pair(prefill, 2),
      shortage: { prefill: Float64Array.from([100, 50, 5]), decode: Float64Array.from([100, 20]) },
    }));
    const allowed = { changes: 1, misses: 25 };
    const bound = relaxedBound(stretches, limits, allowed);
    const needs = stretches.map(({ seconds, needed }) => ({ seconds, needed }));
    expect(bound).toBeLessThan(new LimitedOracle(needs, limits).leastGpuSeconds(1));
    for (const plan of everyPlan(3)) {
      const p = { ...limits, changeGpuSeconds: 0 };
      const { gpuSeconds, changes, priced } = costOf(stretches, plan, p);
      if (changes > allowed.changes || priced - gpuSeconds > allowed.misses) continue;
      expect(bound).toBeLessThanOrEqual(gpuSeconds + 1e-6);
    }
  });
});
