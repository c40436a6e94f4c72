import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  aggregatedSlaSignal,
  boundedThresholds,
  coversWorkers,
  decidePairLoad,
  decideRoleLoad,
  decodeSlaSignal,
  decodeThresholdSignal,
  LATENCY_THRESHOLDS,
  type LoadRole,
  type LoadSignal,
  leadingReason,
  linearForwardPass,
  meanOf,
  observeShape,
  prefillSlaSignal,
  prefillThresholdSignal,
  type QueueLoad,
  type RankLoad,
  type SlaContext,
  THROUGHPUT_THRESHOLDS,
  UNKNOWN_SHAPE,
  UNPUBLISHED_LIMITS,
} from '../../planner/index.ts';

const NOTHING: QueueLoad = { prefillRequests: 0, prefillTokens: 0, decodeRequests: 0, decodeKvTokens: 0 };

function rank(
  worker: string,
  load: { scheduled?: Partial<QueueLoad>; queued?: Partial<QueueLoad> },
  dpRank = 0,
): RankLoad {
  return { worker, rank: dpRank, scheduled: { ...NOTHING, ...load.scheduled }, queued: { ...NOTHING, ...load.queued } };
}

const waiting = (worker: string, prefillTokens: number) => rank(worker, { queued: { prefillTokens } });
const holding = (worker: string, decodeKvTokens: number) => rank(worker, { scheduled: { decodeKvTokens } });

describe('the thresholds of load scaling', () => {
  const prefill = (tokens: readonly number[], thresholds = THROUGHPUT_THRESHOLDS) =>
    prefillThresholdSignal(
      tokens.map((each, index) => waiting(`w${index}`, each)),
      tokens.length,
      1000,
      thresholds,
    );
  const decode = (tokens: readonly number[], thresholds = THROUGHPUT_THRESHOLDS) =>
    decodeThresholdSignal(
      tokens.map((each, index) => holding(`w${index}`, each)),
      tokens.length,
      1000,
      thresholds,
      false,
    );

  test('grow a role for any worker, and shrink it for all of them', () => {
    expect([prefill([1000, 0]), prefill([999, 0]), prefill([99, 99]), prefill([100, 0])]).toEqual([
      ...['up', 'stay', 'down', 'stay'],
    ]);
    expect([decode([1001, 0]), decode([1000, 0]), decode([599, 599]), decode([600, 0])]).toEqual([
      ...['up', 'stay', 'down', 'stay'],
    ]);
  });

  test('are tighter where latency counts', () => {
    expect([prefill([100, 0], LATENCY_THRESHOLDS), prefill([0, 0], LATENCY_THRESHOLDS)]).toEqual(['up', 'down']);
    expect([decode([401, 0], LATENCY_THRESHOLDS), decode([99, 99], LATENCY_THRESHOLDS)]).toEqual(['up', 'down']);
  });

  test("may be the user's own, and then include their ends", () => {
    const own = boundedThresholds({
      ...{ prefillUpTokens: 4000, prefillDownTokens: 500, decodeUpPercent: 80, decodeDownPercent: 30 },
    });
    expect([prefill([4000, 0], own), prefill([500, 500], own), prefill([501, 0], own)]).toEqual(['up', 'down', 'stay']);
    expect([decode([800, 0], own), decode([300, 300], own), decode([301, 0], own)]).toEqual(['up', 'down', 'stay']);
    expect(prefillThresholdSignal([waiting('a', 4000)], 1, undefined, own)).toBe('up');
  });

  test('never shrink the last worker, and say what they cannot compare', () => {
    expect(prefill([0])).toBe('stay');
    expect(prefillThresholdSignal([waiting('a', 9000)], 1, undefined, THROUGHPUT_THRESHOLDS)).toBe('missing');
    expect(decodeThresholdSignal([holding('a', 9000)], 1, 0, THROUGHPUT_THRESHOLDS, false)).toBe('missing');
    expect(decodeThresholdSignal([], 0, 1000, THROUGHPUT_THRESHOLDS, false)).toBe('missing');
  });

  test('count waiting prompts as cache where a worker prefills too', () => {
    const worker = rank('a', { scheduled: { decodeKvTokens: 600 }, queued: { prefillTokens: 401 } });
    expect(decodeThresholdSignal([worker], 1, 1000, THROUGHPUT_THRESHOLDS, true)).toBe('up');
    expect(decodeThresholdSignal([worker], 1, 1000, THROUGHPUT_THRESHOLDS, false)).toBe('stay');
  });
});

describe('the SLA estimates of load scaling', () => {
  const shape = observeShape(UNKNOWN_SHAPE, [
    rank('a', { scheduled: { prefillRequests: 2, prefillTokens: 6000, decodeRequests: 10, decodeKvTokens: 30_000 } }),
  ]);
  const context: SlaContext = {
    ready: 2,
    time: linearForwardPass({ constantMs: 4, prefillTokenMs: 0.02, decodeRequestMs: 0.05, decodeKvTokenMs: 2e-5 }),
    limits: UNPUBLISHED_LIMITS,
    shape,
    ...{ kvHitRate: Number.NaN, acceptLength: 1, targetSeconds: 0.5, sensitivity: 0.8 },
  };
  const itl: SlaContext = { ...context, targetSeconds: 0.02 };

  test('grow a role when every worker would miss its target, so that one slow worker changes nothing', () => {
    expect(prefillSlaSignal([waiting('a', 40_000), waiting('b', 40_000)], context).signal).toBe('up');
    expect(prefillSlaSignal([waiting('a', 40_000), waiting('b', 0)], context).signal).toBe('refused');
  });

  test('shrink it only if the others could take over within a share of the target', () => {
    const busy = [waiting('a', 5000), waiting('b', 5000)];
    expect(prefillSlaSignal(busy, context).signal).toBe('down');
    expect(prefillSlaSignal(busy, { ...context, sensitivity: 0.1 }).signal).toBe('refused');
    expect(prefillSlaSignal(busy, { ...context, sensitivity: 0 }).signal).toBe('refused');
    expect(prefillSlaSignal(busy.slice(0, 1), { ...context, ready: 1 }).signal).toBe('stay');
  });

  test('refuse to fill a cache beyond what it holds', () => {
    const half = [holding('a', 60_000), holding('b', 60_000)];
    const small = { ...itl, limits: { ...UNPUBLISHED_LIMITS, maxKvTokens: 120_000 } };
    expect(decodeSlaSignal(half, itl).signal).toBe('down');
    expect(decodeSlaSignal(half, small).signal).toBe('refused');
  });

  test('report the slowest worker', () => {
    const { worstSeconds } = decodeSlaSignal([holding('a', 10_000), holding('b', 40_000)], itl);
    expect(worstSeconds).toBeCloseTo((4 + 0.05 + 2e-5 * 43_000) / 1000, 12);
  });

  test('let drafted tokens shorten an iteration', () => {
    const load = [holding('a', 400_000)];
    expect(decodeSlaSignal(load, { ...itl, acceptLength: 2 }).worstSeconds).toBeCloseTo(
      decodeSlaSignal(load, itl).worstSeconds / 2,
      12,
    );
  });

  test('grow workers that do both for either latency, and shrink them for both', () => {
    const idle = [holding('a', 0), holding('b', 0)];
    const short = { ...context, shape: UNKNOWN_SHAPE };
    const shortItl = { ...itl, shape: UNKNOWN_SHAPE };
    expect(aggregatedSlaSignal(idle, short, shortItl).signal).toBe('down');
    expect(aggregatedSlaSignal(idle, short, { ...shortItl, sensitivity: 0 }).signal).toBe('refused');
    expect(aggregatedSlaSignal(idle, short, { ...shortItl, targetSeconds: 0.001 }).signal).toBe('up');
    const queued = [waiting('a', 40_000), waiting('b', 40_000)];
    expect(aggregatedSlaSignal(queued, short, shortItl).signal).toBe('up');
  });

  test('take the next request to be like the last 64 reports, idle ones included once there was traffic', () => {
    const busy = rank('a', { scheduled: { prefillRequests: 1, prefillTokens: 640 } });
    const idle = rank('a', {});
    expect(meanOf(observeShape(UNKNOWN_SHAPE, [idle, idle, busy]).islTokens)).toBe(640);
    expect(meanOf(observeShape(UNKNOWN_SHAPE, [busy, idle]).islTokens)).toBe(320);
    const many = Array.from({ length: 64 }, () => idle);
    expect(meanOf(observeShape(UNKNOWN_SHAPE, [busy, ...many]).islTokens)).toBe(0);
    expect(meanOf(UNKNOWN_SHAPE.islTokens)).toBe(0);
  });
});

describe('the decision of load scaling', () => {
  const role = (signal: LoadSignal, change: Partial<LoadRole> = {}): LoadRole => {
    const ready = change.ready ?? 2;
    return {
      ...{ ready, expected: ready, isScaling: false, gpusPerReplica: 1, minReplicas: 1, throughputBound: 0 },
      reports: Array.from({ length: ready }, (_, index) => waiting(`w${index}`, 0)),
      signalOf: () => signal,
      ...change,
    };
  };
  const open = { minGpus: -1, maxGpus: -1 };

  test('moves each role by one replica', () => {
    expect(decidePairLoad(role('up'), role('down'), open)).toEqual({
      ...{ kind: 'decided', changes: true },
      prefill: { replicas: 3, reason: 'scale-up' },
      decode: { replicas: 1, reason: 'scale-down' },
    });
  });

  test('holds both roles while either is rolling out, or their reports do not cover the workers', () => {
    const held = (why: string) => ({ kind: 'held', why });
    expect(decidePairLoad(role('up', { isScaling: true }), role('up'), open)).toEqual(held('scaling-in-progress'));
    expect(decidePairLoad(role('up'), role('up', { expected: 3 }), open)).toEqual(held('scaling-in-progress'));
    expect(decidePairLoad(role('up', { reports: [waiting('w0', 0)] }), role('up'), open)).toEqual(
      held('worker-count-mismatch'),
    );
    const silent = { reports: undefined };
    expect(decidePairLoad(role('up', silent), role('up', silent), open)).toEqual(held('no-reports'));
    expect(decideRoleLoad(role('up', { reports: [] }), open)).toEqual(held('no-reports'));
  });

  test('keeps a role without reports', () => {
    expect(decidePairLoad(role('up'), role('down', { reports: undefined }), open)).toMatchObject({
      ...{ prefill: { replicas: 3 }, decode: { replicas: 2, reason: 'no-change' } },
    });
  });

  test('stays at or above what throughput scaling asks for', () => {
    const bounded = role('down', { throughputBound: 2 });
    expect(decideRoleLoad(bounded, open)).toEqual({
      ...{ kind: 'decided', changes: false, role: { replicas: 2, reason: 'capped-by-throughput' } },
    });
    expect(decideRoleLoad(role('down', { throughputBound: 5 }), open)).toMatchObject({ role: { replicas: 5 } });
    expect(decideRoleLoad(role('down', { minReplicas: 2 }), open)).toMatchObject({ role: { reason: 'no-change' } });
  });

  test('says why nothing changed, but only where nothing did', () => {
    expect(decidePairLoad(role('refused'), role('missing'), open)).toMatchObject({
      ...{ changes: false, prefill: { reason: 'refused' }, decode: { reason: 'missing' } },
    });
    expect(decidePairLoad(role('refused'), role('up'), open)).toMatchObject({ prefill: { reason: 'no-change' } });
  });

  test('lets the change that adds capacity speak for a pair', () => {
    expect(leadingReason(['scale-down', 'scale-up'])).toBe('scale-up');
    expect(leadingReason(['scale-down', 'capped-by-throughput'])).toBe('capped-by-throughput');
    expect(leadingReason(['no-change', 'refused'])).toBe('refused');
  });

  test('never exceeds a GPU ceiling, whatever the workers say', () => {
    const signal = fc.constantFrom<LoadSignal>('up', 'down', 'stay', 'refused', 'missing');
    const ready = fc.integer({ min: 0, max: 9 });
    const size = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(
        signal,
        signal,
        ready,
        ready,
        size,
        size,
        fc.integer({ min: 0, max: 60 }),
        (p, d, np, nd, gp, gd, maxGpus) => {
          const decided = decidePairLoad(
            role(p, { ready: np, gpusPerReplica: gp }),
            role(d, { ready: nd, gpusPerReplica: gd }),
            { minGpus: -1, maxGpus },
          );
          if (decided.kind === 'held') return;
          expect(decided.prefill.replicas * gp + decided.decode.replicas * gd).toBeLessThanOrEqual(maxGpus);
        },
      ),
    );
  });
});

describe('the reports of the workers', () => {
  const reports = (...pairs: readonly (readonly [string, number])[]) =>
    pairs.map(([worker, dpRank]) => ({ worker, rank: dpRank }));

  test('cover a deployment when there are as many workers as are ready, with the same ranks', () => {
    expect(coversWorkers(reports(['a', 0], ['a', 1], ['b', 0], ['b', 1]), 2)).toBe(true);
    expect(coversWorkers(reports(['a', 0], ['a', 1], ['b', 0]), 2)).toBe(false);
    expect(coversWorkers(reports(['a', 0], ['b', 1]), 2)).toBe(false);
    expect(coversWorkers(reports(['a', 0]), 2)).toBe(false);
    expect(coversWorkers([], 0)).toBe(true);
  });
});
