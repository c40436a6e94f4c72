import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf, type HeldItem, type LedgerEntry, type Plan, type PlanTarget, sealPlan } from '../../api/index.ts';
import {
  colorPaint,
  explain,
  explanationReport,
  parseServiceQuery,
  plainPaint,
  planReport,
  servicesOf,
} from '../../report/index.ts';

const INPUT = { file: 'somewhere', digest: digestOf('somewhere') };

function target(change: Partial<PlanTarget> = {}): PlanTarget {
  return {
    ...{ deployment: 'chat', namespace: 'llm', environment: 'prod', service: 'decode', role: 'decode', owner: 'graph' },
    ...{ current: 2, target: 4, gpusPerReplica: 2, guardrails: [] },
    locations: [
      {
        file: 'dist/chat.yaml',
        digest: INPUT.digest,
        document: 0,
        path: ['spec', 'components', { name: 'decode' }, 'replicas'],
        line: 9,
      },
    ],
    reasons: [
      { stage: 'demand', name: 'demand', value: 30, explanation: 'thirty' },
      { stage: 'raw', name: 'replicas', value: 5, explanation: '30 ÷ 6 per replica = 5 → 5' },
    ],
    ...change,
  };
}

function held(change: Partial<HeldItem> = {}): HeldItem {
  return {
    ...{ deployment: 'embed', namespace: 'llm', environment: 'dev', service: null, code: 'no-data' },
    reason: 'requestCount is missing: 2 of 3 buckets have data',
    ...change,
  };
}

function plan(change: Partial<Plan> = {}): Plan {
  return sealPlan({
    ...{ schemaVersion: 1, kind: 'plan', createdAt: '2026-01-01T00:02:00.000Z', expiresAt: '2026-01-02T00:02:00.000Z' },
    inputs: {
      config: INPUT,
      metrics: { file: 'metrics.json', digest: INPUT.digest, source: 'made up for a test' },
      ...{ manifests: [], profiles: [], status: null, history: null },
    },
    ...{ targets: [target()], held: [], ledger: [] },
    ...change,
  });
}

const text = (one: Plan) => planReport(one).text(plainPaint);
const over: LedgerEntry = { budget: 'fleet', limitGpus: 8, beforeGpus: 12, afterGpus: 12, unknown: [] };

describe('a plan as text', () => {
  test('shows graphs, what was held, what nobody plans, budgets, and the next step', () => {
    const guardrails: PlanTarget['guardrails'] = [
      { guardrail: 'step-up', from: 5, to: 4, explanation: 'at most 2 more than 2 in one plan' },
    ];
    const report = planReport(
      plan({
        targets: [target({ service: 'prefill', role: 'prefill', target: 2 }), target({ guardrails })],
        held: [
          held(),
          held({
            deployment: 'search',
            service: 'VllmDecodeWorker',
            code: 'owner',
            reason:
              'its scaling adapter is on, and neither an autoscaler nor a scaling adapter manifest is in the repository',
          }),
          held({ deployment: 'old', code: 'not-planned', reason: 'no deployment of the config names it' }),
        ],
        ledger: [
          over,
          { budget: 'prod', limitGpus: 16, beforeGpus: null, afterGpus: null, unknown: ['dev/embed/worker'] },
        ],
      }),
      { savedAs: 'plans/today.json' },
    );
    expect(report.text(plainPaint)).toMatchInlineSnapshot(`
"Plan for 2026-01-01T00:02:00Z: 1 change in 1 graph, +4 GPUs; 2 held
metrics metrics.json · valid until 2026-01-02T00:02:00Z

prod/chat (namespace llm)
  SERVICE  REPLICAS  GPUS   OWNER  WHY
  prefill  2         4      graph  30 ÷ 6 per replica = 5 → 5
  decode   2 → 4     4 → 8  graph  30 ÷ 6 per replica = 5 → 5; wants 5, gets 4: at most 2 more than
                                   2 in one plan

Held
  dev/embed                    no-data  requestCount is missing: 2 of 3 buckets have data
  dev/search/VllmDecodeWorker  owner    its scaling adapter is on, and neither an autoscaler nor a
                                        scaling adapter manifest is in the repository

Not planned, since no deployment of the config names them: dev/old

Budgets
  fleet  12 of 8 GPUs, over the limit
  prod   ? of 16 GPUs: the GPUs of dev/embed/worker are unknown

Next: dynamo-gitops propose plans/today.json
Every step behind a number: dynamo-gitops explain plans/today.json"
`);
    expect(report.markdown()).toMatchInlineSnapshot(`
"**Plan for 2026-01-01T00:02:00Z: 1 change in 1 graph, +4 GPUs; 2 held**

\`prod/chat\` in namespace llm

| Service | Replicas | GPUs per replica | GPUs | Why |
| --- | --- | --- | --- | --- |
| \`prefill\` | 2 | 2 | 4 | 30 ÷ 6 per replica = 5 → 5 |
| \`decode\` | 2 → **4** | 2 | 4 → 8 | 30 ÷ 6 per replica = 5 → 5; wants 5, gets 4: at most 2 more than 2 in one plan |

|  | Before | After | Limit | Basis |
| --- | --- | --- | --- | --- |
| GPUs of what changes | 4 | **8** |  | replicas × GPUs per replica |
| GPU budget \`fleet\` | 12 | **12** | ≤ 8 | **over the limit** |
| GPU budget \`prod\` | unknown | unknown | ≤ 16 | unknown: \`dev/embed/worker\` |
| Cost | unknown | unknown |  | no \`pricing\` in dynamo-gitops.yaml |

**Held**

- \`dev/embed\` is held (\`no-data\`): requestCount is missing: 2 of 3 buckets have data
- \`dev/search/VllmDecodeWorker\` is held (\`owner\`): its scaling adapter is on, and neither an autoscaler nor a scaling adapter manifest is in the repository

Not planned, since no deployment of the config names them: dev/old

<sub>metrics \`metrics.json\` · valid until 2026-01-02T00:02:00Z</sub>
"
`);
  });

  test('a plan that changes nothing has nothing to propose', () => {
    expect(text(plan({ targets: [target({ target: 2 })] }))).toMatch(/: no changes\n[\s\S]*Nothing to propose\.$/);
  });

  const waits: PlanTarget['guardrails'] = [
    { guardrail: 'no-status', from: 1, to: 2, explanation: 'scale-down waits for --status' },
  ];
  const cut: PlanTarget['guardrails'] = [
    {
      guardrail: 'max',
      from: 551,
      to: 4,
      explanation: 'at most 4 (declared in code), so the SLA cannot be met at this load',
    },
  ];
  const stuck = target({ target: 2, guardrails: waits });
  const idle = target({ target: 2, service: 'prefill' });

  test.each([
    ['nothing', { targets: [idle] }, 'no changes'],
    ['everything that waits', { targets: [stuck] }, 'no changes; all held; 1 scale-down waits'],
    ['one of two that waits', { targets: [idle, stuck] }, 'no changes; 1 scale-down waits'],
    [
      'graphs that are all held',
      { targets: [], held: [held(), held({ environment: 'qa' })] },
      'no changes; all held; 2 held',
    ],
    ['a graph that is held beside one that is right', { targets: [idle], held: [held()] }, 'no changes; 1 held'],
    [
      'a service that the budget keeps',
      {
        targets: [idle],
        held: [held({ ...{ deployment: 'chat', environment: 'prod', service: 'prefill' }, code: 'over-budget' })],
      },
      'no changes; all held; 1 held',
    ],
    ['a graph that nobody plans', { targets: [idle], held: [held({ code: 'not-planned' })] }, 'no changes'],
    ['a change and what waits', { targets: [target(), stuck] }, '1 change in 1 graph, +4 GPUs; 1 scale-down waits'],
    [
      'a demand that is cut',
      { targets: [target({ guardrails: cut })] },
      '1 change in 1 graph, +4 GPUs; the SLA cannot be met by 1 service',
    ],
  ])('the headline of %s', (_, change, headline) => {
    expect(text(plan(change)).split('\n\n')[0]?.split('\nmetrics')[0]?.replace('\n', ' ')).toBe(
      `Plan for 2026-01-01T00:02:00Z: ${headline}`,
    );
  });

  test('a number that stays or is cut says what it would be, and why it is not', () => {
    expect(text(plan({ targets: [stuck] }))).toMatch(/→ 5; wants 1, stays at 2: scale-down waits\s+for --status\n/);
    const moves: PlanTarget['guardrails'] = [
      ...cut,
      { guardrail: 'gpu-budget', from: 4, to: 3, explanation: 'budget "all" has 6 of 7 GPUs taken and 1 free' },
    ];
    expect(text(plan({ targets: [target({ target: 3, guardrails: moves })] })).replace(/\n +/g, ' ')).toContain(
      'wants 551, gets 4: at most 4 (declared in code), so the SLA cannot be met at this load; gets 3: the GPU budget allows no more',
    );
  });

  test('a maximum that cuts the demand is said before anything else', () => {
    const line =
      'prod/chat/decode needs 551, allowed at most 4 (declared in code), so the SLA cannot be met at this load';
    const report = planReport(plan({ targets: [target({ guardrails: cut })] }));
    expect(report.text(plainPaint).split('\n\n')[1]?.replace('\n', ' ')).toBe(line);
    expect(report.markdown().split('\n\n')[1]).toBe(line);
  });

  test('a plan that has expired already says so, and is not offered to be proposed', () => {
    const outlook = { savedAs: 'plan.json', now: new Date('2026-01-02T00:02:01Z') };
    const shown = planReport(plan(), outlook).text(plainPaint);
    expect(shown).toContain('metrics metrics.json · expired at 2026-01-02T00:02:00Z');
    expect(shown).toMatch(/\n\nThis plan has expired already: it speaks of 2026-01-01T00:02:00Z \(--at\)/);
    expect(shown).not.toContain('propose plan.json');
    expect(planReport(plan(), outlook).markdown()).toContain('expired at');
    const [now, fresh] = [new Date('2026-01-02T00:02:00Z'), 'valid until 2026-01-02T00:02:00Z'];
    expect(planReport(plan(), { now }).text(plainPaint)).toContain(fresh);
  });

  test('a plan that was not saved says how to save it', () => {
    expect(text(plan())).toMatch(/Next: save this plan with --out plan\.json, then dynamo-gitops propose plan\.json$/);
  });

  test('a file name that a shell would split is quoted', () => {
    const shown = planReport(plan(), { savedAs: "my plan's.json" }).text(plainPaint);
    expect(shown).toContain("dynamo-gitops propose 'my plan'\\''s.json'");
  });

  test('paint adds colour and nothing else', () => {
    const report = planReport(plan({ held: [held()], ledger: [over] }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    expect(report.text(colorPaint).replace(/\u001b\[\d+m/g, '')).toBe(report.text(plainPaint));
  });

  const anyText = fc.string({ unit: 'grapheme', maxLength: 300 });

  test('whatever names and reasons hold, no line is forged and none is wider than 100 columns', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 63 }), (reason, length) => {
        const words = reason.replace(/\S{30,}/gu, (word) => Array.from(word).slice(0, 29).join(''));
        const hostile = plan({
          targets: [
            target({
              service: 'x'.repeat(length),
              reasons: [{ stage: 'raw', name: 'n', value: 1, explanation: words }],
            }),
          ],
          held: [held({ service: 'x'.repeat(length), reason: words })],
        });
        const lines = text(hostile).split('\n');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may reach a terminal
        expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('a plan as Markdown', () => {
  test('shows hostile text as text', () => {
    const reason = '@org/team <img src=x> #12 | `code` [link](http://evil)';
    const markdown = planReport(plan({ held: [held({ reason })] })).markdown();
    expect(markdown).not.toMatch(/@org|(?<!\\)<img|#12|(?<!\\)\[link|http:\/\/evil/);
    expect(markdown.split('\n').filter((line) => line.startsWith('- `dev/embed` is held'))).toHaveLength(1);
  });
});

describe('an explanation', () => {
  test('of a service whose graph is held is what holds the graph', () => {
    const query = parseServiceQuery('dev/embed/decode');
    expect(explain(plan({ held: [held()] }), query)).toMatchObject({ targets: [], held: [{ code: 'no-data' }] });
  });

  test('of a service of a held graph is nothing where the graph has no such service', () => {
    const one = plan({ targets: [], held: [held({ services: ['prefill', 'decode'] })] });
    expect(explain(one, parseServiceQuery('embed/decode'))?.held).toHaveLength(1);
    expect(explain(one, parseServiceQuery('embed/nope'))).toBeUndefined();
    expect(servicesOf(one)).toEqual(['dev/embed/prefill', 'dev/embed/decode']);
  });

  test('of one service leaves out what concerns others', () => {
    const elsewhere = held({ deployment: 'chat', environment: 'qa', code: 'not-planned', services: ['decode'] });
    const other = held({ deployment: 'chat', environment: 'prod', service: 'prefill', code: 'owner' });
    const one = plan({ held: [elsewhere, other] });
    expect(explain(one, parseServiceQuery('chat/decode'))).toMatchObject({
      targets: [{ service: 'decode' }],
      held: [],
    });
    expect(explain(one, parseServiceQuery('qa/chat/decode'))).toMatchObject({ targets: [], held: [elsewhere] });
  });

  test('tells services of the same name in two environments apart', () => {
    const both = plan({ targets: [target(), target({ environment: 'dev' })] });
    expect(explain(both, parseServiceQuery('chat/decode'))?.targets).toHaveLength(2);
    expect(explain(both, parseServiceQuery('dev/chat/decode'))?.targets).toHaveLength(1);
    expect(explain(both, parseServiceQuery('qa/chat/decode'))).toBeUndefined();
  });

  test.each(['', 'decode', '/decode', 'chat/', 'a/b/c/d'])('%j names no service', (words) => {
    expect(parseServiceQuery(words)).toBeUndefined();
  });

  test('leads from demand to the target and to the place of the number', () => {
    const guardrails: PlanTarget['guardrails'] = [{ guardrail: 'max', from: 5, to: 4, explanation: 'at most 4' }];
    const explanation = explain(plan({ targets: [target({ guardrails })], held: [held()] }), undefined);
    if (explanation === undefined) throw new Error('the plan has targets');
    const report = explanationReport(explanation);
    expect(report.text(plainPaint)).toMatchInlineSnapshot(`
"Decided on 2026-01-01T00:02:00Z

prod/chat/decode: 2 → 4
  demand     thirty
  raw        30 ÷ 6 per replica = 5 → 5
  guardrail  max 5 → 4: at most 4
  target     replicas 2 → 4, GPUs 4 → 8
  where      dist/chat.yaml:9 spec.components[name=decode].replicas (replicas in the graph)

Held
  dev/embed  no-data  requestCount is missing: 2 of 3 buckets have data"
`);
    expect(report.markdown()).toMatchInlineSnapshot(`
"Decided on 2026-01-01T00:02:00Z

**prod/chat/decode: 2 → 4**

| Stage | How |
| --- | --- |
| demand | thirty |
| raw | 30 ÷ 6 per replica = 5 → 5 |
| guardrail | max 5 → 4: at most 4 |
| target | replicas 2 → 4, GPUs 4 → 8 |
| where | \`dist/chat.yaml:9 spec.components[name=decode].replicas\`, replicas in the graph |

**Held**

| Graph or service | Code | Reason |
| --- | --- | --- |
| \`dev/embed\` | \`no-data\` | requestCount is missing: 2 of 3 buckets have data |
"
`);
  });
});
