import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { History, ScalingRules } from '../../api/index.ts';
import { columnMean, makePlan, policyLimit, stabilized, type TrafficBucket } from '../../planner/index.ts';
import { heldOf, inputFor, numbersOf, planFor, rawOf, whyOf, wrongWith } from './strategy-fixture.ts';
import { busy, IDLE, msAt, NOTHING, series } from './traffic-fixture.ts';

const frontend = (rule: { readonly [field: string]: unknown }) => ({
  Frontend: { strategy: { kind: 'target', ...rule } },
});
const perReplica = (averageValue: number, more: object = {}) =>
  frontend({ metrics: [{ column: 'concurrency', averageValue }], ...more });

/** Five minutes and one with the same load, so that stabilisation has nothing to say. */
const steady = (change: Partial<TrafficBucket>) => Array.from({ length: 6 }, () => busy(change));

describe('a target for each replica', () => {
  test.each([
    // Two replicas, 100 each: 180 to 220 in flight are within the tolerance of 10 %.
    [180, 2],
    [200, 2],
    [220, 2],
    [221, 3],
    [179, 2],
    [100, 1],
    [390, 4],
  ])('of 100 requests in flight, at %d, gives %d replicas', (concurrency, expected) => {
    expect(rawOf(planFor({ services: perReplica(100), buckets: steady({ concurrency }) })).Frontend).toBe(expected);
  });

  test('says how it came about', () => {
    const plan = planFor({ services: perReplica(100), buckets: steady({ concurrency: 330 }) });
    expect(whyOf(plan, 'Frontend')).toBe('concurrency 330 ÷ 100 per replica = 3.3 → 4');
    expect(plan.targets.find(({ service }) => service === 'Frontend')?.reasons.slice(0, 2)).toEqual([
      {
        ...{ stage: 'observed', name: 'concurrency', value: 330 },
        explanation: 'concurrency in the 60 s to 2026-01-01T00:06:00Z',
      },
      {
        ...{ stage: 'demand', name: 'concurrencyReplicas', value: 4 },
        explanation: 'concurrency 330 ÷ 100 per replica = 3.3 → 4',
      },
    ]);
  });

  test('compares counts per second', () => {
    const services = frontend({ metrics: [{ column: 'requestCount', averageValue: 5 }] });
    expect(rawOf(planFor({ services, buckets: steady({ requestCount: 1200 }) })).Frontend).toBe(4);
  });

  test('takes a mean over its window', () => {
    const buckets = [busy({ concurrency: 100 }), busy({ concurrency: 500 })];
    const plan = planFor({ services: perReplica(100, { windowSeconds: 120 }), buckets });
    expect(rawOf(plan).Frontend).toBe(3);
  });

  test('does not take floating point for a replica', () => {
    // 2.1 ÷ 0.7 is 3.0000000000000004.
    const plan = planFor({ services: perReplica(0.7), buckets: steady({ concurrency: 2.1 }) });
    expect(rawOf(plan).Frontend).toBe(3);
  });
});

describe('a target for the metric itself', () => {
  const latency = frontend({ metrics: [{ column: 'ttftMs', value: 500 }] });

  test('changes the replicas that were ready in proportion', () => {
    expect(rawOf(planFor({ services: latency, buckets: steady({ ttftMs: 900 }) })).Frontend).toBe(4);
    const ready = planFor({ services: latency, buckets: steady({ ttftMs: 900, frontendReady: 3 }) });
    expect(rawOf(ready).Frontend).toBe(6);
    expect(whyOf(ready, 'Frontend')).toContain('ttftMs 900 × 3 replicas ÷ 500 = 5.4 → 6');
  });

  test('weighs latencies by requests', () => {
    const buckets = [busy({ requestCount: 900, ttftMs: 500 }), busy({ requestCount: 100, ttftMs: 5000 })];
    const services = frontend({ metrics: [{ column: 'ttftMs', value: 475 }], windowSeconds: 120 });
    expect(rawOf(planFor({ services, buckets })).Frontend).toBe(4);
  });

  test('has no say without traffic, and holds where it is alone', () => {
    expect(heldOf(planFor({ services: latency, buckets: [busy(), IDLE] }))).toEqual([
      'Frontend no-traffic: window of 60 s to 2026-01-01T00:02:00Z: ttftMs: no request completed',
    ]);
  });
});

describe('a target for the share of what is requested', () => {
  test('takes CPU requests from the manifest', () => {
    const services = frontend({ metrics: [{ column: 'frontendCpuCores', utilization: 0.5 }] });
    const plan = planFor({ services, buckets: steady({ frontendCpuCores: 3.4 }) });
    expect(rawOf(plan).Frontend).toBe(4);
    expect(whyOf(plan, 'Frontend')).toBe('frontendCpuCores 3.4 ÷ (2 requested per replica × 50 %) = 3.4 → 4');
  });

  test('holds where the manifest requests none', () => {
    const services = frontend({ metrics: [{ column: 'frontendCpuCores', utilization: 0.5 }] });
    expect(heldOf(planFor({ services, graph: { cpu: '' }, buckets: steady({ frontendCpuCores: 3 }) }))).toEqual([
      'Frontend no-data: window of 60 s to 2026-01-01T00:06:00Z: Frontend requests no CPU in its manifest, so its use has no share',
    ]);
  });
});

describe('several metrics', () => {
  const both = frontend({
    metrics: [
      { column: 'concurrency', averageValue: 100 },
      { column: 'queueDepth', averageValue: 10 },
    ],
  });

  test('ask for the most of them', () => {
    const plan = planFor({ services: both, buckets: steady({ concurrency: 150, queueDepth: 45 }) });
    expect(rawOf(plan).Frontend).toBe(5);
    expect(whyOf(plan, 'Frontend')).toBe('queueDepth 45 ÷ 10 per replica = 4.5 → 5 (the most of 2 metrics)');
  });

  test('may only raise a number while one has no data', () => {
    expect(rawOf(planFor({ services: both, buckets: steady({ concurrency: 390 }) })).Frontend).toBe(4);
    const low = planFor({ services: both, buckets: steady({ concurrency: 50 }) });
    expect(rawOf(low).Frontend).toBe(2);
    expect(whyOf(low, 'Frontend')).toContain('the number may only rise: 2');
  });

  test('hold the service alone where none has data', () => {
    const plan = planFor({ services: both, buckets: steady({}) });
    expect(numbersOf(plan)).toEqual(['prefill 2→2']);
    expect(heldOf(plan)).toEqual([expect.stringMatching(/^Frontend no-data: .*concurrency.*queueDepth/)]);
  });
});

describe('what is missing of a window', () => {
  test('counts as zero for a rise', () => {
    const measured = series([busy({ concurrency: 600 }), busy({ concurrency: null }), busy({ concurrency: 300 })]);
    expect(columnMean(measured, 'concurrency', { first: 0, end: 3, endMs: 0 })).toEqual({
      ...{ kind: 'partial', atLeast: 300, missing: 1, buckets: 3 },
    });
  });

  test('never lets a number fall', () => {
    const buckets = [...steady({ concurrency: 50 }).slice(1), busy({ concurrency: null })];
    const plan = planFor({ services: perReplica(100), buckets });
    expect(numbersOf(plan)).not.toContain('Frontend 2→1');
  });
});

describe('stabilisation', () => {
  test.each([
    // current, up window, down window, expected
    [3, [5], [5], 5],
    [3, [5, 4], [5], 4],
    [3, [5, 2], [5], 3],
    [6, [2], [2, 4], 4],
    [6, [2], [2, 8], 6],
    [6, [2], [2], 2],
  ])('moves %d to what lies between the windows %j and %j: %d', (current, up, down, expected) => {
    expect(stabilized(current, { up, down })).toBe(expected);
  });

  test('keeps the highest recommendation of five minutes, computed again from the series', () => {
    const dip = [500, 500, 300, 100, 100, 100].map((concurrency) => busy({ concurrency }));
    const plan = planFor({
      services: perReplica(100),
      graph: { frontends: 5 },
      buckets: [busy({ concurrency: 500 }), ...dip],
    });
    expect(rawOf(plan).Frontend).toBe(5);
    expect(whyOf(plan, 'Frontend')).toBe(
      'concurrency 100 ÷ 100 per replica = 1 → 1; 5, since recommendations of the stabilization window reach 5',
    );
    const later = [...dip, ...dip.slice(3), ...dip.slice(3)];
    expect(rawOf(planFor({ services: perReplica(100), graph: { frontends: 5 }, buckets: later })).Frontend).toBe(1);
  });

  test('does not lower a number before the window is there', () => {
    const plan = planFor({
      services: perReplica(100),
      buckets: [busy({ concurrency: 50 }), busy({ concurrency: 50 })],
    });
    expect(rawOf(plan).Frontend).toBe(2);
  });
});

describe('policies', () => {
  const rules = (change: Partial<ScalingRules> = {}): ScalingRules => ({
    ...{ stabilizationWindowSeconds: 0, tolerance: 0.1, selectPolicy: 'Max' },
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 60 },
      { type: 'Percent', value: 100, periodSeconds: 60 },
    ],
    ...change,
  });
  const unchanged = () => ({ added: 0, removed: 0 });

  test.each([
    ['up', 3, 'Max', 7],
    ['up', 10, 'Max', 20],
    ['up', 3, 'Min', 6],
    ['up', 3, 'Disabled', 3],
    ['down', 10, 'Max', 0],
    ['down', 10, 'Min', 6],
    ['down', 10, 'Disabled', 10],
  ] as const)('let a number go %s from %d, by %s, as far as %d', (direction, current, selectPolicy, expected) => {
    expect(policyLimit(rules({ selectPolicy }), direction, current, unchanged)).toBe(expected);
  });

  test('count what was merged in their period', () => {
    const two = () => ({ added: 2, removed: 0 });
    const pods = rules({ policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }] });
    expect(policyLimit(pods, 'up', 7, two)).toBe(9);
    expect(policyLimit(pods, 'up', 7, () => ({ added: 6, removed: 0 }))).toBe(7);
  });

  test('are those of Kubernetes where nobody says: 4 more or twice as many at once', () => {
    const plan = planFor({ services: perReplica(1), buckets: steady({ concurrency: 90 }) });
    expect(rawOf(plan).Frontend).toBe(6);
    expect(whyOf(plan, 'Frontend')).toBe(
      'concurrency 90 ÷ 1 per replica = 90 → 90; policies allow 6 (Pods 4 in 15 s or Percent 100 in 15 s)',
    );
  });

  test('read the history of the service itself', () => {
    const buckets = steady({ concurrency: 90 });
    const change = (service: string): History['changes'][number] => ({
      ...{ at: new Date(msAt(buckets.length * 60 - 30)).toISOString(), deployment: 'chat', namespace: 'llm' },
      ...{ environment: 'prod', service, from: 1, to: 2, commit: 'a'.repeat(40) },
    });
    const history = (service: string): History => ({ schemaVersion: 1, kind: 'history', changes: [change(service)] });
    const policies = [{ type: 'Pods', value: 2, periodSeconds: 60 }];
    const services = perReplica(1, { behavior: { scaleUp: { policies } } });
    expect(rawOf(planFor({ services, buckets, input: { history: history('Frontend') } })).Frontend).toBe(3);
    expect(rawOf(planFor({ services, buckets, input: { history: history('decode') } })).Frontend).toBe(4);
  });
});

describe('a frontend that nobody asks for', () => {
  const cpu = (frontendCpuCores: number | null) => Array.from({ length: 11 }, () => busy({ frontendCpuCores }));

  test('is kept at 70 % of the CPU that it requests', () => {
    const plan = planFor({ buckets: cpu(3.5) });
    expect(numbersOf(plan)).toEqual(['prefill 2→2', 'Frontend 2→3']);
    expect(whyOf(plan, 'Frontend')).toBe('frontendCpuCores 3.5 ÷ (2 requested per replica × 70 %) = 2.5 → 3');
    expect(plan.targets[1]).toMatchObject({ role: 'frontend', gpusPerReplica: 0 });
  });

  test('takes no part in GPU budgets', () => {
    const input = inputFor({ buckets: cpu(3.5) });
    const plan = makePlan({ ...input, config: { ...input.config, budgets: [{ name: 'all', gpus: 4 }] } });
    expect(plan).toMatchObject({
      ok: true,
      value: { ledger: [{ budget: 'all', beforeGpus: 4, afterGpus: 4, unknown: [] }], held: [] },
    });
  });

  test.each([
    ['its CPU is not measured', { buckets: cpu(null) }],
    ['the manifest requests none', { buckets: cpu(3.5), graph: { cpu: '' } }],
    [
      'another strategy sizes it',
      { buckets: cpu(3.5), strategy: { kind: 'fixed', replicas: { prefill: 2, Frontend: 2 } } },
    ],
  ])('is left alone where %s', (_, question) => {
    expect(planFor(question).targets.some(({ target }) => target === 3)).toBe(false);
    expect(planFor(question).held).toEqual([]);
  });

  test.each([
    ['500m', 0.7, 2],
    [2, 2.8, 2],
    ['two', 2.8, undefined],
    ['0', 2.8, undefined],
  ])('reads a request of %j', (cpuRequest, cores, expected) => {
    expect(rawOf(planFor({ buckets: cpu(cores), graph: { cpu: cpuRequest as string } })).Frontend).toBe(expected);
  });
});

describe('settings of a target', () => {
  const metric = (fields: object) =>
    wrongWith({ kind: 'target', metrics: [{ column: 'concurrency', ...fields }] }, 'service');

  test.each([
    [{}, 'metrics.0: needs exactly one of averageValue, value and utilization'],
    [{ value: 1, averageValue: 1 }, 'metrics.0: needs exactly one of averageValue, value and utilization'],
    [{ value: 1, requestPerReplica: 2 }, 'metrics.0.requestPerReplica: goes with utilization only'],
    [
      { utilization: 0.5 },
      'metrics.0.utilization: utilization needs requestPerReplica; only CPU requests of a frontend stand in the manifest',
    ],
  ])('%j are refused', (fields, message) => {
    expect(metric(fields)).toEqual([message]);
  });

  test('name columns that measure load', () => {
    expect(metric({ column: 'coverage', value: 1 }).join()).toContain('metrics.0.column');
  });
});

describe('a target', () => {
  const cell = fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
    fc.constantFrom(null, 0, -1, 1e300, Number.MIN_VALUE),
  );
  const bucket = fc
    .record({ concurrency: cell, queueDepth: cell, ttftMs: cell, requestCount: cell, frontendReady: cell })
    .map((cells) => ({ ...NOTHING, ...cells }));
  const amount = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const rule = fc.record({
    metrics: fc.array(
      fc.oneof(
        amount.map((averageValue) => ({ column: 'concurrency', averageValue })),
        amount.map((value) => ({ column: 'ttftMs', value })),
        amount.map((utilization) => ({ column: 'queueDepth', utilization, requestPerReplica: 2 })),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    windowSeconds: fc.constantFrom(60, 120, 300),
  });

  test('is a whole number that is plausible, whatever was measured', () => {
    fc.assert(
      fc.property(fc.array(bucket, { minLength: 1, maxLength: 12 }), rule, (buckets, settings) => {
        const { Frontend: raw } = rawOf(planFor({ services: frontend(settings), buckets }));
        if (raw === undefined) return;
        expect(Number.isSafeInteger(raw)).toBe(true);
        expect(raw).toBeGreaterThanOrEqual(0);
        expect(raw).toBeLessThanOrEqual(10_000);
      }),
    );
  });

  test('is never lower than both the current number and what all data would give, whichever buckets are masked', () => {
    const load = fc.double({ min: 0, max: 2000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(load, { minLength: 8, maxLength: 14 }),
        fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
        fc.constantFrom(60, 180, 300),
        (loads, mask, windowSeconds) => {
          const question = { services: perReplica(100, { windowSeconds }), graph: { frontends: 5 } };
          const full = planFor({ ...question, buckets: loads.map((concurrency) => busy({ concurrency })) });
          const masked = planFor({
            ...question,
            buckets: loads.map((concurrency, index) => busy({ concurrency: mask[index] ? null : concurrency })),
          });
          const target = masked.targets.find(({ service }) => service === 'Frontend')?.target ?? 5;
          const whole = full.targets.find(({ service }) => service === 'Frontend')?.target ?? 5;
          expect(target).toBeGreaterThanOrEqual(Math.min(5, whole));
        },
      ),
    );
  });

  test('is not there without data', () => {
    const buckets = Array.from({ length: 12 }, () => NOTHING);
    expect(planFor({ services: perReplica(100), buckets }).targets.map(({ service }) => service)).toEqual(['prefill']);
  });
});
