import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { slaStrategy } from '../../api/index.ts';
import { families } from '../../planner/backtest/choice/index.ts';
import {
  arrivalSettings,
  judgedMinutes,
  LEAST_MINUTES,
  plausibleHistory,
  worstOfSeeds,
} from '../../planner/backtest/graph/index.ts';
import { measuredSince } from '../../planner/backtest/outcome/index.ts';
import type { Policy, PolicyMoment } from '../../planner/backtest/policies/index.ts';
import type { PolicyResult, ReplayResult } from '../../planner/backtest/replay/index.ts';
import { withinGpus } from '../../planner/backtest/what-if/index.ts';
import type { TrafficSeries } from '../../planner/index.ts';

describe('the stretch that is judged', () => {
  test('is the newest, at most as long as asked for, and leaves a third of the history', () => {
    fc.assert(
      fc.property(fc.integer({ min: LEAST_MINUTES, max: 100_000 }), fc.integer({ min: 1, max: 99 }), (all, days) => {
        const { from, to } = judgedMinutes(all, days);
        expect(to).toBe(all);
        expect(from).toBeGreaterThanOrEqual(all / 3);
        expect(to - from).toBeGreaterThanOrEqual(60);
        expect(to - from).toBeLessThanOrEqual(days * 1440);
        expect((to - from) % (to - from >= 1440 ? 1440 : 60)).toBe(0);
      }),
    );
  });

  test('is seven of fourteen days, and four of a week', () => {
    expect(judgedMinutes(14 * 1440, 7)).toEqual({ from: 7 * 1440, to: 14 * 1440 });
    expect(judgedMinutes(7 * 1440, 7)).toEqual({ from: 3 * 1440, to: 7 * 1440 });
  });
});

describe('the policies that are compared', () => {
  test('each have a name of their own that a command line can hold', () => {
    const all = families({ changesPerDay: 24, latePrice: undefined });
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9.-]+$/);
    // Settings are tried side by side, and are told apart by their names.
    const tried = all.flatMap(({ settings }) => settings.map(({ policy }) => policy.name));
    expect(new Set(tried).size).toBe(tried.length);
  });
});

describe('of several seeds', () => {
  const result = (name: string, attainment: number, gpuHours: number): PolicyResult =>
    ({ name, attainment, gpuHours }) as PolicyResult;
  const replayed = (...policies: readonly PolicyResult[]): ReplayResult =>
    ({
      policies,
      frontier: [{ changesPerDay: 1, gpuHours: 10 * (policies[0]?.gpuHours ?? 0) }],
    }) as unknown as ReplayResult;

  test('each policy is shown with the one that was worst for it', () => {
    const worst = worstOfSeeds([
      replayed(result('a', 0.99, 10), result('b', 0.97, 20)),
      replayed(result('a', 0.98, 11), result('b', 0.99, 21)),
    ]);
    expect(worst.policies).toEqual([result('a', 0.98, 11), result('b', 0.97, 20)]);
    expect(worst.frontier[0]?.gpuHours).toBe(110);
  });

  test('that kept as much, the dearest is', () => {
    const worst = worstOfSeeds([replayed(result('a', 0.99, 10)), replayed(result('a', 0.99, 12))]);
    expect(worst.policies).toEqual([result('a', 0.99, 12)]);
  });
});

describe('a policy under a budget of GPUs', () => {
  const wants = (pair: { prefill: number; decode: number }): Policy => ({
    ...{ name: 'wish', label: 'wish', channel: 'git', everySeconds: 60 },
    start: () => ({ observe: () => undefined, decide: () => pair }),
  });
  const moment = { asked: { prefill: 1, decode: 1 } } as PolicyMoment;
  const count = fc.integer({ min: 1, max: 200 });
  const gpus = fc.integer({ min: 1, max: 8 });

  test('never asks for more GPUs, nor for more replicas than it wanted, and keeps one of each', () => {
    fc.assert(
      fc.property(
        count,
        count,
        gpus,
        gpus,
        fc.integer({ min: 16, max: 400 }),
        (prefill, decode, ofPrefill, ofDecode, max) => {
          const setup = { gpusPerReplica: { prefill: ofPrefill, decode: ofDecode } } as Parameters<Policy['start']>[0];
          const pair = withinGpus(wants({ prefill, decode }), max).start(setup).decide(moment);
          expect(pair.prefill * ofPrefill + pair.decode * ofDecode).toBeLessThanOrEqual(max);
          expect(pair.prefill).toBeLessThanOrEqual(prefill);
          expect(pair.decode).toBeLessThanOrEqual(decode);
          expect(Math.min(pair.prefill, pair.decode)).toBeGreaterThanOrEqual(1);
          if (prefill * ofPrefill + decode * ofDecode <= max) expect(pair).toEqual({ prefill, decode });
        },
      ),
    );
  });
});

describe('a history', () => {
  const minutes = (change: (counts: Float64Array, coverage: Float64Array) => void): TrafficSeries => {
    const counts = Float64Array.from({ length: 60 }, (_, index) => 50 + (index % 7));
    const coverage = new Float64Array(60).fill(1);
    change(counts, coverage);
    return {
      ...{ deployment: 'chat', namespace: 'llm', environment: 'prod', model: 'm', startMs: 0, bucketSeconds: 60 },
      ...{ length: 60, provenance: { source: 'a test', queries: {} } },
      columns: { requestCount: counts, coverage },
    };
  };
  const missing = ({ columns }: TrafficSeries) =>
    [...(columns.requestCount ?? [])].flatMap((count, index) => (Number.isNaN(count) ? [index] : []));

  test('that is sound stays as it is', () => {
    const series = minutes(() => undefined);
    expect(plausibleHistory(series, 0.8)).toEqual({ series, notes: [] });
  });

  test.each([0, 30, 59])('loses the count of a counter that was reset in minute %i, and says so', (at) => {
    const { series, notes } = plausibleHistory(
      minutes((counts) => counts.fill(40_000, at, at + 1)),
      0.8,
    );
    expect(missing(series)).toEqual([at]);
    expect(notes).toEqual([
      '1 bucket has more than 100 times the requests of any around, as where a counter was reset: not judged.',
    ]);
  });

  const lengths = (column: 'islTokens' | 'oslTokens', change: (cells: Float64Array) => void): TrafficSeries => {
    const { columns, ...series } = minutes(() => undefined);
    const cells = Float64Array.from({ length: 60 }, (_, index) => 300 + (index % 7));
    change(cells);
    return { ...series, columns: { ...columns, [column]: cells } };
  };

  test.each(['islTokens', 'oslTokens'] as const)(
    'loses a bucket of which nobody can have sent the mean %s',
    (column) => {
      const { series, notes } = plausibleHistory(
        lengths(column, (cells) => cells.fill(1e9, 30, 31)),
        0.8,
      );
      expect(missing(series)).toEqual([30]);
      expect(notes).toEqual([
        '1 bucket has a mean prompt or output more than 100 times as long as any around: not judged.',
      ]);
    },
  );

  test('keeps lengths that somebody may have sent: long ones among long ones, or the first real ones after checks', () => {
    const long = lengths('islTokens', (cells) => cells.fill(120_000, 0, 30));
    const first = lengths('islTokens', (cells) => cells.fill(1).fill(90_000, 40, 41));
    for (const series of [long, first]) expect(missing(plausibleHistory(series, 0.8).series)).toEqual([]);
  });

  test('keeps a burst that may be true', () => {
    const burst = minutes((counts) => counts.fill(4000, 30, 31));
    expect(missing(plausibleHistory(burst, 0.8).series)).toEqual([]);
  });

  test('loses buckets of which too few scrapes came in', () => {
    const { series, notes } = plausibleHistory(
      minutes((_, coverage) => coverage.fill(0.5, 10, 13)),
      0.8,
    );
    expect(missing(series)).toEqual([10, 11, 12]);
    expect(notes).toEqual(['3 buckets have less than 80 % of the scrapes: not judged.']);
  });
});

describe('arrivals', () => {
  const poissonLike: TrafficSeries = {
    ...{ deployment: 'chat', namespace: 'llm', environment: 'prod', model: 'm', startMs: 0, bucketSeconds: 60 },
    ...{ length: 90, provenance: { source: 'a test', queries: {} } },
    columns: { requestCount: Float64Array.from({ length: 90 }, (_, index) => (index % 2 === 0 ? 80 : 120)) },
  };

  test('are as bursty as neighbouring counts differ, within what sla takes for bursts', () => {
    // Half of 40² over a mean of 100 is 8.
    expect(arrivalSettings(poissonLike, { kind: 'fixed', replicas: {} })).toEqual({
      settings: { arrivalVariation: 4 },
      words:
        'The squared variation of the time between arrivals is 4: 8 measured over 89 pairs of buckets, kept within 1 and 4.',
    });
  });

  test('are as bursty as the config says', () => {
    const strategy = slaStrategy.parse({ kind: 'sla', profile: 'learned', arrivalVariation: 9, islVariation: 0.5 });
    expect(arrivalSettings(poissonLike, strategy).settings).toEqual({ arrivalVariation: 9, islVariation: 0.5 });
  });
});

describe('what came since a plan', () => {
  const series: TrafficSeries = {
    ...{
      deployment: 'chat',
      namespace: 'llm',
      environment: 'prod',
      model: 'm',
      startMs: 0,
      bucketSeconds: 60,
      length: 5,
    },
    columns: {
      requestCount: Float64Array.of(600, 60, 0, 120, Number.NaN),
      islTokens: Float64Array.of(100, 100, Number.NaN, 200, Number.NaN),
      oslTokens: Float64Array.of(10, 50, Number.NaN, 20, Number.NaN),
      ttftMs: Float64Array.of(900, 100, Number.NaN, 400, Number.NaN),
    },
    provenance: { source: 'a test', queries: {} },
  };

  test('is that of the buckets within the stretch, weighed by requests; gaps and idle buckets add nothing', () => {
    const since = measuredSince(series, 60_000, 300_000);
    expect(since).toMatchObject({
      requests: 180,
      highest: { prefillTokensPerSecond: 400, decodeTokensPerSecond: 50 },
      ttftMs: 300,
    });
    expect(since.itlMs).toBeNaN();
  });
});
