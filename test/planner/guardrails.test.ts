import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BudgetConfig, gpuQuotaOf, type JsonObject, type LiveStatus } from '../../api/index.ts';
import {
  applyGuardrails,
  type BudgetedGraph,
  fitBudgets,
  type GuardrailFacts,
  type GuardrailSetting,
  gpusAfter,
  gpusBefore,
  inScope,
  ledgerEntry,
  liveEvidence,
  liveReadyReplicas,
  quotaBudgets,
  type ReplicaLimits,
  replicaLimits,
  shareRoom,
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
  const anyFacts = fc.record({
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

describe('live status', () => {
  const graph = { name: 'chat', namespace: 'llm' };
  const own = { kind: 'graph' as const };
  const decode = { service: 'decode', replicas: 2, owner: own };
  const ready = { replicas: 2, updatedReplicas: 2, readyReplicas: 2 };

  interface Sketch {
    readonly spec?: object | undefined;
    readonly status?: object | undefined;
    readonly generation?: number;
    readonly others?: LiveStatus['items'];
  }
  const live = ({ spec, status, generation, others = [] }: Sketch = {}): LiveStatus => ({
    kind: 'List',
    items: [
      ...others,
      {
        ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
        metadata: { ...graph, ...(generation === undefined ? {} : { generation }) },
        spec: spec ?? { services: { decode: { replicas: 2 } } },
        status: status ?? { state: 'successful', services: { decode: ready } },
      },
    ],
  });
  const reporting = (report: object, more: object = {}) => live({ status: { services: { decode: report }, ...more } });

  test('a service that runs what Git says is settled, in either version', () => {
    const beta = live({
      spec: { components: [{ name: 'decode', replicas: 2 }] },
      status: { components: { decode: ready } },
    });
    const items = beta.items.map((item) => ({ ...item, apiVersion: 'nvidia.com/v1beta1' }));
    expect(liveEvidence(live(), graph, decode)).toEqual({ kind: 'settled' });
    expect(liveEvidence({ ...beta, items }, graph, decode)).toEqual({ kind: 'settled' });
  });

  test('what runs a pod decides whether ready or available replicas are reported', () => {
    const available = reporting({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
    expect(liveEvidence(available, graph, decode)).toEqual({ kind: 'settled' });
    expect(liveReadyReplicas(available, graph, 'decode')).toBe(2);
    expect(liveReadyReplicas(live(), graph, 'decode')).toBe(2);
    expect(liveReadyReplicas(live(), graph, 'prefill')).toBeUndefined();
    expect(liveReadyReplicas(undefined, graph, 'decode')).toBeUndefined();
  });

  test('no status at all is told apart from a status that shows nothing', () => {
    expect(liveEvidence(undefined, graph, decode)).toEqual({ kind: 'not-given' });
  });

  const condition = (change: object) => ({ conditions: [{ type: 'Ready', status: 'True', ...change }] });
  test.each<[string, LiveStatus, string, string]>([
    ['another graph', { kind: 'List', items: [] }, 'no-status', 'the status shows no graph llm/chat'],
    [
      'a graph that was never reconciled',
      live({ status: {} }),
      'no-status',
      'the status of llm/chat does not report decode',
    ],
    [
      'only other services',
      live({ status: { services: { prefill: ready } } }),
      'no-status',
      'the status of llm/chat does not report decode',
    ],
    [
      'a spec without the service',
      live({ spec: { services: { prefill: { replicas: 2 } } } }),
      'no-status',
      'the status of llm/chat does not show the replicas that decode asks for',
    ],
    [
      'more replicas than Git has',
      live({ spec: { services: { decode: { replicas: 6 } } } }),
      'drift',
      'decode has 6 live and 2 in Git',
    ],
    [
      'one replica of two that is ready',
      reporting({ ...ready, readyReplicas: 1 }),
      'not-ready',
      'decode has 1 of 2 replicas ready',
    ],
    [
      'one replica of two that is updated',
      reporting({ ...ready, updatedReplicas: 1 }),
      'not-ready',
      'decode has 1 of 2 replicas updated',
    ],
    [
      'a replica that is still there',
      reporting({ ...ready, replicas: 3 }),
      'not-ready',
      'decode has 3 of 2 replicas running',
    ],
    [
      'nothing about readiness',
      reporting({ replicas: 2, updatedReplicas: 2 }),
      'not-ready',
      'the status does not say how many replicas of decode are ready',
    ],
    [
      'an older generation',
      live({ generation: 3, status: { observedGeneration: 2, services: { decode: ready } } }),
      'not-ready',
      'the operator has seen generation 2 of llm/chat, and 3 is there',
    ],
    [
      'an older generation in its condition alone',
      live({ generation: 3, status: { services: { decode: ready }, ...condition({ observedGeneration: 2 }) } }),
      'not-ready',
      'the operator has seen generation 2 of llm/chat, and 3 is there',
    ],
    ['a failed graph', reporting(ready, { state: 'failed' }), 'not-ready', 'llm/chat is failed'],
    ['a pending graph', reporting(ready, { state: 'pending' }), 'not-ready', 'llm/chat is pending'],
    ['a graph without a state yet', reporting(ready, { state: '' }), 'not-ready', 'llm/chat is not reconciled'],
    [
      'a graph that is not ready',
      reporting(ready, condition({ status: 'False', reason: 'updating' })),
      'not-ready',
      'llm/chat is not ready (updating)',
    ],
    [
      'a graph that may be ready',
      reporting(ready, condition({ status: 'Unknown' })),
      'not-ready',
      'llm/chat is not ready',
    ],
  ])('%s does not show that it has settled', (_, status, kind, reason) => {
    expect(liveEvidence(status, graph, decode)).toEqual({ kind, reason });
  });

  test('the seed operator reports no generation, and none is asked for', () => {
    expect(liveEvidence(live({ generation: 3 }), graph, decode)).toEqual({ kind: 'settled' });
  });

  describe('of a service that an autoscaler drives', () => {
    const scaler = {
      ...{ kind: 'hpa' as const, name: 'chat-decode', namespace: 'llm', adapterName: 'chat-decode', min: 2, max: 6 },
      ...{ minPath: ['spec', 'minReplicas'], maxPath: ['spec', 'maxReplicas'] },
    };
    const driven = { service: 'decode', replicas: 2, owner: { kind: 'autoscaler' as const, scaler } };
    const running = (replicas: number, others: LiveStatus['items']) =>
      live({
        others,
        spec: { services: { decode: { replicas } } },
        status: { services: { decode: { replicas, updatedReplicas: replicas, readyReplicas: replicas } } },
      });
    const target = {
      ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter', name: 'chat-decode' },
    };
    const hpa = (minReplicas: number, maxReplicas = 6) => ({
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
      metadata: { name: 'chat-decode', namespace: 'llm' },
      spec: { scaleTargetRef: target, minReplicas, maxReplicas },
    });

    test.each([
      ['any number within its bounds', running(5, [hpa(2)]), { kind: 'settled' }],
      [
        'an autoscaler that is not shown',
        running(5, []),
        { kind: 'no-status', reason: 'the status does not show hpa "chat-decode"' },
      ],
      [
        'another floor',
        running(5, [hpa(3)]),
        { kind: 'drift', reason: 'the minimum of hpa "chat-decode" is 3 live and 2 in Git' },
      ],
      [
        'another ceiling',
        running(5, [hpa(2, 9)]),
        { kind: 'drift', reason: 'the maximum of hpa "chat-decode" is 9 live and 6 in Git' },
      ],
      [
        'a number above the ceiling',
        running(7, [hpa(2)]),
        { kind: 'drift', reason: 'decode has 7 live, outside of what hpa "chat-decode" allows' },
      ],
    ])('%s', (_, status, expected) => {
      expect(liveEvidence(status, graph, driven)).toEqual(expected);
    });
  });

  test('a committed scaling adapter is compared with the live one, and with the graph that it drives', () => {
    const path = ['spec', 'replicas'];
    const adapter = { name: 'chat-decode', namespace: 'llm', graph: 'chat', service: 'decode', replicas: 2 };
    const owner = { kind: 'adapter' as const, scaler: { kind: 'adapter' as const, ...adapter, replicasPath: path } };
    const object = (replicas: number) => ({
      ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter' },
      metadata: { name: 'chat-decode', namespace: 'llm' },
      spec: { replicas, dgdRef: { name: 'chat', serviceName: 'decode' } },
    });
    const evidence = (sketch: Sketch) => liveEvidence(live(sketch), graph, { ...decode, owner });
    expect(evidence({ others: [object(2)] })).toEqual({ kind: 'settled' });
    expect(evidence({ others: [object(6)] })).toEqual({
      ...{ kind: 'drift', reason: 'scaling adapter "chat-decode" says 6 live and 2 in Git' },
    });
    expect(evidence({ spec: { services: { decode: { replicas: 6 } } } })).toEqual({
      ...{ kind: 'drift', reason: 'decode has 6 live and 2 in Git' },
    });
  });

  test('a service named like a part of every object is not seen by accident', () => {
    const named = { ...decode, service: 'constructor' };
    expect(liveEvidence(live({ status: { services: {} } }), graph, named).kind).toBe('no-status');
  });
});

describe('GPU budgets', () => {
  const known = (value: number) => ({ kind: 'known' as const, value });
  const unknown = { kind: 'unknown' as const, reason: 'gpu is "many"' };

  function graph(
    name: string,
    services: readonly (readonly [name: string, current: number, target: number | undefined, gpus: number])[],
    change: Partial<BudgetedGraph> = {},
  ): BudgetedGraph {
    return {
      ...{ name, namespace: 'llm', environment: 'prod' },
      services: services.map(([service, current, target, gpus]) => ({
        ...{ name: service, current: known(current), target, gpusPerReplica: known(gpus), min: 1 },
      })),
      ...change,
    };
  }

  const budget = (gpus: number, change: Partial<BudgetConfig> = {}): BudgetConfig => ({ name: 'all', gpus, ...change });
  const targetsOf = (graphs: readonly BudgetedGraph[]) =>
    graphs.map(({ services }) => services.map((service) => service.target));

  test('what fits is left alone', () => {
    const graphs = [
      graph('chat', [
        ['prefill', 1, 2, 2],
        ['decode', 2, 4, 1],
      ]),
    ];
    expect(fitBudgets(graphs, [budget(8)])).toEqual({ graphs, cuts: [] });
  });

  test('prefill and decode of a graph are cut in proportion to what they asked for', () => {
    const graphs = [
      graph('chat', [
        ['prefill', 2, 4, 1],
        ['decode', 2, 6, 1],
      ]),
    ];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(7)]);
    expect(targetsOf(fitted)).toEqual([[3, 4]]);
    expect(cuts.map(({ mark }) => mark)).toEqual([
      {
        ...{ guardrail: 'gpu-budget', from: 4, to: 3 },
        explanation:
          'budget "all" has 4 of 7 GPUs taken and 3 free, and 6 are wanted; 1 of 2 more replicas fit, 1 GPU each',
      },
      {
        ...{ guardrail: 'gpu-budget', from: 6, to: 4 },
        explanation:
          'budget "all" has 4 of 7 GPUs taken and 3 free, and 6 are wanted; 2 of 4 more replicas fit, 1 GPU each',
      },
    ]);
  });

  test('a graph that nobody plans takes its part of the budget', () => {
    const graphs = [graph('chat', [['decode', 2, 6, 1]]), graph('embed', [['worker', 3, undefined, 1]])];
    expect(targetsOf(fitBudgets(graphs, [budget(6)]).graphs)).toEqual([[3], [undefined]]);
  });

  test('a budget that is exceeded already lowers nothing and adds nothing', () => {
    const graphs = [
      graph('chat', [
        ['prefill', 4, 5, 4],
        ['decode', 4, 4, 4],
      ]),
    ];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(8)]);
    expect(targetsOf(fitted)).toEqual([[4, 4]]);
    expect(cuts.map(({ held }) => held?.code)).toEqual(['over-budget']);
  });

  test('what a graph gives up it may use itself, and no other graph may', () => {
    const swap = graph('chat', [
      ['prefill', 3, 2, 1],
      ['decode', 3, 4, 1],
    ]);
    const other = graph('other', [['decode', 2, 3, 1]]);
    expect(targetsOf(fitBudgets([swap, other], [budget(8)]).graphs)).toEqual([[2, 4], [2]]);
  });

  test('a number that could only rise to below its minimum stays', () => {
    const low = graph('chat', []);
    const services = [{ name: 'decode', current: known(1), target: 5, gpusPerReplica: known(1), min: 5 }];
    expect(targetsOf(fitBudgets([{ ...low, services }], [budget(3)]).graphs)).toEqual([[1]]);
  });

  test('a graph of a higher priority is served first, and says so', () => {
    const graphs = [graph('batch', [['decode', 2, 6, 1]]), graph('chat', [['decode', 2, 6, 1]], { priority: 5 })];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(9)]);
    expect(targetsOf(fitted)).toEqual([[3], [6]]);
    expect(cuts.map(({ mark }) => mark.explanation)).toEqual([
      'budget "all" has 4 of 9 GPUs taken and 5 free, and 8 are wanted; 1 of 4 more replicas fit, 1 GPU each; 2 graphs share them by how much of its demand a GPU meets, after those of a higher priority (this one has 0, the highest is 5)',
    ]);
  });

  test('among equals a GPU goes where it meets the largest share of a graph’s demand', () => {
    const graphs = [
      graph('large', [['decode', 30, 40, 1]]),
      graph('small', [['decode', 1, 4, 1]]),
      graph('heavy', [['decode', 1, 3, 8]]),
    ];
    expect(targetsOf(fitBudgets(graphs, [budget(46)]).graphs)).toEqual([[34], [4], [1]]);
    expect(targetsOf(fitBudgets(graphs, [budget(52)]).graphs)).toEqual([[32], [4], [2]]);
  });

  test('prefill and decode of a graph rise together, since the one that lacks most decides', () => {
    const pair = graph('pair', [
      ['prefill', 1, 4, 1],
      ['decode', 1, 4, 1],
    ]);
    const one = graph('one', [['worker', 2, 8, 1]]);
    // Each step of the pair meets a quarter for two GPUs, each of the other an eighth for one; the first wins the tie.
    expect(targetsOf(fitBudgets([pair, one], [budget(10)]).graphs)).toEqual([[4, 4], [2]]);
    expect(targetsOf(fitBudgets([pair, one], [budget(9)]).graphs)).toEqual([[3, 3], [3]]);
  });

  test('a budget of one graph bounds it alone', () => {
    const graphs = [graph('chat', [['decode', 2, 6, 1]]), graph('batch', [['decode', 2, 6, 1]])];
    expect(targetsOf(fitBudgets(graphs, [budget(4, { deployment: 'chat' })]).graphs)).toEqual([[4], [6]]);
  });

  describe('from a quota of the manifests', () => {
    const quota = (hard: JsonObject) => {
      const document = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'gpus', namespace: 'llm' } };
      const found = gpuQuotaOf({ ...document, spec: { hard } });
      return found === undefined ? [] : quotaBudgets(found, 'prod');
    };
    const h200 = (name: string, resource: string | undefined, change: Partial<BudgetedGraph> = {}): BudgetedGraph => {
      const one = graph(name, [['decode', 2, 6, 1]], change);
      return { ...one, services: one.services.map((service) => ({ ...service, resource })) };
    };

    test('a namespace gets no more than its quota, in its environment', () => {
      const graphs = [
        h200('chat', 'nvidia.com/gpu'),
        h200('other', 'nvidia.com/gpu', { namespace: 'other' }),
        h200('dev', 'nvidia.com/gpu', { environment: 'dev' }),
      ];
      const { graphs: fitted, cuts } = fitBudgets(graphs, quota({ 'requests.nvidia.com/gpu': '3' }));
      expect(targetsOf(fitted)).toEqual([[3], [6], [6]]);
      expect(cuts[0]?.mark.explanation).toBe(
        'quota "prod/llm/gpus" of nvidia.com/gpu has 2 of 3 GPUs taken and 1 free, and 4 are wanted; 1 of 4 more replicas fit, 1 GPU each',
      );
      expect(quota({ 'requests.nvidia.com/gpu': '3' }).map((one) => ledgerEntry(one, fitted))).toEqual([
        { budget: 'prod/llm/gpus', limitGpus: 3, beforeGpus: 2, afterGpus: 3, unknown: [] },
      ]);
    });

    test('it counts its own resource, and what may be it', () => {
      const graphs = [h200('chat', 'amd.com/gpu'), h200('maybe', undefined)];
      expect(targetsOf(fitBudgets(graphs, quota({ 'requests.nvidia.com/gpu': '3' })).graphs)).toEqual([[6], [3]]);
    });

    test('one that nobody can read lets nothing rise', () => {
      const { graphs: fitted, cuts } = fitBudgets(
        [h200('chat', 'nvidia.com/gpu')],
        quota({ 'requests.nvidia.com/gpu': '4k' }),
      );
      expect(targetsOf(fitted)).toEqual([[2]]);
      expect(cuts[0]?.held).toEqual({
        code: 'unknown-gpus',
        reason:
          'quota "prod/llm/gpus" of nvidia.com/gpu cannot be checked: spec.hard.requests.nvidia.com/gpu is "4k", which is not a whole number',
      });
    });
  });

  test('one unknown GPU count in scope holds every increase, and every service without one is named', () => {
    const dark = graph('dark', []);
    const worker = { name: 'worker', current: known(1), target: undefined, gpusPerReplica: unknown, min: 0 };
    const other = { ...worker, name: 'other', gpusPerReplica: { ...unknown, reason: 'gpu is "some"' } };
    const graphs = [
      graph('chat', [
        ['prefill', 2, 1, 1],
        ['decode', 2, 3, 1],
      ]),
      { ...dark, services: [worker, other] },
    ];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(100)]);
    expect(targetsOf(fitted)).toEqual([[1, 2], [undefined]]);
    expect(cuts.map(({ held }) => held)).toEqual([
      {
        code: 'unknown-gpus',
        reason:
          'budget "all" cannot be checked, since nobody knows the GPUs of prod/dark/worker (gpu is "many"), prod/dark/other (gpu is "some")',
      },
    ]);
    expect(ledgerEntry(budget(100), fitted)).toEqual({
      ...{
        budget: 'all',
        limitGpus: 100,
        beforeGpus: null,
        afterGpus: null,
        unknown: ['prod/dark/worker', 'prod/dark/other'],
      },
    });
  });

  test('a service without GPUs is nobody’s problem, even where its replicas cannot be read', () => {
    const odd = graph('odd', []);
    const services = [{ name: 'frontend', current: unknown, target: undefined, gpusPerReplica: known(0), min: 0 }];
    const graphs = [graph('chat', [['decode', 2, 3, 1]]), { ...odd, services }];
    expect(ledgerEntry(budget(8), graphs)).toMatchObject({ beforeGpus: 2, afterGpus: 3 });
  });

  test('a budget reaches its environment and namespace; a graph that names none counts everywhere', () => {
    const graphs = [
      graph('a', []),
      graph('b', [], { environment: 'dev' }),
      graph('c', [], { namespace: 'other' }),
      graph('d', [], { environment: undefined, namespace: undefined }),
    ];
    const names = (scope: BudgetConfig) => inScope(scope, graphs).map(({ name }) => name);
    expect(names(budget(1))).toEqual(['a', 'b', 'c', 'd']);
    expect(names(budget(1, { environment: 'prod' }))).toEqual(['a', 'c', 'd']);
    expect(names(budget(1, { environment: 'prod', namespace: 'llm' }))).toEqual(['a', 'd']);
  });

  const anyService = fc
    .record({
      name: fc.constantFrom('prefill', 'decode', 'worker'),
      current: fc.integer({ min: 0, max: 6 }),
      step: fc.option(fc.integer({ min: -3, max: 8 }), { nil: undefined }),
      gpus: fc.integer({ min: 0, max: 8 }),
      min: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ name, current, step, gpus, min }) => ({
      ...{ name, current: known(current), gpusPerReplica: known(gpus), min },
      target: step === undefined ? undefined : Math.max(0, current + step),
    }));
  const anyGraphs = fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      namespace: fc.constantFrom('x', 'y', undefined),
      environment: fc.constantFrom('prod', 'dev', undefined),
      priority: fc.integer({ min: -1, max: 1 }),
      services: fc.array(anyService, { maxLength: 3 }),
    }),
    { maxLength: 5 },
  );
  const anyBudgets = fc.array(
    fc.record(
      {
        name: fc.constantFrom('one', 'two'),
        gpus: fc.integer({ min: 0, max: 60 }),
        environment: fc.constantFrom('prod', 'dev'),
        namespace: fc.constantFrom('x', 'y'),
      },
      { requiredKeys: ['name', 'gpus'] },
    ),
    { maxLength: 3 },
  );

  test('whatever the fleet, no budget is exceeded by what a plan adds, and nothing falls because of one', () => {
    fc.assert(
      fc.property(anyGraphs, anyBudgets, (graphs, budgets) => {
        const { graphs: fitted } = fitBudgets(graphs, budgets);
        for (const one of budgets) {
          const scope = inScope(one, fitted);
          expect(gpusAfter(scope)).toBeLessThanOrEqual(Math.max(one.gpus, gpusBefore(scope)));
        }
        fitted.forEach((after, index) => {
          after.services.forEach((service, position) => {
            const wanted = graphs[index]?.services[position]?.target;
            if (service.target === undefined || wanted === undefined) return;
            const current = service.current.kind === 'known' ? service.current.value : Number.NaN;
            expect(service.target).toBeLessThanOrEqual(wanted);
            expect(service.target).toBeGreaterThanOrEqual(Math.min(current, wanted));
            if (service.target > current) expect(service.target).toBeGreaterThanOrEqual(Math.min(service.min, wanted));
          });
        });
      }),
    );
  });

  test('room is shared to the last GPU that any increase could use', () => {
    const increase = fc.record({
      graph: fc.integer({ min: 0, max: 2 }),
      priority: fc.constant(0),
      current: fc.integer({ min: 0, max: 4 }),
      replicas: fc.integer({ min: 1, max: 6 }),
      gpusPerReplica: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(increase, { maxLength: 5 }), fc.integer({ min: 0, max: 60 }), (increases, room) => {
        const granted = shareRoom(increases, room, new Map());
        const used = increases.reduce((sum, one, index) => sum + (granted[index] ?? 0) * one.gpusPerReplica, 0);
        expect(used).toBeLessThanOrEqual(room);
        increases.forEach((one, index) => {
          const isServed = granted[index] === one.replicas;
          expect(isServed || one.gpusPerReplica > room - used).toBe(true);
        });
      }),
    );
  });
});
