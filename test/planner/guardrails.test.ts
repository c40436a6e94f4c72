import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  applyGuardrails,
  type GuardrailFacts,
  type GuardrailSetting,
  type ReplicaLimits,
  replicaLimits,
} from '../../planner/index.ts';

const NO_LIMITS: ReplicaLimits = { min: undefined, max: undefined, maxStepUp: undefined, maxStepDown: undefined };

const SETTING: GuardrailSetting = {
  ...{ stabilizationSeconds: 1200, leadSeconds: 600, minChange: { replicas: 1, percent: 0 }, maxUtilization: 0.9 },
  ...{ changesPerDay: undefined, prefillPerDecode: undefined },
};
const SEEN = { kind: 'seen' as const, lastScaleUpMs: undefined, changesInDay: 0 };

function facts(change: Partial<GuardrailFacts> = {}): GuardrailFacts {
  return {
    role: 'decode',
    current: 4,
    limits: NO_LIMITS,
    setting: SETTING,
    demandReplicas: undefined,
    isRelative: false,
    starting: { count: 0, source: 'status' },
    status: { kind: 'settled' },
    history: SEEN,
    holds: [],
    ...change,
  };
}

const code = (replicas: number) => ({ replicas, source: 'declared in code' });

describe('guardrails of one service', () => {
  test('a number that no guardrail moves carries no mark', () => {
    expect(applyGuardrails(5, facts())).toEqual({ replicas: 5, marks: [] });
  });

  test.each([
    ['a worker keeps one replica', 0, facts({ current: 1 }), 1, ['floor']],
    ['a frontend may be sent to zero', 0, facts({ role: 'frontend' }), 0, []],
    ['the minimum lifts', 1, facts({ limits: { ...NO_LIMITS, min: code(3) } }), 3, ['min']],
    ['the maximum cuts', 9, facts({ limits: { ...NO_LIMITS, max: code(6) } }), 6, ['max']],
    ['one plan adds no more than a step', 9, facts({ limits: { ...NO_LIMITS, maxStepUp: 2 } }), 6, ['step-up']],
    ['one plan removes no more than a step', 1, facts({ limits: { ...NO_LIMITS, maxStepDown: 1 } }), 3, ['step-down']],
    [
      'every guardrail that moves it leaves its mark, in order',
      20,
      facts({ limits: { ...NO_LIMITS, max: code(10), maxStepUp: 2 } }),
      6,
      ['max', 'step-up'],
    ],
    [
      'a number below its minimum may rise to it in one step',
      1,
      facts({ current: 1, limits: { ...NO_LIMITS, min: code(5), maxStepUp: 1 } }),
      5,
      ['min'],
    ],
    [
      'a number above its maximum may fall to it in one step',
      20,
      facts({ current: 20, limits: { ...NO_LIMITS, max: code(5), maxStepDown: 1 } }),
      5,
      ['max'],
    ],
  ])('%s', (_, raw, given, replicas, guardrails) => {
    const guarded = applyGuardrails(raw, given);
    expect(guarded.replicas).toBe(replicas);
    expect(guarded.marks.map((mark) => mark.guardrail)).toEqual(guardrails);
  });

  const utc = (text: string) => Date.parse(`2026-11-02T${text}Z`);
  test.each<[string, number, Partial<GuardrailFacts>, number, string, string]>([
    [
      'a scale-down that would leave the rest too busy stops earlier',
      ...([3, { current: 6, demandReplicas: 4 }, 5, 'redistribution'] as const),
      'spread over 3, the demand would use 133.3 % of the capacity, and a scale-down may leave at most 90 %',
    ],
    [
      'a change below the least that is worth one is left',
      ...([5, { setting: { ...SETTING, minChange: { replicas: 2, percent: 0 } } }, 4, 'min-change'] as const),
      'a change of 1 is left, since it is below 2, the least that is worth one',
    ],
    [
      'the least change may be a share of what is there',
      ...([
        37,
        { current: 40, setting: { ...SETTING, minChange: { replicas: 1, percent: 10 } } },
        40,
        'min-change',
      ] as const),
      'a change of 3 is left, since it is below 4, the least that is worth one',
    ],
    [
      'a step from what runs waits for what is starting',
      ...([5, { isRelative: true, starting: { count: 2, source: 'status' } }, 4, 'in-flight'] as const),
      '2 replicas of 4 are still starting, and were asked for because of this load',
    ],
    [
      'without a status the history says what may be starting',
      ...([5, { isRelative: true, starting: { count: 1, source: 'history' } }, 4, 'in-flight'] as const),
      '1 replica of 4 is still starting, going by the history, and was asked for because of this load',
    ],
    [
      'a scale-down soon after a scale-up waits',
      ...([3, { history: { ...SEEN, lastScaleUpMs: utc('09:30:00') } }, 4, 'stabilization'] as const),
      'scale-down waits until 2026-11-02T09:50:00Z, 1200 s after the scale-up of 2026-11-02T09:30:00Z',
    ],
    [
      'a graph that was changed often enough today stays',
      ...([
        6,
        { setting: { ...SETTING, changesPerDay: 3 }, history: { ...SEEN, changesInDay: 3 } },
        4,
        'change-budget',
      ] as const),
      'this graph was changed 3 times in the last 24 hours, and changesPerDay is 3',
    ],
    [
      'a history that does not reach back far enough is none',
      ...([3, { history: { kind: 'incomplete', reason: 'the history starts at noon' } }, 4, 'no-history'] as const),
      'scale-down waits, since the history starts at noon',
    ],
    [
      'a freeze keeps the number',
      ...([
        6,
        { holds: [{ guardrail: 'freeze', holds: 'all', explanation: 'frozen: year-end' }] },
        4,
        'freeze',
      ] as const),
      'frozen: year-end',
    ],
    [
      'somebody who pauses a graph keeps its numbers',
      ...([2, { holds: [{ guardrail: 'paused', holds: 'all', explanation: 'paused in Git' }] }, 4, 'paused'] as const),
      'paused in Git',
    ],
  ])('%s', (_, raw, change, replicas, guardrail, explanation) => {
    expect(applyGuardrails(raw, facts(change))).toEqual({
      replicas,
      marks: [{ guardrail, from: raw, to: replicas, explanation }],
    });
  });

  test.each<[string, number, Partial<GuardrailFacts>]>([
    [
      'a number that was sized from the demand counts what is starting',
      6,
      { starting: { count: 2, source: 'status' } },
    ],
    [
      'a freeze of scale-down lets a number rise',
      6,
      { holds: [{ guardrail: 'freeze', holds: 'scale-down', explanation: 'frozen' }] },
    ],
    [
      'a step that is all one plan may take is worth a change',
      3,
      {
        limits: { ...NO_LIMITS, maxStepDown: 1 },
        setting: { ...SETTING, minChange: { replicas: 3, percent: 0 } },
      },
    ],
    [
      'a number below its minimum comes back, however small the change',
      5,
      { limits: { ...NO_LIMITS, min: code(5) }, setting: { ...SETTING, minChange: { replicas: 3, percent: 0 } } },
    ],
    ['a scale-up asks nobody how busy the replicas are', 5, { demandReplicas: 30 }],
  ])('%s', (_, raw, change) => {
    expect(applyGuardrails(raw, facts(change))).toEqual({ replicas: raw, marks: [] });
  });

  const dark = { kind: 'not-given' as const };
  const unready = { kind: 'not-ready' as const, reason: 'decode has 3 of 4 replicas ready' };
  test.each([
    ['no status', { status: dark }, 'no-status', ' for --status'],
    ['no history', { history: dark }, 'no-history', ' for --history'],
    ['neither', { status: dark, history: dark }, 'no-status', ' for --status and --history'],
    ['replicas that are not ready', { status: unready }, 'not-ready', ', since decode has 3 of 4 replicas ready'],
    [
      'a graph that drifted, and no history',
      { status: { kind: 'drift' as const, reason: 'decode has 6 live and 4 in Git' }, history: dark },
      'drift',
      ', since decode has 6 live and 4 in Git, and for --history',
    ],
  ])('with %s a scale-down waits and a scale-up goes on', (_, change, guardrail, why) => {
    const given = facts(change);
    expect(applyGuardrails(7, given)).toEqual({ replicas: 7, marks: [] });
    expect(applyGuardrails(2, given)).toEqual({
      replicas: 4,
      marks: [{ guardrail, from: 2, to: 4, explanation: `scale-down waits${why}` }],
    });
  });

  const count = fc.integer({ min: 0, max: 40 });
  const anyLimits = fc
    .record({
      low: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      spread: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      maxStepUp: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      maxStepDown: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    })
    .map(({ low, spread, ...steps }): ReplicaLimits => {
      const highest = spread === undefined ? undefined : Math.max(1, (low ?? 0) + spread);
      return {
        ...steps,
        min: low === undefined ? undefined : code(low),
        max: highest === undefined ? undefined : code(highest),
      };
    });
  const frozen = { guardrail: 'freeze' as const, explanation: 'frozen' };
  const anyOwnFacts = fc.record({
    role: fc.constantFrom('prefill' as const, 'decode' as const),
    current: count,
    limits: anyLimits,
    setting: fc.record({
      ...{ stabilizationSeconds: fc.constant(1200), leadSeconds: fc.constant(600) },
      minChange: fc.record({
        replicas: fc.integer({ min: 1, max: 5 }),
        percent: fc.double({ min: 0, max: 50, noNaN: true }),
      }),
      maxUtilization: fc.double({ min: 0.3, max: 1, noNaN: true }),
      changesPerDay: fc.constantFrom(undefined, 3),
      prefillPerDecode: fc.constant(undefined),
    }),
    demandReplicas: fc.option(fc.double({ min: 0, max: 50, noNaN: true }), { nil: undefined }),
    isRelative: fc.boolean(),
    starting: fc.record({ count: fc.integer({ min: 0, max: 3 }), source: fc.constant('status' as const) }),
    status: fc.constantFrom({ kind: 'settled' as const }, dark, unready),
    history: fc.constantFrom<GuardrailFacts['history']>(
      ...[SEEN, { ...SEEN, lastScaleUpMs: 1 }, { ...SEEN, changesInDay: 5 }, dark],
      { kind: 'incomplete', reason: 'it starts late' },
    ),
    doubts: fc.constantFrom([], ['decodeReady is missing']),
    holds: fc.constantFrom<GuardrailFacts['holds']>(
      [],
      [{ ...frozen, holds: 'all' }],
      [{ ...frozen, holds: 'scale-down' }],
    ),
  });
  // What is needed at worst has been through the guardrails itself.
  const anyFacts: fc.Arbitrary<GuardrailFacts> = fc
    .tuple(anyOwnFacts, fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }))
    .map(([own, atWorst]) =>
      atWorst === undefined
        ? own
        : { ...own, loss: { words: 'a gap', replicasAtWorst: applyGuardrails(atWorst, own).replicas } },
    );

  test('whatever is asked, a worker that moves ends within its bounds and never at zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), anyFacts, (raw, given) => {
        const { replicas } = applyGuardrails(raw, given);
        const { min, max } = given.limits;
        if (replicas === given.current) return;
        expect(replicas).toBeGreaterThanOrEqual(Math.max(1, min?.replicas ?? 0));
        expect(replicas).toBeLessThanOrEqual(max?.replicas ?? 10_000);
      }),
    );
  });

  test('whatever is asked, a number that stood within its bounds moves no further than a step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), anyFacts, (raw, given) => {
        const { min, max, maxStepUp, maxStepDown } = given.limits;
        const { current } = given;
        fc.pre(current >= Math.max(1, min?.replicas ?? 0) && current <= (max?.replicas ?? current));
        const { replicas } = applyGuardrails(raw, given);
        expect(replicas - current).toBeLessThanOrEqual(maxStepUp ?? 10_000);
        expect(current - replicas).toBeLessThanOrEqual(maxStepDown ?? 10_000);
      }),
    );
  });

  test('whatever is asked, a number only falls where status and history are seen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), anyFacts, (raw, given) => {
        const { replicas } = applyGuardrails(raw, given);
        if (replicas >= given.current) return;
        expect([given.status.kind, given.history.kind]).toEqual(['settled', 'seen']);
        expect([given.holds, given.doubts]).toEqual([[], []]);
      }),
    );
  });

  const anyRaw = fc.integer({ min: 0, max: 60 });

  test('whatever is asked, more is never answered with less', () => {
    fc.assert(
      fc.property(anyRaw, anyRaw, anyFacts, (first, second, given) => {
        const [less, more] = [Math.min(first, second), Math.max(first, second)];
        expect(applyGuardrails(less, given).replicas).toBeLessThanOrEqual(applyGuardrails(more, given).replicas);
      }),
      { numRuns: 1000 },
    );
  });

  test('what has been through the guardrails goes through them unchanged', () => {
    fc.assert(
      fc.property(anyRaw, anyFacts, (raw, given) => {
        const { replicas } = applyGuardrails(raw, given);
        expect(applyGuardrails(replicas, given).replicas).toBe(replicas);
      }),
      { numRuns: 1000 },
    );
  });

  test('whatever is not known or not given only ever keeps more', () => {
    fc.assert(
      fc.property(anyRaw, anyFacts, fc.constantFrom('status', 'history', 'both'), (raw, given, masked) => {
        fc.pre(given.setting.changesPerDay === undefined);
        const blind = {
          ...given,
          ...(masked === 'history' ? {} : { status: dark }),
          ...(masked === 'status' ? {} : { history: dark }),
        };
        expect(applyGuardrails(raw, blind).replicas).toBeGreaterThanOrEqual(applyGuardrails(raw, given).replicas);
      }),
      { numRuns: 1000 },
    );
  });

  test('after a scale-down the demand uses no more of the capacity than it may', () => {
    fc.assert(
      fc.property(anyRaw, anyFacts, (raw, given) => {
        const { replicas } = applyGuardrails(raw, given);
        const { demandReplicas, current, setting, limits } = given;
        fc.pre(demandReplicas !== undefined && current <= (limits.max?.replicas ?? current));
        if (replicas < current)
          expect((demandReplicas ?? 0) / replicas).toBeLessThanOrEqual(setting.maxUtilization + 1e-6);
      }),
      { numRuns: 1000 },
    );
  });

  test('the marks lead from the raw number to the final one without a gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), anyFacts, (raw, given) => {
        const { replicas, marks } = applyGuardrails(raw, given);
        const path = [raw, ...marks.map((mark) => mark.to)];
        expect(marks.map((mark) => mark.from)).toEqual(path.slice(0, -1));
        expect(path.at(-1)).toBe(replicas);
        expect(marks.every((mark) => mark.from !== mark.to)).toBe(true);
      }),
    );
  });
});

describe('limits from the author, the config and the autoscaler', () => {
  const sources = {
    service: 'chat/decode',
    role: 'decode' as const,
    author: { min: 1, max: 8 },
    config: {},
    configPath: 'deployments[0].services.decode',
    autoscalerMax: undefined,
  };

  test('the tighter of each wins, and is named as the source', () => {
    const limits = replicaLimits({
      ...sources,
      config: { min: 2, maxStepUp: 3 },
      autoscalerMax: { replicas: 6, source: 'maximum of keda "decode"' },
    });
    expect(limits).toEqual({
      ok: true,
      value: {
        min: { replicas: 2, source: 'dynamo-gitops.yaml' },
        max: { replicas: 6, source: 'maximum of keda "decode"' },
        maxStepUp: 3,
        maxStepDown: undefined,
      },
    });
  });

  test.each([
    [
      'a minimum below the declared one',
      { ...sources, author: { min: 2, max: 8 }, config: { min: 1 } },
      /min is 1, .* 2 to 8 .* not widen/,
    ],
    ['a maximum above the declared one', { ...sources, config: { max: 9 } }, /max is 9, .* 1 to 8 .* not widen/],
    [
      'a minimum above the declared maximum',
      { ...sources, config: { min: 9 } },
      /min is 9, .* 1 to 8 .* no number is left/,
    ],
    [
      'a maximum below the declared minimum',
      { ...sources, author: { min: 4, max: 8 }, config: { max: 3 } },
      /max is 3, .* 4 to 8 .* no number/,
    ],
    [
      'a minimum above the maximum',
      { ...sources, author: undefined, config: { min: 5, max: 3 } },
      /min is 5 and max is 3/,
    ],
    [
      'an autoscaler that stops below the minimum',
      { ...sources, author: { min: 4, max: 8 }, autoscalerMax: { replicas: 3, source: 'maximum of hpa "x"' } },
      /at least 4 replicas \(declared in code\) and at most 3 \(maximum of hpa "x"\)/,
    ],
    [
      'a worker that may have none',
      { ...sources, author: { min: 0, max: 0 } },
      /keeps at least 1 replica, .* at most 0/,
    ],
  ])('%s is an error that names both sides', (_, given, message) => {
    const limits = replicaLimits(given);
    expect(limits.ok ? [] : limits.error.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
  });
});
