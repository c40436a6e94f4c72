import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  acrossRanks,
  applyPowerBudget,
  bandTolerance,
  type CapacityRequest,
  clampPairToBand,
  clampRoleToBand,
  decideThroughput,
  describeBreach,
  type EngineRole,
  engineCapacity,
  type GpuPool,
  linearForwardPass,
  mediate,
  mergePredictions,
  mergeProposals,
  minimumsFitPower,
  observeWindow,
  type PowerBudget,
  type Proposal,
  peakWatts,
  predictLoad,
  projectedWatts,
  type RoleProposal,
  type SharedBudget,
  startForecaster,
  type ThroughputEngine,
  type ThroughputInput,
  UNPUBLISHED_LIMITS,
  warmUp,
} from '../../planner/index.ts';

const count = fc.integer({ min: 0, max: 40 });
const gpus = fc.integer({ min: 1, max: 8 });
const bound = fc.integer({ min: -1, max: 120 });

describe('the GPU band of 2026-08', () => {
  const pair = fc.record({
    prefill: count,
    decode: count,
    gpusPerPrefill: gpus,
    gpusPerDecode: gpus,
    minPrefill: fc.integer({ min: 0, max: 3 }),
    minDecode: fc.integer({ min: 0, max: 3 }),
  });
  const totalOf = (one: { readonly prefill: number; readonly decode: number }, of: PairGpus) =>
    one.prefill * of.gpusPerPrefill + one.decode * of.gpusPerDecode;
  interface PairGpus {
    readonly gpusPerPrefill: number;
    readonly gpusPerDecode: number;
  }

  test('never lets a pair or a role exceed its ceiling, and gives whole replicas', () => {
    fc.assert(
      fc.property(pair, bound, bound, (asked, minGpus, maxGpus) => {
        fc.pre(maxGpus >= 0);
        const fitted = clampPairToBand(asked, { minGpus, maxGpus });
        expect(totalOf(fitted, asked)).toBeLessThanOrEqual(maxGpus);
        expect(Number.isInteger(fitted.prefill) && Number.isInteger(fitted.decode)).toBe(true);
        const role = { replicas: asked.prefill, gpusPerReplica: asked.gpusPerPrefill, minReplicas: asked.minPrefill };
        expect(clampRoleToBand(role, { minGpus, maxGpus }) * asked.gpusPerPrefill).toBeLessThanOrEqual(maxGpus);
      }),
    );
  });

  test('without bounds changes nothing, not even a count below the floor', () => {
    fc.assert(
      fc.property(pair, (asked) => {
        const { prefill, decode } = asked;
        expect(clampPairToBand(asked, { minGpus: -1, maxGpus: -1 })).toEqual({ prefill, decode });
      }),
    );
    expect(clampRoleToBand({ replicas: 2, gpusPerReplica: 4, minReplicas: 3 }, { minGpus: 2, maxGpus: 12 })).toBe(2);
  });

  test('fills a ceiling with whole replicas of one role, where 2026-02 lost one to rounding', () => {
    fc.assert(
      fc.property(count, gpus, fc.integer({ min: 0, max: 120 }), (replicas, gpusPerReplica, maxGpus) => {
        fc.pre(replicas * gpusPerReplica > maxGpus);
        const band = { minGpus: -1, maxGpus };
        expect(clampRoleToBand({ replicas, gpusPerReplica, minReplicas: 0 }, band)).toBe(
          Math.floor(maxGpus / gpusPerReplica),
        );
      }),
    );
    expect(clampRoleToBand({ replicas: 22, gpusPerReplica: 1, minReplicas: 1 }, { minGpus: -1, maxGpus: 15 })).toBe(15);
  });

  test('gives none where not even the floors fit below the ceiling', () => {
    const asked = { prefill: 5, decode: 5, gpusPerPrefill: 2, gpusPerDecode: 2, minPrefill: 1, minDecode: 2 };
    expect(clampPairToBand(asked, { minGpus: -1, maxGpus: 5 })).toEqual({ prefill: 0, decode: 0 });
    expect(clampPairToBand(asked, { minGpus: -1, maxGpus: 6 })).toEqual({ prefill: 1, decode: 2 });
    expect(clampRoleToBand({ replicas: 5, gpusPerReplica: 4, minReplicas: 1 }, { minGpus: 4, maxGpus: 2 })).toBe(0);
  });

  test('grows up to its floor, but not beyond its ceiling', () => {
    const one = { prefill: 1, decode: 1, gpusPerPrefill: 1, gpusPerDecode: 1, minPrefill: 1, minDecode: 1 };
    expect(clampPairToBand(one, { minGpus: 8, maxGpus: -1 })).toEqual({ prefill: 4, decode: 4 });
    expect(clampPairToBand({ ...one, prefill: 0, decode: 0 }, { minGpus: 4, maxGpus: 4 })).toEqual({
      prefill: 2,
      decode: 2,
    });
    expect(clampPairToBand({ ...one, prefill: 0, decode: 0 }, { minGpus: 5, maxGpus: -1 })).toEqual({
      prefill: 3,
      decode: 2,
    });
    // Two replicas of 4 GPUs would be 8, and one is more than its 4 GPUs below the floor.
    const large = { replicas: 0, gpusPerReplica: 4, minReplicas: 0 };
    expect(clampRoleToBand(large, { minGpus: 6, maxGpus: 7 })).toBe(0);
    expect(clampRoleToBand(large, { minGpus: 6, maxGpus: 8 })).toBe(2);
  });

  test('leaves a total alone that is less than one replica below the floor, if there is a ceiling too', () => {
    const role = { replicas: 1, gpusPerReplica: 4, minReplicas: 0 };
    expect(clampRoleToBand(role, { minGpus: 6, maxGpus: 12 })).toBe(1);
    expect(clampRoleToBand(role, { minGpus: 6, maxGpus: -1 })).toBe(2);
  });

  test('has no opinion on roles without GPUs', () => {
    const asked = { prefill: 9, decode: 9, gpusPerPrefill: 0, gpusPerDecode: 1, minPrefill: 1, minDecode: 1 };
    expect(clampPairToBand(asked, { minGpus: -1, maxGpus: 2 })).toEqual({ prefill: 9, decode: 9 });
    expect(clampRoleToBand({ replicas: 9, gpusPerReplica: 0, minReplicas: 1 }, { minGpus: -1, maxGpus: 2 })).toBe(9);
  });

  test('says on which side a total is outside', () => {
    expect(describeBreach(9, { minGpus: 4, maxGpus: 8 }, 2)).toBe('total 9 exceeds ceiling (8)');
    expect(describeBreach(1, { minGpus: 4, maxGpus: 8 }, 2)).toBe('total 1 below floor (4 - tol 2)');
    expect(describeBreach(3, { minGpus: 4, maxGpus: 8 }, 0)).toBe('total 3 below floor (4)');
    expect(describeBreach(0, { minGpus: 0, maxGpus: 0 }, 0)).toBe('');
    expect([bandTolerance([]), bandTolerance([0, -1]), bandTolerance([1, 4, 2])]).toEqual([0, 0, 4]);
  });
});

describe('the power budget of 2026-08', () => {
  const roles = fc.record({ prefill: fc.option(count), decode: fc.option(count) });
  const watts = fc.record({
    prefill: fc.option(fc.constantFrom(300, 700, 1200)),
    decode: fc.option(fc.constantFrom(300, 700, 1200)),
  });
  const budget: fc.Arbitrary<PowerBudget> = fc.record({
    proposed: roles,
    current: roles,
    wattsPerReplica: watts,
    totalWatts: fc.integer({ min: 0, max: 40_000 }),
    minPrefill: fc.integer({ min: 0, max: 2 }),
    minDecode: fc.integer({ min: 0, max: 2 }),
  });

  test('raises no role above its proposal, not even to its floor', () => {
    fc.assert(
      fc.property(budget, (input) => {
        const decision = applyPowerBudget(input);
        if (decision.kind === 'floors-do-not-fit') return;
        const { proposed, current } = input;
        for (const role of ['prefill', 'decode'] as const) {
          const [asked, got] = [proposed[role], decision[role]];
          if (asked === null || got === null) {
            expect(got).toBe(asked);
            continue;
          }
          expect(got).toBeLessThanOrEqual(asked);
          if (decision.reason === null) expect(got).toBe(asked);
          if (decision.reason === 'power_budget_scale_up_suppressed') {
            expect(got <= (current[role] ?? 0) || got === asked).toBe(true);
          }
        }
      }),
    );
  });

  test('never draws more than the budget where it clamps a pair', () => {
    fc.assert(
      fc.property(budget, (input) => {
        const decision = applyPowerBudget(input);
        const { prefill, decode } = input.proposed;
        if (decision.kind !== 'fitted' || decision.reason !== 'power_budget_clamped') return;
        if (prefill === null || decode === null) return;
        expect(projectedWatts(decision, input.wattsPerReplica)).toBeLessThanOrEqual(input.totalWatts);
      }),
    );
  });

  const rebalance: PowerBudget = {
    proposed: { prefill: 4, decode: 1 },
    current: { prefill: 1, decode: 4 },
    wattsPerReplica: { prefill: 1000, decode: 1000 },
    totalWatts: 5000,
    minPrefill: 1,
    minDecode: 1,
  };

  test('lets the growing role of a rebalance wait while both together would draw too much', () => {
    expect(peakWatts(rebalance.current, rebalance.proposed, rebalance.wattsPerReplica)).toBe(8000);
    expect(applyPowerBudget(rebalance)).toEqual({
      ...{ kind: 'fitted', prefill: 1, decode: 1, reason: 'power_rebalance_staged' },
    });
    expect(applyPowerBudget({ ...rebalance, totalWatts: 8000 })).toMatchObject({ prefill: 4, reason: null });
    // A role that nobody counted yet runs no replicas.
    expect(applyPowerBudget({ ...rebalance, current: { prefill: null, decode: 4 } })).toMatchObject({ prefill: 0 });
  });

  test('stages a rebalance that clamping has made', () => {
    const proposed = { prefill: 5, decode: 5 };
    expect(applyPowerBudget({ ...rebalance, proposed, current: { prefill: 4, decode: 1 } })).toEqual({
      ...{ kind: 'fitted', prefill: 2, decode: 1, reason: 'power_rebalance_staged' },
    });
  });

  test('says where the floors alone draw too much', () => {
    const floors = { ...rebalance, current: rebalance.proposed, totalWatts: 1999 };
    expect(applyPowerBudget(floors)).toEqual({ kind: 'floors-do-not-fit' });
    expect(minimumsFitPower({ prefill: 1, decode: 1 }, floors.wattsPerReplica, 1999)).toBe(false);
    expect(minimumsFitPower({ prefill: 1, decode: 1 }, floors.wattsPerReplica, 2000)).toBe(true);
  });

  test('charges a role that is not proposed at its current count', () => {
    const alone = { ...rebalance, proposed: { prefill: 4, decode: null }, current: { prefill: 1, decode: 3 } };
    expect(applyPowerBudget(alone)).toMatchObject({ prefill: 2, decode: null, reason: 'power_budget_clamped' });
    const full = { ...alone, current: { prefill: 1, decode: 5 } };
    expect(applyPowerBudget(full)).toMatchObject({ prefill: 1, reason: 'power_budget_scale_up_suppressed' });
    const shrinking = { ...full, proposed: { prefill: 0, decode: null } };
    expect(applyPowerBudget(shrinking)).toMatchObject({ prefill: 0, reason: null });
  });

  test('leaves roles without a known power cap alone', () => {
    const unknown = { ...rebalance, wattsPerReplica: { prefill: null, decode: null }, totalWatts: 0 };
    expect(applyPowerBudget(unknown)).toMatchObject({ prefill: 4, decode: 1, reason: null });
  });
});

describe('the shared budget of 2026-08', () => {
  const pool = (deployment: string, role: string, current: number, gpusPerReplica = 1): GpuPool => ({
    ...{ deployment, role, current, gpusPerReplica },
  });
  const intent = (deployment: string, role: string, desired: number, seenAtSeconds = 1000) => ({
    ...{ deployment, role, desired, seenAtSeconds },
  });
  const four: SharedBudget = {
    band: { minGpus: 4, maxGpus: 4 },
    ...{ intentTtlSeconds: 360, nowSeconds: 1000 },
    pools: [pool('a', 'decode', 2), pool('b', 'decode', 2)],
    intents: [],
  };
  const more = { deployment: 'b', targets: [{ role: 'decode', desired: 3 }] };

  test('pairs a request with what another wanted to give up, while that is fresh', () => {
    const released = { deployment: 'a', role: 'decode', desired: 1 };
    for (const seen of [1000, 640]) {
      expect(mediate(more, { ...four, intents: [intent('a', 'decode', 1, seen)] })).toEqual({
        kind: 'approved',
        partners: [released],
      });
    }
    expect(mediate(more, { ...four, intents: [intent('a', 'decode', 1, 639)] })).toEqual({
      kind: 'rejected',
      message: 'GPU budget breach: total 5 exceeds ceiling (4); no feasible pair packing',
    });
  });

  test('takes no more of a partner than the band allows', () => {
    const pools = [pool('a', 'decode', 4), pool('b', 'decode', 4), pool('c', 'decode', 4)];
    const budget = { ...four, band: { minGpus: 12, maxGpus: 12 }, pools };
    const intents = [intent('b', 'decode', 3), intent('c', 'decode', 0)];
    expect(mediate({ deployment: 'a', targets: [{ role: 'decode', desired: 5 }] }, { ...budget, intents })).toEqual({
      kind: 'approved',
      partners: [
        { deployment: 'b', role: 'decode', desired: 3 },
        { deployment: 'c', role: 'decode', desired: 3 },
      ],
    });
  });

  test('asks its own deployment first, then the smallest change', () => {
    const pools = [pool('a', 'decode', 4), pool('b', 'prefill', 4), pool('b', 'decode', 4), pool('c', 'decode', 4)];
    const intents = [intent('a', 'decode', 2), intent('c', 'decode', 3), intent('b', 'prefill', 1)];
    const request = { deployment: 'b', targets: [{ role: 'decode', desired: 12 }] };
    const decided = mediate(request, { ...four, band: { minGpus: -1, maxGpus: 18 }, pools, intents });
    expect(decided).toMatchObject({
      partners: [{ deployment: 'b' }, { deployment: 'c' }, { deployment: 'a' }],
    });
  });

  test('tolerates a rest below the floor only where something grows and something shrinks', () => {
    const pools = [pool('a', 'prefill', 3, 2), pool('a', 'decode', 2, 1)];
    const band = { minGpus: 8, maxGpus: 8 };
    const both = {
      deployment: 'a',
      targets: [
        { role: 'prefill', desired: 2 },
        { role: 'decode', desired: 3 },
      ],
    };
    expect(mediate(both, { ...four, band, pools })).toEqual({ kind: 'approved', partners: [] });
    const one = { deployment: 'a', targets: [{ role: 'decode', desired: 1 }] };
    expect(mediate(one, { ...four, band, pools })).toMatchObject({
      message: 'GPU budget breach: total 7 below floor (8); no feasible pair packing',
    });
  });

  test('takes the tolerance from the pools that change, however large others are', () => {
    const pools = [pool('a', 'decode', 4, 1), pool('b', 'decode', 2, 1), pool('c', 'decode', 1, 4)];
    const band = { minGpus: 10, maxGpus: 10 };
    const request = { deployment: 'a', targets: [{ role: 'decode', desired: 1 }] };
    const intents = [intent('b', 'decode', 3)];
    expect(mediate(request, { ...four, band, pools, intents })).toMatchObject({ kind: 'rejected' });
  });

  test('approves everything without bounds, and what it knows no pool of', () => {
    const open = { ...four, band: { minGpus: -1, maxGpus: -1 }, intents: [intent('a', 'decode', 1)] };
    expect(mediate(more, open)).toEqual({ kind: 'approved', partners: [] });
    const unknown = { deployment: 'x', targets: [{ role: 'decode', desired: 99 }] };
    expect(mediate(unknown, four)).toEqual({ kind: 'approved', partners: [] });
  });

  test('never exceeds the ceiling, and never asks a partner for more than it wanted', () => {
    const pools = fc.array(fc.record({ current: fc.integer({ min: 0, max: 6 }), gpus: fc.constantFrom(1, 2, 4) }), {
      minLength: 2,
      maxLength: 5,
    });
    const wishes = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(
        pools,
        wishes,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: -1, max: 40 }),
        (drawn, want, maxGpus, minGpus) => {
          const all = drawn.map(({ current, gpus: each }, index) => pool(`d${index}`, 'decode', current, each));
          const intents = all.map(({ deployment, role }, index) => intent(deployment, role, want[index] ?? 0));
          const request = { deployment: 'd0', targets: [{ role: 'decode', desired: want[0] ?? 0 }] };
          const decided = mediate(request, { ...four, band: { minGpus, maxGpus }, pools: all, intents });
          if (decided.kind === 'rejected') return;
          const granted = new Map(decided.partners.map((one) => [one.deployment, one.desired]));
          granted.set('d0', want[0] ?? 0);
          const total = all.reduce(
            (sum, one) => sum + (granted.get(one.deployment) ?? one.current) * one.gpusPerReplica,
            0,
          );
          expect(total).toBeLessThanOrEqual(maxGpus);
          all.forEach(({ deployment, current }, index) => {
            if (index === 0 || !granted.has(deployment)) return;
            const [got, wanted] = [granted.get(deployment) ?? current, want[index] ?? 0];
            expect(Math.sign(got - current)).toBe(Math.sign(wanted - current));
            expect(Math.abs(got - current)).toBeLessThanOrEqual(Math.abs(wanted - current));
          });
        },
      ),
    );
  });
});

const REQUEST: CapacityRequest = {
  ...{ islTokens: 3000, oslTokens: 300, kvHitRate: Number.NaN, acceptLength: 1 },
  ...{ ttftSeconds: 0.5, itlSeconds: 0.02, prefers: 'throughput' },
};

const time = linearForwardPass({
  ...{ constantMs: 4, prefillTokenMs: 0.02, decodeRequestMs: 0.05, decodeKvTokenMs: 2e-5 },
});
const limits = { maxBatchedTokens: 8192, maxSequences: 256, maxKvTokens: 1_000_000 };

describe('the capacity of an engine as of 2026-08', () => {
  const capacity = (role: EngineRole, change: Partial<CapacityRequest> = {}) =>
    engineCapacity(role, time, limits, { ...REQUEST, ...change });

  test('is that of the best batch within the targets, and says where none is', () => {
    expect(capacity('decode', { ttftSeconds: undefined })).toMatchObject({ meetsTargets: true });
    const slow = capacity('aggregated', { ttftSeconds: 0.001 });
    expect(slow).toMatchObject({ meetsTargets: false });
    expect(slow?.requestsPerSecond).toBeGreaterThan(0);
    // A role that has no such latency cannot meet a target for it.
    expect(capacity('decode')).toMatchObject({ meetsTargets: false, ttftSeconds: undefined });
  });

  test('prefills a prompt longer than a pass alone, in full passes and a rest', () => {
    const long = capacity('prefill', { islTokens: 20_000, itlSeconds: undefined });
    expect(long?.ttftSeconds).toBeCloseTo((2 * (4 + 8192 * 0.02) + 4 + 3616 * 0.02) / 1000, 12);
    expect(long?.requestsPerSecond).toBeCloseTo(1 / (long?.ttftSeconds ?? 0), 12);
  });

  test('is missing without a prompt, without output where it decodes, or without room for one request', () => {
    expect(capacity('prefill', { islTokens: 0 })).toBeUndefined();
    expect(capacity('decode', { oslTokens: 0 })).toBeUndefined();
    expect(capacity('aggregated', { oslTokens: 0 })).toBeUndefined();
    expect(capacity('prefill', { oslTokens: 0 })).toBeDefined();
    expect(capacity('decode', { islTokens: 1_000_001 })).toBeUndefined();
    expect(capacity('aggregated', { islTokens: 20_000, oslTokens: 1 })).toBeUndefined();
  });

  test('counts at most 95 % of a prompt as cached, and an unknown or negative share as none', () => {
    const none = capacity('prefill', { kvHitRate: 0 });
    expect(capacity('prefill', { kvHitRate: Number.NaN })).toEqual(none);
    expect(capacity('prefill', { kvHitRate: -1 })).toEqual(none);
    expect(capacity('prefill', { kvHitRate: 1 })).toEqual(capacity('prefill', { kvHitRate: 0.95 }));
  });

  test('takes the smallest of equal batches when latency counts', () => {
    const twoRanks = engineCapacity('prefill', acrossRanks(time, 2), limits, {
      ...{ ...REQUEST, islTokens: 1, itlSeconds: undefined, prefers: 'latency' },
    });
    // One token on each of two ranks takes as long as one alone.
    expect(twoRanks?.requestsPerSecond).toBeCloseTo(1000 / 4.02, 9);
  });

  test('falls with the length of prompts and outputs, and rises with what a cache holds', () => {
    const lengths = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(lengths, lengths, fc.integer({ min: 1, max: 2000 }), (isl, osl, longer) => {
        const short = capacity('decode', {
          islTokens: isl,
          oslTokens: osl,
          ttftSeconds: undefined,
          itlSeconds: undefined,
        });
        const long = capacity('decode', {
          ...{ islTokens: isl + longer, oslTokens: osl, ttftSeconds: undefined, itlSeconds: undefined },
        });
        expect(long?.requestsPerSecond).toBeLessThanOrEqual((short?.requestsPerSecond ?? 0) * 1.000001);
      }),
    );
  });

  test('splits a pass over ranks as evenly as whole numbers allow', () => {
    const seen: number[] = [];
    acrossRanks(({ prefillTokens }) => {
      seen.push(prefillTokens);
      return prefillTokens;
    }, 3)({ prefillTokens: 8, decodeRequests: 0, decodeKvTokens: 0 });
    expect(seen).toEqual([3, 3, 2]);
  });
});

describe('throughput scaling of 2026-08', () => {
  const engine: ThroughputEngine = { time, limits, gpusPerReplica: 1 };
  const input: ThroughputInput = {
    engines: { mode: 'disagg', prefill: engine, decode: engine },
    prediction: { requestCount: 60_000, islTokens: 2999.2, oslTokens: 299.7, kvHitRate: Number.NaN, acceptLength: 1 },
    windowSeconds: 180,
    sla: { ttftMs: 500, itlMs: 20 },
    ...{ minPrefill: 1, minDecode: 1, bounds: false },
    band: { minGpus: -1, maxGpus: -1 },
  };

  test('sizes each role for its own target, with lengths rounded up', () => {
    const decided = decideThroughput(input);
    const rate = engineCapacity('prefill', time, limits, { ...REQUEST, itlSeconds: undefined })?.requestsPerSecond ?? 0;
    expect(decided).toMatchObject({
      kind: 'scale',
      prefill: { replicas: Math.ceil(60_000 / 180 / rate), requestsPerSecond: rate },
    });
  });

  test('fits a proposal into the band, and leaves a lower bound as it is', () => {
    const band = { minGpus: -1, maxGpus: 16 };
    const scaled = decideThroughput({ ...input, band });
    const bounded = decideThroughput({ ...input, band, bounds: true });
    if (scaled.kind !== 'scale' || bounded.kind !== 'lower-bound') throw new Error('both are sized');
    expect((scaled.prefill?.replicas ?? 0) + (scaled.decode?.replicas ?? 0)).toBeLessThanOrEqual(16);
    expect((bounded.prefill?.replicas ?? 0) + (bounded.decode?.replicas ?? 0)).toBeGreaterThan(16);
  });

  test('sizes both roles of a pair or neither', () => {
    const halves = { mode: 'disagg', prefill: undefined, decode: engine } as const;
    expect(decideThroughput({ ...input, engines: halves })).toMatchObject({
      ...{ kind: 'not-ready', prefill: undefined, decode: { replicas: expect.any(Number) } },
    });
    expect(decideThroughput({ ...input, engines: { mode: 'agg', engine: undefined } })).toMatchObject({
      kind: 'not-ready',
    });
  });

  test('decides nothing on a window without length or a count that is none', () => {
    for (const windowSeconds of [0, -1, Number.NaN]) {
      expect(decideThroughput({ ...input, windowSeconds })).toEqual({ kind: 'no-traffic-data' });
    }
    const prediction = { ...input.prediction, requestCount: Number.NaN };
    expect(decideThroughput({ ...input, prediction })).toEqual({ kind: 'no-traffic-data' });
  });

  test('falls back to the floors when nothing, or less than nothing, is forecast', () => {
    for (const requestCount of [0, -50]) {
      const decided = decideThroughput({ ...input, prediction: { ...input.prediction, requestCount }, minDecode: 3 });
      expect(decided).toMatchObject({ prefill: { replicas: 1 }, decode: { replicas: 3 } });
    }
  });
});

describe('load prediction of 2026-08', () => {
  const idle = {
    requestCount: 0,
    islTokens: Number.NaN,
    oslTokens: 0,
    kvHitRate: Number.NaN,
    acceptLength: Number.NaN,
  };
  const busy = { ...idle, requestCount: 100, islTokens: 3000, oslTokens: 300 };
  const noise = { levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 };

  test('repeats the last lengths while nobody asks for anything, so that they are never learned as 0', () => {
    const forecaster = [idle, busy, idle, idle].reduce(observeWindow, startForecaster({ kind: 'constant' }, 0));
    expect(predictLoad(forecaster).prediction).toEqual({
      ...{ requestCount: 0, islTokens: 3000, oslTokens: 300, kvHitRate: Number.NaN, acceptLength: 1 },
    });
  });

  test('leaves lengths out that were not measured', () => {
    const blind = { ...busy, requestCount: 50, islTokens: Number.NaN, oslTokens: Number.POSITIVE_INFINITY };
    const forecaster = [busy, blind].reduce(observeWindow, startForecaster({ kind: 'constant' }, 0));
    expect(predictLoad(forecaster).prediction).toMatchObject({ requestCount: 50, islTokens: 3000, oslTokens: 300 });
    expect(forecaster.islTokens.series.length).toBe(1);
  });

  test('counts a window whose requests nobody counted as idle', () => {
    const uncounted = { ...busy, requestCount: Number.NaN, islTokens: 9000 };
    const forecaster = [busy, uncounted].reduce(observeWindow, startForecaster({ kind: 'constant' }, 0));
    expect(predictLoad(forecaster).prediction).toMatchObject({ requestCount: 0, islTokens: 3000 });
  });

  test('keeps the last hit rate and accept length that were measured, the latter within what is drafted', () => {
    const measured = { ...busy, kvHitRate: 0.4, acceptLength: 9 };
    const forecaster = [measured, busy].reduce(observeWindow, startForecaster({ kind: 'constant' }, 2));
    expect(predictLoad(forecaster).prediction).toMatchObject({ kvHitRate: 0.4, acceptLength: 3 });
    const plain = observeWindow(startForecaster({ kind: 'constant' }, 0), measured);
    expect(predictLoad(plain).prediction.acceptLength).toBe(1);
  });

  test('lets a filter speak only after its first points', () => {
    const counts = [100, 200, 300, 400, 500];
    let forecaster = startForecaster({ kind: 'kalman', log1p: false, noise, minPoints: 5 }, 0);
    const predicted = counts.map((requestCount) => {
      const next = predictLoad(observeWindow(forecaster, { ...busy, requestCount }));
      forecaster = next.forecaster;
      return next.prediction.requestCount;
    });
    expect(predicted.slice(0, 4)).toEqual([100, 200, 300, 400]);
    expect(predicted[4]).toBeCloseTo(599.478225545025, 9);
  });

  test('skips idling after a warm-up, as before any traffic', () => {
    const warm = warmUp(startForecaster({ kind: 'constant' }, 0), [busy, { ...busy, requestCount: 200 }]);
    const forecaster = [idle, idle].reduce(observeWindow, warm);
    expect(predictLoad(forecaster).prediction).toMatchObject({ requestCount: 200, islTokens: 3000 });
  });

  test('assumes the limits that Dynamo does where an engine publishes none', () => {
    expect(UNPUBLISHED_LIMITS).toEqual({ maxBatchedTokens: 8192, maxSequences: 512, maxKvTokens: 2_000_000 });
  });
});

describe('merging as of 2026-08', () => {
  const override = (proposer: string, priority: number, roles: readonly RoleProposal[], isFinal = false): Proposal => ({
    ...{ proposer, priority, answer: { kind: 'override', isFinal, roles } },
  });
  const wish = (kind: RoleProposal['kind'], role: string, replicas: number | null): RoleProposal => ({
    ...{ kind, role, replicas },
  });
  const baseline = new Map([['prefill', 5]]);

  test('a floor is stronger than a ceiling, and both than a recommendation', () => {
    const bounds = [
      override('floor', 2, [wish('at-least', 'prefill', 6)]),
      override('cap', 1, [wish('at-most', 'prefill', 4)]),
    ];
    const set = override('setter', 3, [wish('set', 'prefill', 5)]);
    expect(mergeProposals([set, ...bounds], baseline, true)).toEqual({
      ...{ kind: 'merged', targets: [{ role: 'prefill', replicas: 6 }], finalFrom: undefined, droppedRoles: [] },
      clamped: [{ role: 'prefill', bound: 'floor', proposer: 'floor' }],
    });
    expect(mergeProposals([set, ...bounds.slice(1)], baseline, true)).toMatchObject({
      clamped: [{ bound: 'ceiling', proposer: 'cap' }],
    });
  });

  test('the recommendation of lowest number wins, the first of equals', () => {
    const named = (proposer: string, priority: number, replicas: number) =>
      override(proposer, priority, [wish('set', 'prefill', replicas)]);
    const targets = (...proposals: readonly Proposal[]) => {
      const merged = mergeProposals(proposals, baseline, true);
      return merged.kind === 'merged' ? merged.targets.map(({ replicas }) => replicas) : [];
    };
    expect(targets(named('a', 100, 5), named('b', 10, 50))).toEqual([50]);
    expect(targets(named('a', 10, 5), named('b', 10, 50))).toEqual([5]);
    expect(targets(named('a', 10, 5), override('b', 1, [wish('set', 'prefill', null)]))).toEqual([5]);
  });

  test('a rejection ends it, whoever else spoke', () => {
    const reject: Proposal = { proposer: 'safety', priority: 9, answer: { kind: 'reject', reason: 'no' } };
    const final = override('boss', 0, [wish('set', 'prefill', 9)], true);
    expect(mergeProposals([final, reject], baseline, true)).toEqual({
      kind: 'rejected',
      proposer: 'safety',
      reason: 'no',
    });
  });

  test('a final override is taken as it is, and roles that it does not name keep their count', () => {
    const both = new Map([
      ['prefill', 5],
      ['decode', 3],
    ]);
    const final = override('boss', 5, [wish('at-most', 'prefill', 8)], true);
    expect(mergeProposals([override('a', 0, [wish('set', 'decode', 9)]), final], both, true)).toMatchObject({
      targets: [
        { role: 'prefill', replicas: 8 },
        { role: 'decode', replicas: 3 },
      ],
      finalFrom: 'boss',
    });
  });

  test('a stage that only bounds leaves numbers out, and says so', () => {
    const set = override('a', 1, [wish('set', 'prefill', 9), wish('at-most', 'decode', 2)]);
    expect(mergeProposals([set], baseline, false)).toMatchObject({
      targets: [
        { role: 'decode', replicas: 0 },
        { role: 'prefill', replicas: 5 },
      ],
      droppedRoles: ['prefill'],
    });
  });

  const answer = (
    predictor: string,
    priority: number,
    numbers: Readonly<Record<string, number | null>>,
    isFinal = false,
  ) => ({
    ...{ predictor, priority, isFinal, reason: `by ${predictor}` },
    prediction: new Map(Object.entries(numbers)),
  });

  test('the first to predict a number is heard, and a final answer stops the rest', () => {
    const first = answer('first', 1, { isl: 10, osl: null });
    const second = answer('second', 2, { isl: 99, osl: 20 }, true);
    const third = answer('third', 3, { osl: 99, hits: 1 });
    expect(mergePredictions([third, second, first])).toEqual({
      prediction: new Map([
        ['isl', 10],
        ['osl', 20],
      ]),
      ...{ finalFrom: 'second', isFinalLate: true, reasons: ['by first', 'by second'] },
    });
    expect(mergePredictions([])).toEqual({
      ...{ prediction: undefined, finalFrom: undefined, isFinalLate: false, reasons: [] },
    });
  });
});
