import { describe, expect, test } from '@jest/globals';
import { planSchema } from '../../api/index.ts';
import { config, deployment, planInput } from './fleet-fixture.ts';
import { HOUR, minutes, planOf, slaInput, steady } from './sla-fixture.ts';
import { busy, IDLE, msAt, NOTHING, seriesOf } from './traffic-fixture.ts';

/** A load of so many requests a minute, of 1,000 prompt and 200 output tokens each. */
const load = (requestCount: number) =>
  seriesOf([{ name: 'chat', namespace: 'llm', buckets: [busy(), busy({ requestCount })] }]);

describe('what a plan says beside a number', () => {
  test('is the latency that it is held to: declared, measured, and expected where the strategy expects any', () => {
    const plan = planOf(slaInput({ buckets: steady(6000, { itlMs: 8 }), settings: { correction: false } }));
    expect(plan.targets.map(({ service, latencies }) => [service, latencies])).toEqual([
      [
        'prefill',
        [
          {
            ...{ latency: 'ttft', targetMs: 200, measuredMs: 20 },
            expected: { replicas: 3, ms: expect.closeTo(42.54, 1), percentile: 0.95 },
          },
        ],
      ],
      [
        'decode',
        [
          {
            ...{ latency: 'itl', targetMs: 15, measuredMs: 8 },
            expected: { replicas: 4, ms: expect.closeTo(14.61, 1), percentile: 0.95 },
          },
        ],
      ],
    ]);
    const [prefill] = planOf(planInput({ series: load(1500) })).targets;
    expect(prefill?.latencies).toEqual([{ latency: 'ttft', targetMs: 200, measuredMs: 20, expected: null }]);
  });

  test('is no latency where nothing is promised or too few replicas promise none', () => {
    const capped = slaInput({ buckets: steady(6000), change: { services: { prefill: { max: 2 } } } });
    expect(planOf(capped).targets[0]?.latencies).toMatchObject([{ expected: { replicas: 2, ms: null } }]);
    const strategy = { kind: 'fixed', replicas: { prefill: 3 } };
    const undeclared = config({ deployments: [deployment({ strategy, sla: undefined })] });
    const targets = planOf(planInput({ config: undeclared })).targets;
    expect(targets.map((target) => [target.service, 'latencies' in target])).toContainEqual(['prefill', false]);
  });

  test('is how many replicas the demand kept busy: the highest bucket of each point, null where none has data', () => {
    // Prefill does 10,000 prompt tokens/s: 600 requests a minute of 1,000 tokens keep one busy.
    const buckets = minutes(48 * HOUR, (minute) => {
      if (minute >= 30 * HOUR && minute < 31 * HOUR) return NOTHING;
      if (minute >= 32 * HOUR && minute < 33 * HOUR) return IDLE;
      return busy({ requestCount: minute % HOUR === 59 ? 1500 : 900 });
    });
    const series = seriesOf([{ name: 'chat', namespace: 'llm', buckets }]);
    const plan = planOf(planInput({ series, at: new Date(msAt(48 * 3600)) }));
    const [prefill, decode] = plan.targets;
    expect(prefill).toMatchObject({ current: 2, target: 3, demand: { start: '2026-01-02T00:00:00.000Z' } });
    expect(prefill?.demand?.pointSeconds).toBe(3600);
    const busyReplicas = Array.from({ length: 24 }, (_, hour) => (hour === 6 ? null : hour === 8 ? 0 : 2.5));
    expect(prefill?.demand?.busyReplicas).toEqual(busyReplicas);
    expect(decode?.demand?.busyReplicas).toEqual(busyReplicas.map((one) => (one === null ? null : one * 2)));
    expect(planSchema.safeParse(plan).success).toBe(true);
  });

  test('is a chart and a lead of a number that changes, the lead only where it grows', () => {
    const [same] = planOf(planInput({ series: load(1000) })).targets;
    expect(same).toMatchObject({ current: 2, target: 2 });
    expect(same).not.toHaveProperty('demand');
    expect(same).not.toHaveProperty('leadSeconds');
    const [grown] = planOf(planInput({ series: load(1500) })).targets;
    expect(grown?.leadSeconds).toBe(600);
    const [shrunk] = planOf(planInput({ series: load(60) })).targets;
    expect(shrunk).toMatchObject({ current: 2, target: 1, demand: { busyReplicas: [1, 0.1] } });
    expect(shrunk).not.toHaveProperty('leadSeconds');
  });
});
