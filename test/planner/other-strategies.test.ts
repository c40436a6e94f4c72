import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { load as readYaml } from 'js-yaml';
import { configSchema, type History, strategySchema, type WeeklyWindow } from '../../api/index.ts';
import { covers, localTime, makePlan, queueLasts, type TrafficBucket, windowText } from '../../planner/index.ts';
import { heldOf, inputFor, numbersOf, planFor, type Question, rawOf, whyOf, wrongWith } from './strategy-fixture.ts';
import { busy, msAt, NOTHING } from './traffic-fixture.ts';

const problemsOf = (question: Question): readonly string[] => {
  const plan = makePlan(inputFor(question));
  return plan.ok ? [] : plan.error.map(({ path, message, hint }) => [path, message, hint].filter(Boolean).join(' | '));
};

describe('fixed', () => {
  test('gives the numbers of the config, without any metrics', () => {
    const plan = planFor({
      strategy: { kind: 'fixed', replicas: { prefill: 3, decode: 5, Frontend: 2 } },
      buckets: [NOTHING],
    });
    expect(numbersOf(plan)).toEqual(['prefill 2→3', 'decode 2→5', 'Frontend 2→2']);
    expect(plan.held).toEqual([]);
    expect(whyOf(plan, 'decode')).toBe('5, as the config says (fixed)');
  });

  test('passes the guardrails like any other number', () => {
    const question = { strategy: { kind: 'fixed', replicas: { decode: 1 } }, input: { status: undefined } };
    expect(numbersOf(planFor(question))).toEqual(['decode 2→2']);
  });

  test('refuses a service that the graph does not have', () => {
    expect(problemsOf({ strategy: { kind: 'fixed', replicas: { decoder: 5 } } })).toEqual([
      'deployments[0].strategy.replicas.decoder | chat has no service "decoder" | it has "Frontend", "prefill", "decode"',
    ]);
  });
});

describe('a week on the clock of a place', () => {
  const office: WeeklyWindow = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '07:30', to: '19:00' };
  const at = (time: string, zone = 'Europe/Berlin') => localTime(Date.parse(time), zone);

  test.each([
    // Berlin is two hours ahead in summer, one in winter.
    ['2026-07-06T05:29:00Z', false],
    ['2026-07-06T05:30:00Z', true],
    ['2026-07-06T16:59:59Z', true],
    ['2026-07-06T17:00:00Z', false],
    ['2026-01-05T06:29:00Z', false],
    ['2026-01-05T06:30:00Z', true],
    // A Sunday in UTC is a Monday in Berlin.
    ['2026-07-05T22:30:00Z', false],
    ['2026-07-04T10:00:00Z', false],
  ])('is at %s within office hours: %s', (time, expected) => {
    expect(covers(office, at(time))).toBe(expected);
  });

  test('is read in each place on its own clock', () => {
    expect(at('2026-07-06T03:00:00Z', 'Asia/Kolkata')).toEqual({ day: 'mon', minute: 8 * 60 + 30 });
    expect(at('2026-07-06T03:00:00Z', 'America/New_York')).toEqual({ day: 'sun', minute: 23 * 60 });
  });

  test('lasts past midnight where it ends before it begins', () => {
    const night: WeeklyWindow = { days: ['fri'], from: '22:00', to: '06:00' };
    expect(
      ['2026-07-10T20:30:00Z', '2026-07-11T03:59:00Z', '2026-07-11T04:00:00Z', '2026-07-10T03:00:00Z'].map((time) =>
        covers(night, at(time)),
      ),
    ).toEqual([true, true, false, false]);
  });

  test('has no hour that summer time skips, and one twice that it repeats', () => {
    const small: WeeklyWindow = { days: ['sun'], from: '02:00', to: '03:00' };
    const minutesOf = (day: string) =>
      Array.from({ length: 24 * 60 }, (_, minute) => Date.parse(`${day}T00:00:00Z`) + minute * 60_000).filter((ms) =>
        covers(small, localTime(ms, 'Europe/Berlin')),
      ).length;
    expect([minutesOf('2026-03-29'), minutesOf('2026-10-25'), minutesOf('2026-07-05')]).toEqual([0, 120, 60]);
  });

  test('covers as many minutes of any week without summer time as it says', () => {
    const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    const text = (parts: readonly number[]) => parts.map((part) => String(part).padStart(2, '0')).join(':');
    fc.assert(
      fc.property(time, time, fc.subarray([...office.days], { minLength: 1 }), (from, to, days) => {
        const [start, end] = [from[0] * 60 + from[1], to[0] * 60 + to[1]];
        fc.pre(start !== end);
        const window = { days, from: text(from), to: text(to) };
        const covered = Array.from({ length: 7 * 24 * 60 }, (_, minute) =>
          covers(window, localTime(Date.parse('2026-07-06T00:00:00Z') + minute * 60_000, 'UTC')),
        ).filter(Boolean).length;
        expect(covered).toBe(days.length * ((end - start + 1440) % 1440));
      }),
      { numRuns: 5 },
    );
  });

  test.each([
    [office, 'mon–fri 07:30 to 19:00'],
    [{ ...office, days: ['sat', 'sun'] }, 'sat, sun 07:30 to 19:00'],
    [{ ...office, days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }, 'every day 07:30 to 19:00'],
  ] as const)('is written as %j → %s', (window, expected) => {
    expect(windowText(window)).toBe(expected);
  });
});

describe('schedule', () => {
  const strategy = (change: object = {}) => ({
    ...{ kind: 'schedule', timeZone: 'Europe/Berlin', leadSeconds: 600 },
    replicas: { prefill: 2, decode: 3 },
    entries: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '07:30', to: '19:00', replicas: { prefill: 4, decode: 8 } },
      { days: ['mon'], from: '09:00', to: '10:00', replicas: { decode: 12 } },
    ],
    ...change,
  });
  const rawAt = (time: string, change = {}) =>
    rawOf(planFor({ strategy: strategy(change), at: new Date(time), buckets: [NOTHING] }));

  test.each([
    ['outside of every entry', '2026-07-06T04:00:00Z', { prefill: 2, decode: 3 }],
    ['ten minutes before an entry', '2026-07-06T05:20:00Z', { prefill: 4, decode: 8 }],
    ['eleven minutes before', '2026-07-06T05:19:00Z', { prefill: 2, decode: 3 }],
    ['within an entry', '2026-07-07T08:00:00Z', { prefill: 4, decode: 8 }],
    ['where entries overlap', '2026-07-06T07:30:00Z', { prefill: 4, decode: 12 }],
    ['until an entry ends', '2026-07-07T16:59:00Z', { prefill: 4, decode: 8 }],
    ['when it has ended', '2026-07-07T17:00:00Z', { prefill: 2, decode: 3 }],
  ])('gives, %s, at %s the numbers %j', (_, time, expected) => {
    expect(rawAt(time)).toEqual(expected);
  });

  test('may lower numbers at night, and raises them before the night ends', () => {
    const nightly = { entries: [{ from: '22:00', to: '06:00', replicas: { prefill: 1 } }] };
    expect(rawAt('2026-07-06T22:00:00Z', nightly)).toEqual({ prefill: 1, decode: 3 });
    expect(rawAt('2026-07-07T03:51:00Z', nightly)).toEqual({ prefill: 2, decode: 3 });
    expect(rawAt('2026-07-07T03:49:00Z', nightly)).toEqual({ prefill: 1, decode: 3 });
    // Not lowered before the night begins.
    expect(rawAt('2026-07-06T19:55:00Z', nightly)).toEqual({ prefill: 2, decode: 3 });
  });

  test('says which entry decides', () => {
    const plan = (time: string) => planFor({ strategy: strategy(), at: new Date(time), buckets: [NOTHING] });
    expect(whyOf(plan('2026-07-06T05:25:00Z'), 'prefill')).toBe(
      '4: mon–fri 07:30 to 19:00 in Europe/Berlin, which begins within the lead',
    );
    expect(whyOf(plan('2026-07-07T08:00:00Z'), 'prefill')).toBe('4: mon–fri 07:30 to 19:00 in Europe/Berlin');
    expect(whyOf(plan('2026-07-05T08:00:00Z'), 'prefill')).toBe('2: outside of every entry of the schedule');
    expect(plan('2026-07-05T08:00:00Z').targets[0]?.reasons[0]?.explanation).toBe(
      'sun 10:00 in Europe/Berlin (2026-07-05T08:00:00Z)',
    );
  });

  const entry = { from: '07:00', to: '19:00', replicas: { prefill: 4 } };
  test.each([
    [{ timeZone: '+01:00' }, 'timeZone: must be a time zone such as "Europe/Berlin" or "UTC"'],
    [{ timeZone: 'Europe/Nowhere' }, 'timeZone: must be a time zone such as "Europe/Berlin" or "UTC"'],
    [
      { entries: [{ ...entry, from: '7:00' }] },
      'entries.0.from: must be a time of day with two digits each, such as "07:30"',
    ],
    [
      { entries: [{ ...entry, to: '07:00' }] },
      'entries.0.to: must be another time than "from", which itself is before 24:00',
    ],
    [
      { entries: [{ ...entry, replicas: { Frontend: 4 } }] },
      'entries.0.replicas.Frontend: "Frontend" needs a number outside of the entries too, in replicas of the schedule',
    ],
  ])('refuses %j', (change, message) => {
    expect(wrongWith(strategy(change))).toEqual([message]);
  });
});

describe('advisory', () => {
  const advice = (prefill: number | null, decode: number | null) =>
    busy({ advisedPrefill: prefill, advisedDecode: decode });
  const ask = (buckets: readonly TrafficBucket[], change: Partial<Question> = {}) =>
    planFor({ strategy: { kind: 'advisory', windowSeconds: 180, staleAfterSeconds: 300 }, buckets, ...change });

  test('takes the highest advice of its window', () => {
    const plan = ask([advice(9, 9), advice(3, 4), advice(4, 4), advice(3, 5)]);
    expect(rawOf(plan)).toEqual({ prefill: 4, decode: 5 });
    expect(plan.targets[0]?.reasons.map(({ stage, explanation }) => `${stage}: ${explanation}`)).toEqual([
      'observed: Dynamo’s planner advised 3 replicas at 2026-01-01T00:04:00Z',
      'raw: 4 is the highest advice of 3 buckets',
    ]);
  });

  test('is asked of workers that do both as of decode', () => {
    expect(rawOf(ask([advice(null, 5)], { graph: { aggregated: 2 } }))).toEqual({ worker: 5 });
  });

  test.each([
    ['stale', [advice(3, 4), ...Array.from({ length: 6 }, () => advice(null, null))]],
    ['0, which stands for none', [advice(0, 0), advice(0, 0)]],
    ['not measured', [busy()]],
  ])('holds where advice is %s', (_, buckets) => {
    const plan = ask(buckets);
    expect(plan.targets).toEqual([]);
    expect(plan.held.every(({ code }) => code === 'no-data' || code === 'stale-data')).toBe(true);
    expect(plan.held.length).toBeGreaterThan(0);
  });

  test('holds one role where only the other is advised', () => {
    const plan = ask(Array.from({ length: 6 }, () => advice(null, 4)));
    expect(rawOf(plan)).toEqual({ decode: 4 });
    expect(heldOf(plan)).toEqual([expect.stringMatching(/^prefill no-data: advisedPrefill/)]);
  });

  test('never lowers a number while advice is missing', () => {
    const gaps = [advice(1, 1), advice(1, 1), advice(null, null), advice(1, 1)];
    expect(numbersOf(ask(gaps))).toEqual(['prefill 2→2', 'decode 2→2']);
  });

  test('is not believed beyond anything plausible', () => {
    expect(heldOf(ask([advice(3, 1e9)]))).toEqual([
      'decode no-decision: advisedDecode is 1,000,000,000, which is beyond anything plausible',
    ]);
  });
});

describe('dynamo-load', () => {
  const load = (queueDepth: number | null, kvUsage: number | null, more: Partial<TrafficBucket> = {}) =>
    busy({ queueDepth, kvUsage, prefillReady: 2, decodeReady: 2, ...more });
  const ask = (buckets: readonly TrafficBucket[], change: Partial<Question> = {}, settings: object = {}) =>
    planFor({ strategy: { kind: 'dynamo-load', intervalSeconds: 60, ...settings }, buckets, ...change });
  const quiet = Array.from({ length: 4 }, () => load(0.8, 0.7));

  test.each([
    // Requests waiting for two prefill replicas; share of the cache.
    [0.8, 0.7, [2, 2]],
    [1.2, 0.7, [3, 2]],
    [1.0, 0.7, [2, 2]],
    [0.2, 0.7, [1, 2]],
    [0.8, 0.95, [2, 3]],
    [0.8, 0.9, [2, 2]],
    [0.8, 0.4, [2, 1]],
    [1.2, 0.95, [3, 3]],
  ])('with %d waiting and %d of the cache in use asks for %j, a replica at a time', (queue, kv, [prefill, decode]) => {
    expect(rawOf(ask([...quiet, load(queue, kv)]))).toEqual({ prefill, decode });
  });

  test('says what was compared', () => {
    expect(whyOf(ask([...quiet, load(1.2, 0.7)]), 'prefill')).toBe(
      'one more: 2 → 3; 0.6 requests wait for each replica (up above 0.5, down below 0.2)',
    );
    expect(whyOf(ask([...quiet, load(1.2, 0.4)]), 'decode')).toBe(
      'one less: 2 → 1; 40 % of the KV cache in use (up above 90 %, down below 50 %)',
    );
  });

  test('counts prompt tokens as the latest planner does, where the unit says so', () => {
    const tokens = { prefill: { unit: 'tokens', up: 500, down: 100 } };
    expect(rawOf(ask([...quiet, load(1, 0.7)], {}, tokens)).prefill).toBe(3);
    expect(rawOf(ask([...quiet, load(0.9, 0.7)], {}, tokens)).prefill).toBe(2);
    expect(rawOf(ask([...quiet, load(0.2, 0.7)], {}, tokens)).prefill).toBe(1);
  });

  test('does not add prefill for a queue that goes away by itself', () => {
    const fading = [load(4, 0.7), load(2, 0.7)];
    const plan = (settings: object) => ask(fading, {}, { intervalSeconds: 120, ...settings });
    expect(rawOf(plan({})).prefill).toBe(2);
    expect(whyOf(plan({}), 'prefill')).toContain('by the trend the queue is gone in 3 intervals');
    expect(rawOf(plan({ queueTrendIntervals: 0 })).prefill).toBe(3);
    const lasts = (...values: readonly number[]) => queueLasts(values, 3, (load) => load > 0.5);
    expect([lasts(4, 2), lasts(2, 4), lasts(4, 4)]).toEqual([false, true, true]);
  });

  test('gives a new decode replica time to fill its cache', () => {
    const idle = load(0.8, 0.3);
    const young = [load(0.8, 0.3, { decodeReady: 1 }), idle, idle];
    expect(rawOf(ask(young)).decode).toBe(2);
    expect(rawOf(ask([...young, idle, idle])).decode).toBe(1);
    const history: History = {
      ...{ schemaVersion: 1, kind: 'history' },
      changes: [
        {
          ...{ at: new Date(msAt(200)).toISOString(), deployment: 'chat', namespace: 'llm', environment: 'prod' },
          ...{ service: 'decode', from: 1, to: 2, commit: 'a'.repeat(40) },
        },
      ],
    };
    expect(rawOf(ask([idle, idle, idle, idle, idle], { input: { history } })).decode).toBe(2);
  });

  test.each([
    [
      'fewer are ready than Git asks for',
      [load(9, 1, { prefillReady: 1 })],
      /2 of|1 replica of prefill is ready, and Git asks for 2/,
    ],
    ['replicas come or go within the interval', [load(9, 1, { decodeReady: 1 }), load(9, 1)], /came or went/],
  ])('waits where %s', (_, last, reason) => {
    const plan = ask([...quiet, ...last], {}, { intervalSeconds: 60 * last.length });
    expect(heldOf(plan)).toEqual([expect.stringMatching(/^\* not-ready: /)]);
    expect(heldOf(plan)[0]).toMatch(reason);
  });

  test('holds one role where only the other was measured', () => {
    const plan = ask(Array.from({ length: 5 }, () => load(1.2, null)));
    expect(rawOf(plan)).toEqual({ prefill: 3 });
    expect(heldOf(plan)).toEqual([expect.stringMatching(/^decode no-data: kvUsage is missing/)]);
  });

  test('sizes workers that do both by either signal up, and by both down', () => {
    const both = (queue: number, kv: number) =>
      rawOf(ask([...quiet, load(queue, kv)], { graph: { aggregated: 2 } })).worker;
    expect([both(1.2, 0.7), both(0.8, 0.95), both(0.2, 0.7), both(0.8, 0.3), both(0.2, 0.3)]).toEqual([3, 3, 2, 2, 1]);
  });

  test('moves an autoscaler’s floor from where it is, not from what runs', () => {
    const owner = (service: string) =>
      ({
        kind: 'autoscaler',
        scaler: { kind: 'ScaledObject', name: `chat-${service}`, min: 2, max: 9, minPath: ['spec', 'minReplicaCount'] },
      }) as const;
    const input = inputFor({
      strategy: { kind: 'dynamo-load', intervalSeconds: 60 },
      buckets: [...quiet, load(0.1, 0.95, { prefillReady: 5, decodeReady: 5 })].map((one) => ({
        ...one,
        ...{ prefillReady: 5, decodeReady: 5 },
      })),
    });
    const [member] = input.fleet;
    if (member === undefined) throw new Error('no graph');
    const owners = new Map([...member.owners, ['prefill', owner('prefill')], ['decode', owner('decode')]] as never);
    const plan = makePlan({ ...input, fleet: [{ ...member, owners }] } as typeof input);
    expect(plan.ok && rawOf(plan.value)).toEqual({ prefill: 1, decode: 3 });
  });

  test.each([
    [{ decode: { up: 0.5, down: 0.6 } }, 'decode.up: must be above "down"'],
    [{ prefill: { unit: 'requests', up: 0.1 } }, 'prefill.up: must be above "down"'],
    [{ prefill: { unit: 'tokens', down: 1 } }, 'prefill.up: Invalid input: expected number, received undefined'],
  ])('refuses %j', (settings, message) => {
    expect(wrongWith({ kind: 'dynamo-load', ...settings })).toEqual([message]);
  });
});

describe('a service with a strategy of its own', () => {
  const services = { Frontend: { strategy: { kind: 'fixed', replicas: 3 } } };

  test('is sized beside the graph’s strategy', () => {
    expect(numbersOf(planFor({ services }))).toEqual(['prefill 2→2', 'Frontend 2→3']);
  });

  test('is sized where the graph’s strategy is held, which names the others only', () => {
    const plan = planFor({ services, strategy: { kind: 'advisory' } });
    expect(numbersOf(plan)).toEqual(['Frontend 2→3']);
    expect(plan.held.filter(({ service }) => service === null).flatMap((item) => item.services ?? [])).not.toContain(
      'Frontend',
    );
  });

  test('may follow a schedule of its own', () => {
    const schedule = {
      ...{ kind: 'schedule', timeZone: 'UTC', replicas: 1 },
      entries: [{ from: '00:00', to: '01:00', replicas: 4 }],
    };
    expect(numbersOf(planFor({ services: { Frontend: { strategy: schedule } } }))).toContain('Frontend 2→4');
  });

  test('keeps the limits that stand beside its strategy', () => {
    const limited = { Frontend: { max: 2, strategy: { kind: 'fixed', replicas: 3 } } };
    expect(numbersOf(planFor({ services: limited }))).toContain('Frontend 2→2');
  });

  test.each([
    ['fixed', { kind: 'fixed', replicas: { decode: 3 } }],
    ['advisory', { kind: 'advisory' }],
    ['dynamo-load', { kind: 'dynamo-load' }],
    ['target', { kind: 'target', services: { decode: { metrics: [{ column: 'kvUsage', value: 0.7 }] } } }],
  ])('is refused where the graph’s %s sizes it too', (kind, strategy) => {
    expect(problemsOf({ strategy, services: { decode: { strategy: { kind: 'fixed', replicas: 3 } } } })).toEqual([
      `deployments[0].services.decode.strategy | "decode" is sized by the graph's strategy (${kind}) already | keep one of the two`,
    ]);
  });
});

describe('the documentation', () => {
  const blocks = [...readFileSync('docs/strategies.md', 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
    (match) => readYaml(match[1] ?? '') as { readonly strategy?: unknown; readonly services?: unknown },
  );

  test.each(blocks)('shows settings that are valid: %j', (block) => {
    const { strategy = { kind: 'fixed', replicas: { prefill: 2 } }, services = {} } = block;
    const deployments = [{ name: 'chat', strategy, services }];
    expect(configSchema.safeParse({ schemaVersion: 1, deployments })).toMatchObject({ success: true });
  });

  test('shows the defaults as they are', () => {
    const shown = blocks.flatMap(({ strategy }) => (strategy === undefined ? [] : [strategySchema.parse(strategy)]));
    expect(shown).toContainEqual(strategySchema.parse({ kind: 'dynamo-load' }));
    expect(shown).toContainEqual(strategySchema.parse({ kind: 'advisory' }));
    const target = shown.find(({ kind }) => kind === 'target');
    const { behavior, windowSeconds, metrics } = target?.kind === 'target' ? (target.services.decode ?? {}) : {};
    expect(strategySchema.parse({ kind: 'target', services: { decode: { metrics } } })).toMatchObject({
      services: { decode: { behavior, windowSeconds } },
    });
  });
});

describe('every strategy', () => {
  const strategies = [
    { kind: 'dynamo-load', intervalSeconds: 60 },
    { kind: 'dynamo-load', intervalSeconds: 120, prefill: { unit: 'tokens', up: 1000, down: 10 } },
    { kind: 'advisory', windowSeconds: 120 },
    { kind: 'target', services: { decode: { metrics: [{ column: 'kvUsage', value: 0.7 }] } } },
    { kind: 'target', services: { prefill: { metrics: [{ column: 'queueDepth', averageValue: 2 }] } } },
  ];
  const cell = fc.oneof(
    { weight: 3, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) },
    fc.constantFrom(null, -1, 0, 1e300, 12_345),
  );
  const bucket = fc
    .record({ queueDepth: cell, kvUsage: cell, advisedPrefill: cell, advisedDecode: cell, islTokens: cell })
    .map((cells): TrafficBucket => ({ ...busy({ prefillReady: 2, decodeReady: 2 }), ...cells }));

  test('gives whole numbers that are plausible, whatever was measured', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...strategies),
        fc.array(bucket, { minLength: 1, maxLength: 8 }),
        (strategy, buckets) => {
          for (const raw of Object.values(rawOf(planFor({ strategy, buckets })))) {
            expect(Number.isSafeInteger(raw)).toBe(true);
            expect(raw).toBeGreaterThanOrEqual(0);
            expect(raw).toBeLessThanOrEqual(10_000);
          }
        },
      ),
    );
  });

  test.each(strategies)('sizes nothing without data: %j', (strategy) => {
    const nothing = Array.from({ length: 8 }, () => NOTHING);
    const plan = planFor({ strategy, buckets: nothing });
    expect(plan.targets).toEqual([]);
    expect(plan.held.length).toBeGreaterThan(0);
    const absent = planFor({ strategy, input: { series: [] } });
    expect([absent.targets, absent.held.length > 0]).toEqual([[], true]);
  });

  test('never gives less than both the current number and what all data would give, whichever buckets are masked', () => {
    const level = fc.record({
      ...{
        queueDepth: fc.double({ min: 0, max: 3, noNaN: true }),
        kvUsage: fc.double({ min: 0, max: 1, noNaN: true }),
      },
      ...{ advisedPrefill: fc.integer({ min: 1, max: 6 }), advisedDecode: fc.integer({ min: 1, max: 6 }) },
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...strategies),
        fc.array(fc.tuple(level, fc.boolean()), { minLength: 6, maxLength: 10 }),
        (strategy, measured) => {
          const full = measured.map(([cells]) => busy({ prefillReady: 2, decodeReady: 2, ...cells }));
          const masked = full.map((one, index) => (measured[index]?.[1] === true ? NOTHING : one));
          const targetsOf = (buckets: readonly TrafficBucket[]) =>
            new Map(planFor({ strategy, buckets }).targets.map(({ service, target }) => [service, target]));
          const [whole, partial] = [targetsOf(full), targetsOf(masked)];
          for (const [service, target] of partial) {
            expect(target).toBeGreaterThanOrEqual(Math.min(2, whole.get(service) ?? 2));
          }
        },
      ),
    );
  });
});
