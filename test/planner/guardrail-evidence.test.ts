import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { configSchema, type Freeze, type History, parseCron, parseDocument } from '../../api/index.ts';
import { freezesAt } from '../../planner/calendar/freeze.ts';
import { instantsOf, wallClock } from '../../planner/calendar/wall-clock.ts';
import {
  applyGuardrails,
  type GuardrailFacts,
  graphHolds,
  guardrailSetting,
  historyEvidence,
  keepRatio,
  lately,
  makePlan,
  type PlanInput,
  startingReplicas,
} from '../../planner/index.ts';
import { config, deployment, liveStatus, member, planInput } from './fleet-fixture.ts';
import { busy, msAt, seriesOf } from './traffic-fixture.ts';

const at = (text: string) => Date.parse(text);

describe('freezes', () => {
  const once = (from: string, to: string, timeZone = 'Europe/Berlin'): Freeze => ({ from, to, timeZone, holds: 'all' });
  const often = (cron: string, durationMinutes: number, timeZone = 'Europe/Berlin'): Freeze => ({
    ...{ cron, durationMinutes, timeZone, holds: 'all' },
  });
  const isFrozen = (freeze: Freeze, time: string) => freezesAt([freeze], at(time), 'prod').length > 0;

  test.each<[string, Freeze, string, boolean]>([
    ['a day begins at midnight of its place', once('2026-12-24', '2026-12-27'), '2026-12-23T23:00:00Z', true],
    ['and not at midnight elsewhere', once('2026-12-24', '2026-12-27'), '2026-12-23T22:59:59Z', false],
    ['the end is not part of it', once('2026-12-24', '2026-12-27'), '2026-12-26T23:00:00Z', false],
    ['summer time is an hour earlier', once('2026-07-01T18:00', '2026-07-02'), '2026-07-01T16:00:00Z', true],
    ['UTC is a time zone', once('2026-07-01T18:00', '2026-07-02', 'UTC'), '2026-07-01T17:59:00Z', false],
    // 29 March 2026: 02:00 → 03:00 at 01:00 UTC.
    [
      'a time that the clock skips is as if it had not',
      once('2026-03-29T02:30', '2026-03-30'),
      '2026-03-29T01:30:00Z',
      true,
    ],
    ['and not before', once('2026-03-29T02:30', '2026-03-30'), '2026-03-29T01:29:00Z', false],
    // 25 October 2026: 03:00 → 02:00 at 01:00 UTC.
    [
      'a time that it shows twice starts with the first',
      once('2026-10-25T02:30', '2026-10-26'),
      '2026-10-25T00:30:00Z',
      true,
    ],
    ['and ends with the second', once('2026-10-24', '2026-10-25T02:30'), '2026-10-25T01:29:00Z', true],
    ['each Friday evening', often('0 18 * * fri', 120), '2026-11-06T17:00:00Z', true],
    ['not on Thursday', often('0 18 * * fri', 120), '2026-11-05T17:00:00Z', false],
    ['until its minutes are over', often('0 18 * * fri', 120), '2026-11-06T19:00:00Z', false],
    ['over a weekend', often('0 18 * * 5', 62 * 60), '2026-11-09T06:59:00Z', true],
    // 62 hours from Friday 18:00 in summer time, through the hour that is shown twice.
    ['over the weekend with an hour more', often('0 18 * * 5', 62 * 60), '2026-10-26T05:59:00Z', true],
    ['that ends after so many minutes all the same', often('0 18 * * 5', 62 * 60), '2026-10-26T06:00:00Z', false],
    ['from a minute that the clock skips', often('30 2 29 3 *', 10), '2026-03-29T01:35:00Z', true],
    ['from both of a minute that it shows twice', often('30 2 * * sun', 10), '2026-10-25T01:35:00Z', true],
    ['every quarter of an hour', often('*/15 8-17 * * mon-fri', 5), '2026-11-02T08:49:00Z', true],
    ['between two of them', often('*/15 8-17 * * mon-fri', 5), '2026-11-02T08:51:00Z', false],
    ['Sunday is 0 and 7', often('0 0 * * 7', 60), '2026-11-07T23:30:00Z', true],
    ['either kind of day counts where both are named', often('0 0 13 * fri', 60, 'UTC'), '2026-11-06T00:10:00Z', true],
    ['and the other', often('0 0 13 * fri', 60, 'UTC'), '2026-10-13T00:10:00Z', true],
    ['a half-hour zone', once('2026-11-02T09:00', '2026-11-02T10:00', 'Asia/Kolkata'), '2026-11-02T03:30:00Z', true],
  ])('%s', (_, freeze, time, expected) => {
    expect(isFrozen(freeze, time)).toBe(expected);
  });

  test('reach their environment only', () => {
    const freeze = { ...once('2026-12-24', '2026-12-27'), environment: 'prod' };
    const names = ['prod', 'dev', undefined].map((environment) =>
      freezesAt([freeze], at('2026-12-25T00:00:00Z'), environment),
    );
    expect(names.map((found) => found.length)).toEqual([1, 0, 1]);
  });

  test('every instant is one that its own wall clock stands for', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
    const minutes = fc.integer({ min: at('2025-01-01T00:00:00Z') / 60_000, max: at('2028-01-01T00:00:00Z') / 60_000 });
    fc.assert(
      fc.property(zones, minutes, (zone, minute) => {
        expect(instantsOf(wallClock(minute * 60_000, zone), zone)).toContain(minute * 60_000);
      }),
    );
  });

  test.each([
    ['0 18 * *', /must have five fields/],
    ['60 18 * * fri', /"60" is no minute: 0 to 59/],
    ['0 24 * * *', /"24" is no hour/],
    ['0 0 0 * *', /"0" is no day of the month: 1 to 31/],
    ['0 0 * jam *', /"jam" is no month/],
    ['0 0 * * mon-', /"mon-" is no day of the week/],
    ['0 0 * * fri-mon', /"fri-mon" is no day of the week/],
    ['*/0 0 * * *', /"\*\/0" is no minute/],
    ['1-2-3 0 * * *', /"1-2-3" is no minute/],
    ['1,,2 0 * * *', /"1,,2" is no minute/],
  ])('the expression %s is refused', (text, message) => {
    expect(parseCron(text)).toEqual({ kind: 'wrong', message: expect.stringMatching(message) });
  });
});

describe('config of guardrails', () => {
  const problems = (change: object) => {
    const parsed = parseDocument(configSchema, { schemaVersion: 1, ...change }, 'dynamo-gitops.yaml');
    return parsed.ok ? [] : parsed.error.map(({ path, message }) => `${path}: ${message}`);
  };
  const zone = { timeZone: 'Europe/Berlin' };

  test.each([
    [{ guardrails: { stabilizationSeconds: -1 } }, ['guardrails.stabilizationSeconds: must be at least 0, not -1']],
    [{ guardrails: { minChange: { replicas: 0 } } }, ['guardrails.minChange.replicas: must be at least 1, not 0']],
    [{ guardrails: { minChange: { percent: 60 } } }, ['guardrails.minChange.percent: must be at most 50, not 60']],
    [{ guardrails: { maxUtilization: 90 } }, ['guardrails.maxUtilization: must be at most 1, not 90']],
    [{ guardrails: { changesPerDay: 0 } }, ['guardrails.changesPerDay: must be at least 1, not 0']],
    [
      { guardrails: { prefillPerDecode: { min: 2, max: 1 } } },
      ['guardrails.prefillPerDecode: min must not be above max'],
    ],
    [{ guardrails: { cooldown: 5 } }, ['guardrails: unknown field "cooldown"']],
    [
      { freezes: [{ from: '2026-12-24', to: '2027-01-02', timeZone: 'Berlin' }] },
      ['freezes[0].timeZone: must be a time zone such as "Europe/Berlin" or "UTC"'],
    ],
    [
      { freezes: [{ from: '2026-12-24', to: '2027-01-02', timeZone: '+01:00' }] },
      ['freezes[0].timeZone: must be a time zone such as "Europe/Berlin" or "UTC"'],
    ],
    [{ freezes: [{ from: '2026-12-24', to: '2027-01-02' }] }, ['freezes[0].timeZone: is missing']],
    [
      { freezes: [{ ...zone, from: '2026-02-30', to: '2027-01-02T25:00' }] },
      [
        expect.stringMatching(/^freezes\[0\]\.from: must be a day or a local time without a zone/),
        expect.stringMatching(/^freezes\[0\]\.to: must be a day or a local time without a zone/),
      ],
    ],
    [{ freezes: [{ ...zone, from: '2027-01-02', to: '2026-12-24T10:00' }] }, ['freezes[0].to: must be after "from"']],
    [
      { freezes: [{ ...zone, cron: '0 18 * fri', durationMinutes: 60 }] },
      [expect.stringMatching(/^freezes\[0\]\.cron: must have five fields/)],
    ],
    [
      { freezes: [{ ...zone, cron: '0 18 * * fri', durationMinutes: 20_000 }] },
      ['freezes[0].durationMinutes: must be at most 10080, not 20000'],
    ],
    [
      { budgets: [{ name: 'a', gpus: 4, deployment: 'No Name' }] },
      ['budgets[0].deployment: must be a lower-case DNS name'],
    ],
  ])('%j is refused', (change, messages) => {
    expect(problems(change)).toEqual(messages);
  });

  test('a deployment replaces field by field what the fleet says, and the rest has its default', () => {
    const { deployments, ...fleet } = config({
      guardrails: { maxUtilization: 0.8, changesPerDay: 6 },
      deployments: [deployment({ guardrails: { changesPerDay: 2 } })],
    });
    const [one] = deployments;
    expect(one === undefined ? undefined : guardrailSetting(fleet, one)).toEqual({
      ...{ stabilizationSeconds: 1200, leadSeconds: 600, minChange: { replicas: 1, percent: 0 } },
      ...{ maxUtilization: 0.8, changesPerDay: 2, prefillPerDecode: undefined },
    });
  });
});

describe('history', () => {
  const graph = { name: 'chat', namespace: 'llm', environment: 'prod' };
  const decode = { service: 'decode', replicas: 4 };
  const setting = { stabilizationSeconds: 1200, changesPerDay: undefined };
  const now = at('2026-11-02T10:00:00Z');
  const change = (time: string, from: number, to: number, more: object = {}): History['changes'][number] => ({
    ...{ at: `2026-11-02T${time}Z`, deployment: 'chat', namespace: 'llm', environment: 'prod', service: 'decode' },
    ...{ from, to, commit: time.replaceAll(':', '').padEnd(40, '0'), ...more },
  });
  const past = (changes: History['changes'], more: object = {}): History => ({
    ...{ schemaVersion: 1, kind: 'history', changes, ...more },
  });
  const evidence = (history: History | undefined, change: object = {}) =>
    historyEvidence(history, graph, decode, { ...setting, ...change }, now);

  test('tells the last scale-up of the service and the changes of its graph within a day', () => {
    const changes = [
      change('07:00:00', 2, 3),
      change('09:50:00', 3, 5),
      change('09:50:00', 1, 2, { service: 'prefill' }),
      change('09:55:00', 5, 4),
      change('09:59:00', 1, 9, { deployment: 'other' }),
      change('09:59:00', 1, 9, { environment: 'dev' }),
    ];
    expect(evidence(past(changes))).toEqual({
      ...{ kind: 'seen', lastScaleUpMs: at('2026-11-02T09:50:00Z'), changesInDay: 3 },
    });
  });

  test('forgets a scale-up that is longer ago than the window, and a change of yesterday', () => {
    const changes = [change('09:00:00', 2, 3, { at: '2026-11-01T09:00:00Z' }), change('09:40:00', 3, 4)];
    expect(evidence(past(changes))).toEqual({ kind: 'seen', lastScaleUpMs: undefined, changesInDay: 1 });
  });

  test('may be as long as it likes', () => {
    const changes = Array.from({ length: 200_000 }, () => change('09:50:00', 3, 4));
    expect(evidence(past(changes))).toMatchObject({ lastScaleUpMs: at('2026-11-02T09:50:00Z'), changesInDay: 1 });
  });

  test('takes a change that is dated after the plan for one of just now', () => {
    expect(evidence(past([change('10:05:00', 3, 4)]))).toMatchObject({ lastScaleUpMs: at('2026-11-02T10:05:00Z') });
  });

  test.each([
    [
      'one that starts within the window',
      past([], { since: '2026-11-02T09:50:00Z' }),
      {},
      'the history starts at 2026-11-02T09:50:00Z, and 1200 s before the plan are needed',
    ],
    [
      'one that is too short for a budget of changes',
      past([], { since: '2026-11-02T00:00:00Z' }),
      { changesPerDay: 3 },
      'the history starts at 2026-11-02T00:00:00Z, and 86400 s before the plan are needed',
    ],
    [
      'one that leads to another number than Git has',
      past([change('07:00:00', 2, 3)]),
      {},
      'the history ends with 3 replicas of decode, and Git has 4; it is of another commit',
    ],
  ])('%s is incomplete', (_, history, change, reason) => {
    expect(evidence(history, change)).toEqual({ kind: 'incomplete', reason });
  });

  test('none is not given', () => {
    expect(evidence(undefined)).toEqual({ kind: 'not-given' });
  });

  test('says what was added within the lead, where no status tells what is starting', () => {
    const history = past([change('09:00:00', 1, 2), change('09:52:00', 2, 5), change('09:55:00', 5, 4)]);
    expect(lately(history, graph, 'decode', 600, now)).toBe(2);
    expect(lately(undefined, graph, 'decode', 600, now)).toBe(0);
    expect(startingReplicas(liveStatus({ decode: 2 }), graph, decode)).toBe(2);
    expect(startingReplicas(undefined, graph, decode)).toBeUndefined();
  });
});

describe('what holds a graph', () => {
  const graph = { name: 'chat', namespace: 'llm', environment: 'prod' };
  const given = { status: undefined, freezes: [], atMs: at('2026-12-25T00:00:00Z') };
  const words = (
    more: Partial<Parameters<typeof graphHolds>[2]>,
    view: Partial<Parameters<typeof graphHolds>[1]> = {},
  ) =>
    graphHolds(graph, { annotations: {}, labels: {}, ...view }, { ...given, ...more }).map(
      ({ explanation }) => explanation,
    );
  const paused = (text: string) => ({ annotations: { 'dynamo-gitops/paused': text } });

  test('is a freeze, with its reason', () => {
    const { freezes } = config({
      freezes: [
        { from: '2026-12-24', to: '2027-01-02', timeZone: 'Europe/Berlin', reason: 'year-end' },
        { cron: '0 0 * * *', durationMinutes: 90, timeZone: 'Europe/Berlin', holds: 'scale-down' },
      ],
    });
    expect(words({ freezes })).toEqual([
      'frozen from 2026-12-24 to 2027-01-02 (Europe/Berlin): year-end',
      'scale-down is frozen for 90 minutes from each "0 0 * * *" (Europe/Berlin)',
    ]);
  });

  test('is an annotation or a label, in Git or in the cluster, unless it says false', () => {
    expect(words({}, paused('incident 4711'))).toEqual(['paused in Git: incident 4711']);
    expect(words({}, { labels: { 'dynamo-gitops/paused': 'true' } })).toEqual(['paused in Git']);
    expect(words({}, paused('false'))).toEqual([]);
    const status = liveStatus({});
    const items = status.items.map((item) => ({ ...item, metadata: { ...item.metadata, ...paused('hands off') } }));
    expect(words({ status: { ...status, items } })).toEqual(['paused in the cluster: hands off']);
  });
});

/** The setting of a graph that says nothing about guardrails. */
function defaults() {
  const { deployments, ...fleet } = config();
  const [one] = deployments;
  if (one === undefined) throw new Error('the fixture has a deployment');
  return guardrailSetting(fleet, one);
}

describe('the ratio of prefill to decode', () => {
  const role = (replicas: number, change: Partial<GuardrailFacts> = {}) => ({
    ...{ replicas, marks: [] },
    facts: {
      ...{ role: 'decode' as const, current: replicas, demandReplicas: undefined, isRelative: false, holds: [] },
      limits: { min: undefined, max: undefined, maxStepUp: undefined, maxStepDown: undefined },
      setting: defaults(),
      ...{ starting: { count: 0, source: 'status' as const }, status: { kind: 'settled' as const } },
      history: { kind: 'seen' as const, lastScaleUpMs: undefined, changesInDay: 0 },
      ...change,
    },
  });
  const kept = (
    prefill: ReturnType<typeof role>,
    decode: ReturnType<typeof role>,
    bounds: { min?: number; max?: number },
  ) => {
    const pair = keepRatio({ prefill, decode }, bounds);
    return [pair.prefill.replicas, pair.decode.replicas];
  };

  test('raises the one that is too small, and lowers neither', () => {
    expect(kept(role(6), role(2), { max: 2 })).toEqual([6, 3]);
    expect(kept(role(1), role(8), { min: 0.5 })).toEqual([4, 8]);
    expect(kept(role(4), role(4), { min: 0.5, max: 2 })).toEqual([4, 4]);
  });

  test('raises no further than the other guardrails let it, and says why it did', () => {
    const limits = { min: undefined, max: undefined, maxStepUp: 1, maxStepDown: undefined };
    const { decode } = keepRatio({ prefill: role(6), decode: role(2, { limits }) }, { max: 1 });
    expect(decode.marks.map(({ guardrail, from, to }) => [guardrail, from, to])).toEqual([
      ['role-ratio', 2, 6],
      ['step-up', 6, 3],
    ]);
    expect(decode.marks[0]?.explanation).toBe('at most 1 prefill replicas for each of decode, and prefill has 6');
    const frozen = { holds: [{ guardrail: 'freeze' as const, holds: 'all' as const, explanation: 'frozen' }] };
    expect(keepRatio({ prefill: role(6), decode: role(2, frozen) }, { max: 1 }).decode.marks).toEqual([]);
  });

  test('what has been kept in proportion is', () => {
    const count = fc.integer({ min: 1, max: 60 });
    const bound = fc.double({ min: 0.1, max: 8, noNaN: true });
    fc.assert(
      fc.property(count, count, bound, bound, (prefill, decode, first, second) => {
        const bounds = { min: Math.min(first, second), max: Math.max(first, second) };
        const [p = 0, d = 0] = kept(role(prefill), role(decode), bounds);
        expect([p >= prefill, d >= decode]).toEqual([true, true]);
        expect(kept(role(p), role(d), bounds)).toEqual([p, d]);
        expect(applyGuardrails(p, role(p).facts).replicas).toBe(p);
      }),
    );
  });
});

describe('a plan', () => {
  const load = (requestCount: number) =>
    seriesOf([{ name: 'chat', namespace: 'llm', buckets: [busy(), busy({ requestCount })] }]);
  const outcome = (input: Partial<PlanInput>) => {
    const plan = makePlan(planInput(input));
    if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join('; '));
    return {
      numbers: plan.value.targets.map(({ service, current, target }) => `${service} ${current}→${target}`),
      held: plan.value.held.map(({ service, code, reason }) => `${service} ${code}: ${reason}`),
    };
  };

  test('of a paused graph changes nothing, and holds what it would have changed', () => {
    const paused = member();
    const view = { ...paused.view, annotations: { 'dynamo-gitops/paused': 'load test' } };
    expect(outcome({ series: load(1500), fleet: [{ ...paused, view }] })).toEqual({
      numbers: ['prefill 2→2', 'decode 2→2'],
      held: ['prefill paused: paused in Git: load test', 'decode paused: paused in Git: load test'],
    });
  });

  test('within a freeze changes nothing', () => {
    const freezes = [{ from: '2026-01-01', to: '2026-01-02', timeZone: 'UTC' }];
    const held = outcome({ series: load(1500), config: config({ freezes }) }).held;
    expect(held[0]).toBe('prefill freeze: frozen from 2026-01-01 to 2026-01-02 (UTC)');
  });

  test('falls when the history shows that nothing was added lately, and waits when it was', () => {
    const fleet = [member({ prefill: 4, decode: 4 })];
    const status = liveStatus({ prefill: 4, decode: 4 });
    const up = (minutesAgo: number) => ({
      ...{
        at: new Date(msAt(120 - minutesAgo * 60)).toISOString(),
        deployment: 'chat',
        namespace: 'llm',
        service: 'decode',
      },
      ...{ environment: 'prod', from: 3, to: 4, commit: 'a'.repeat(40) },
    });
    const history = (minutesAgo: number): History => ({ schemaVersion: 1, kind: 'history', changes: [up(minutesAgo)] });
    const quiet = { series: load(300), fleet, status };
    expect(outcome({ ...quiet, history: history(30) })).toEqual({ numbers: ['prefill 4→1', 'decode 4→2'], held: [] });
    expect(outcome({ ...quiet, history: history(10) }).numbers).toEqual(['prefill 4→1', 'decode 4→4']);
  });

  test('keeps to limits, steps and budgets, whatever is wanted, and never falls without status and history', () => {
    const count = fc.integer({ min: 1, max: 9 });
    const bounds = fc
      .record({
        min: fc.integer({ min: 1, max: 4 }),
        spread: fc.integer({ min: 0, max: 8 }),
        maxStepUp: count,
        maxStepDown: count,
      })
      .map(({ min, spread, ...steps }) => ({ min, max: min + spread, ...steps }));
    const anyCase = fc.record({
      ...{ prefill: count, decode: count, limits: bounds, gpus: fc.integer({ min: 0, max: 24 }) },
      ...{ requests: fc.integer({ min: 1, max: 6000 }), isDark: fc.boolean() },
      ratio: fc.constantFrom(undefined, { min: 0.5, max: 1 }),
    });
    fc.assert(
      fc.property(anyCase, ({ prefill, decode, limits, gpus, requests, isDark, ratio }) => {
        const now = { prefill, decode };
        const plan = makePlan(
          planInput({
            ...{ series: load(requests), fleet: [member(now)] },
            ...(isDark ? { status: undefined } : { status: liveStatus(now) }),
            config: config({
              ...{ budgets: [{ name: 'all', gpus }], guardrails: { prefillPerDecode: ratio } },
              deployments: [deployment({ services: { prefill: limits, decode: limits } })],
            }),
          }),
        );
        const targets = plan.ok ? plan.value.targets : [];
        expect(targets).toHaveLength(2);
        for (const { current, target } of targets) {
          if (target === current) continue;
          expect(target).toBeGreaterThanOrEqual(limits.min);
          expect(target).toBeLessThanOrEqual(limits.max);
          expect(target - current).toBeLessThanOrEqual(Math.max(limits.maxStepUp, limits.min - current));
          expect(current - target).toBeLessThanOrEqual(Math.max(limits.maxStepDown, current - limits.max));
          if (isDark) expect(target).toBeGreaterThan(current);
        }
        const after = targets.reduce((sum, { target }) => sum + target, 0);
        expect(after).toBeLessThanOrEqual(Math.max(gpus, prefill + decode));
      }),
      { numRuns: 300 },
    );
  });

  test('says in held what a status that was given does not show', () => {
    const scaler = {
      ...{ kind: 'keda' as const, name: 'chat-decode', namespace: 'llm', adapterName: 'chat-decode', min: 3, max: 6 },
      ...{ minPath: ['spec', 'minReplicaCount'], maxPath: ['spec', 'maxReplicaCount'] },
    };
    const fleet = [member({ owners: { decode: { kind: 'autoscaler', scaler } } })];
    expect(outcome({ series: load(300), fleet, status: liveStatus({}) }).held).toEqual([
      'decode no-status: scale-down waits, since the status does not show keda "chat-decode"',
    ]);
  });
});
