import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../api/index.ts';
import {
  CUTS,
  colorPaint,
  mergeRequestText,
  outcomeComment,
  type ProposalSubject,
  plainPaint,
  proposalBody,
  proposalMarkdown,
  proposalTitle,
} from '../../report/index.ts';
import { samplePlan, sampleTarget } from './sample-plan.ts';

const PRICING = { currency: 'USD', perGpuHour: 2.5, source: 'list price of 2026-09' };

function subject(overrides: Partial<ProposalSubject> = {}): ProposalSubject {
  return {
    plan: samplePlan(),
    environment: 'prod',
    deployment: 'chat',
    pricing: undefined,
    autoscalers: [],
    ...overrides,
  };
}

function subjectOf(...targets: Parameters<typeof sampleTarget>[0][]): ProposalSubject {
  return subject({ plan: samplePlan({ targets: targets.map(sampleTarget), held: [], ledger: [] }) });
}

describe('the title of a proposal', () => {
  test('carries every number that changes, and the GPUs', () => {
    expect(proposalTitle(subject())).toBe('scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)');
  });

  test('says when the GPUs are not known, and nothing when none are touched', () => {
    expect(proposalTitle(subjectOf({ gpusPerReplica: null }))).toBe('scale(prod/chat): prefill 2→3 (GPUs unknown)');
    expect(proposalTitle(subjectOf({ gpusPerReplica: 0 }))).toBe('scale(prod/chat): prefill 2→3');
    expect(proposalTitle(subjectOf({ gpusPerReplica: 4, target: 1 }))).toBe('scale(prod/chat): prefill 2→1 (-4 GPU)');
  });

  test('calls the floor of an autoscaler a floor', () => {
    expect(proposalTitle(subjectOf({ owner: 'autoscaler' }))).toBe(
      'scale(prod/chat): prefill floor 2→3 (floor +1 GPU)',
    );
    const mixed = subjectOf({ owner: 'autoscaler' }, { service: 'decode', current: 4, target: 2 });
    expect(proposalTitle(mixed)).toBe('scale(prod/chat): prefill floor 2→3, decode 4→2 (-2 GPU, floor +1 GPU)');
  });

  test('names the namespace where the graph stands in several', () => {
    const title = proposalTitle(subjectOf({ namespace: 'blue' }, { namespace: 'green', target: 4 }));
    expect(title).toBe('scale(prod/chat): blue/prefill 2→3, green/prefill 2→4 (+3 GPU)');
  });

  test('stays short enough for a forge, and says what it leaves out', () => {
    const title = proposalTitle(subjectOf(...Array.from({ length: 90 }, (_, index) => ({ service: `svc-${index}` }))));
    expect(title.length).toBeLessThanOrEqual(250);
    expect(title).toMatch(/^scale\(prod\/chat\): svc-0 2→3, .* and \d+ more \(\+90 GPU\)$/);
  });
});

describe('the body of a proposal', () => {
  test('is this text, byte by byte', () => {
    const file = fileURLToPath(new URL('merge-request-body.golden.md', import.meta.url));
    const body = proposalMarkdown(subject({ pricing: PRICING }));
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, body);
    expect(body).toBe(readFileSync(file, 'utf8'));
  });

  test('says what a scale-down risks', () => {
    const body = proposalMarkdown(subjectOf({ current: 5, target: 3 }));
    expect(body).toContain('**Scale down `chat` (prod): -2 GPUs (`prefill` 5 → 3).**');
    expect(body).toContain('`prefill` loses 2: requests on a removed replica can be aborted');
  });

  test('speaks of a rebalance where one goes up and another down', () => {
    const body = proposalMarkdown(subjectOf({}, { service: 'decode', current: 2, target: 1 }));
    expect(body).toContain('**Rebalance `chat` (prod): 0 GPUs (`prefill` 2 → 3, `decode` 2 → 1).**');
  });

  test('gives no figure that could be taken for the GPUs of the whole graph', () => {
    const plan = samplePlan({
      targets: [
        sampleTarget({ service: 'prefill', current: 2, target: 2, gpusPerReplica: 4 }),
        sampleTarget({ service: 'decode', current: 1, target: 3, gpusPerReplica: 2 }),
        sampleTarget({ service: 'Frontend', role: 'frontend', current: 1, target: 2, gpusPerReplica: 0 }),
      ],
    });
    expect(proposalMarkdown(subject({ plan }))).toContain('**Scale up `chat` (prod): +4 GPUs (`decode` 2 → 6).**');
    const many = subjectOf(...['a', 'b', 'c', 'd', 'e', 'f'].map((service) => ({ service })));
    expect(proposalMarkdown(many)).toContain('+6 GPUs (`a` 2 → 3, `b` 2 → 3, `c` 2 → 3, `d` 2 → 3 and 2 more).');
    expect(proposalMarkdown(subjectOf({ gpusPerReplica: 0 }))).toContain('**Scale up `chat` (prod): no GPUs.**');
  });

  test('says of an autoscaler that its floor moves, and what that means for GPUs and cost', () => {
    const plan = samplePlan({ targets: [sampleTarget({ owner: 'autoscaler' })], held: [] });
    const autoscalers = [
      { namespace: 'serving', service: 'prefill', kind: 'hpa', name: 'chat-prefill', max: 8 },
    ] as const;
    const body = proposalMarkdown(subject({ plan, autoscalers, pricing: PRICING }));
    expect(body).toContain(
      '**Raise the autoscaler floor of `chat` (prod): +1 GPU at the floor (`prefill` 2 → 3), about +2.50 USD/h.**',
    );
    expect(body).toContain('| `prefill` (floor of HPA `chat-prefill`) | 2 → **3** | 1 | at least 2 → 3 |');
    expect(body).toContain(
      '- `prefill`: 3 is the floor of HPA `chat-prefill`, which may run more, up to 8. GPU figures are floors, too.',
    );
    expect(body).toContain(
      '| GPUs of what changes | 2 | **3** |  | replicas × GPUs per replica; of a floor the least, since its autoscaler may run more |',
    );
    expect(proposalMarkdown(subject({ plan }))).toContain('3 is the floor of its autoscaler, which may run more.');
    const down = samplePlan({ targets: [sampleTarget({ owner: 'autoscaler', target: 1 })] });
    expect(proposalMarkdown(subject({ plan: down, autoscalers }))).toContain('`prefill` may lose 1: requests');
  });

  test('warns of an autoscaler that has no room left, and of demand beyond its maximum', () => {
    const autoscalers = [{ namespace: 'serving', service: 'prefill', kind: 'keda', name: 'scaler', max: 3 }] as const;
    const bodyOf = (guardrails: ReturnType<typeof sampleTarget>['guardrails']) =>
      proposalMarkdown(
        subject({ plan: samplePlan({ targets: [sampleTarget({ owner: 'autoscaler', guardrails })] }), autoscalers }),
      );
    const body = bodyOf([{ guardrail: 'max', from: 5, to: 3, explanation: 'at most 3 (maximum of keda "scaler")' }]);
    expect(body).toContain('**Risk: no room above the floor.**');
    expect(body).toContain(
      '- `prefill`: 3 is the floor of KEDA ScaledObject `scaler` and its maximum, so **the autoscaler can no longer move**. Demand asks for 5, more than its maximum: raise that.',
    );
    expect(bodyOf([])).toContain('**the autoscaler can no longer move**.\n');
  });

  test('says a number once, and with its name only where the sentence lacks it', () => {
    const reason = (name: string, value: number | null, explanation: string) =>
      ({ stage: 'demand', name, value, explanation }) as const;
    const reasons = [
      reason('requestCount', 110_000, '110,000 requests completed in the 600 s'),
      reason('prefillTokensPerSecond', 36_670.264, '1,000 requests × 443.2 tokens = 36,670 prompt tokens/s'),
      reason('correctionFactor', 0.999997, '27.19 ms measured ÷ 27.19 ms in the profile = 1'),
      reason('replicas', 3, 'needs 2.7'),
      reason('load', null, 'nothing was measured'),
    ];
    const body = proposalMarkdown(subjectOf({ reasons }));
    expect(body.split('\n').filter((line) => line.startsWith('- demand'))).toEqual([
      '- demand: 110,000 requests completed in the 600 s',
      '- demand: 1,000 requests × 443.2 tokens = 36,670 prompt tokens/s',
      '- demand: 27.19 ms measured ÷ 27.19 ms in the profile = 1',
      '- demand: needs 2.7 (`replicas = 3`)',
      '- demand: nothing was measured',
    ]);
  });

  test('names the forecast models that it was computed with', () => {
    const plan = samplePlan();
    const fitted = [{ file: 'models/chat.json', digest: plan.inputs.config.digest }];
    const body = proposalMarkdown(subject({ plan: { ...plan, inputs: { ...plan.inputs, fitted } } }));
    expect(body).toMatch(/^- fitted model `models\/chat\.json`/m);
    expect(proposalMarkdown(subject({ plan }))).not.toContain('fitted model');
  });

  test('shows unknown GPUs as unknown, never as zero, and no cost', () => {
    const plan = samplePlan({ targets: [sampleTarget({ gpusPerReplica: null })] });
    const body = proposalMarkdown(subject({ plan, pricing: PRICING }));
    expect(body).toContain('**Scale up `chat` (prod): GPUs unknown.**');
    expect(body).toContain('| `prefill` | 2 → **3** | unknown | unknown |');
    expect(body).toContain('| GPU budget `lab` | unknown | unknown | ≤ 8 | unknown: `lab/sandbox/decode` |');
    expect(body).toContain('| GPUs of what changes | unknown | unknown |');
    expect(body).toContain('| Cost per hour | unknown | unknown |');
    expect(body).toContain('| Cost per day | unknown | unknown |');
    expect(proposalMarkdown(subject({ plan }))).toContain(
      '| Cost | unknown | unknown |  | no `pricing` in dynamo-gitops.yaml |',
    );
  });

  test('says which other graphs the budgets count', () => {
    const targets = [sampleTarget(), sampleTarget({ deployment: 'search', environment: 'staging' })];
    const body = proposalMarkdown(subject({ plan: samplePlan({ targets }) }));
    expect(body).toContain('After, budgets count every change of this plan, also those of `staging/search`.');
  });

  test('begins with the fingerprint that finds it again', () => {
    const { plan } = subject();
    expect(proposalMarkdown(subject())).toMatch(
      new RegExp(`^<!-- dynamo-gitops:v1 id=prod/chat plan=${plan.digest} -->\n`),
    );
  });

  test('stays within what a forge accepts, whatever the plan holds', () => {
    const long = '|`*'.repeat(300);
    const reasons = Array.from({ length: 60 }, () => ({
      stage: 'raw' as const,
      name: long,
      value: 1,
      explanation: long,
    }));
    const targets = Array.from({ length: 300 }, (_, index) => ({ service: `svc-${index}`, reasons }));
    const body = proposalMarkdown(
      subject({
        plan: samplePlan({
          targets: targets.map(sampleTarget),
          ledger: Array.from({ length: 300 }, (_, index) => ({
            budget: `b${index}`,
            limitGpus: 1,
            beforeGpus: null,
            afterGpus: null,
            unknown: targets.map((target) => target.service),
          })),
        }),
      }),
    );
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toContain('and 292 more');
    expect(body).toContain(
      `**Left out**, since a description may not be longer: ${CUTS.slice(0, 5)
        .map(({ what }) => what)
        .join('; ')}. The plan has everything.`,
    );
  });
});

describe('what is said of a change', () => {
  test('is when it was quiet, where replicas go, and how long new ones take', () => {
    const demand = { start: '2026-09-18T09:00:00.000Z', pointSeconds: 3600, busyReplicas: [2, null, 0.5, 1] };
    const down = proposalMarkdown(subjectOf({ current: 5, target: 3, demand }));
    expect(down).toContain('so merge at a quiet hour (the day before, that began at 11:00 UTC).');
    const flat = { ...demand, busyReplicas: [1, 1, null] };
    expect(proposalMarkdown(subjectOf({ current: 5, target: 3, demand: flat }))).toContain('at a quiet hour. Only');
    const both = subjectOf({ current: 5, target: 3 }, { service: 'decode', leadSeconds: 90 });
    expect(proposalMarkdown(both)).toContain('New replicas serve once their model is loaded, planned as 90 s.');
  });

  test('is one line for all that stay for the same reason', () => {
    const stays = ['a', 'b', 'c'].map((service) => sampleTarget({ service, target: 2 }));
    const held = ['d', 'e'].map((service) => ({
      ...{ deployment: 'chat', namespace: 'serving', environment: 'prod', service, code: 'freeze' as const },
      reason: 'frozen until 2026-12-01',
    }));
    const body = proposalMarkdown(subject({ plan: samplePlan({ targets: [sampleTarget(), ...stays], held }) }));
    expect(body).toContain('- `a`, `b`, `c` stay at 2: 94,550 tokens/s at 35,000 per replica needs 2.7\n');
    expect(body).toContain('- `d`, `e` are held (`freeze`): frozen until 2026-12-01\n');
  });

  test('is no latency that was expected of another number', () => {
    const expected = { replicas: 8, ms: 120, percentile: 0.95 };
    const latencies = [{ latency: 'ttft' as const, targetMs: 200, measuredMs: 90, expected }];
    expect(proposalMarkdown(subjectOf({ latencies }))).toContain(
      '| TTFT, `prefill` | 90 ms | unknown | ≤ 200 ms | before: mean measured; after: computed for 8 replicas, before budgets |',
    );
    const unbounded = latencies.map((one) => ({ ...one, expected: { ...expected, replicas: 3, ms: null } }));
    expect(proposalMarkdown(subjectOf({ latencies: unbounded }))).toContain('| 90 ms | **no bound** |');
  });

  test('is in the words of the forge, with nothing folded or drawn where a description is read as text', () => {
    const [local, gitlab, github] = (['local', 'gitlab', 'github'] as const).map((flavour) =>
      proposalMarkdown(subject(), flavour),
    );
    expect(github).toContain('revert this pull request');
    expect(gitlab).toBe(github?.replace('this pull request', 'this merge request'));
    expect(local).toContain('revert this merge request');
    expect(local).not.toMatch(/<|```/);
    expect(local).toMatch(/^\[\/\/\]: # \(dynamo-gitops:v1 id=prod\/chat plan=sha256:[0-9a-f]{64}\)\n/);
    expect(local).toContain('`▅▅▅▅▅▆▅▅▄▃▂▂·▂▁▁▁▁▂▃▄▄▆█` 0.28 to 2.64 replicas; now 2; proposed 3');
  });
});

describe('the comment on a proposal', () => {
  test('is found by its marker, and says what became of it', () => {
    const news = { environment: 'prod', deployment: 'chat', at: '2026-09-19T09:00:00Z' };
    const reason = 'somebody else pushed to its branch';
    const advice = 'Merge it, or close it and delete its branch, and the next plan is proposed afresh.';
    expect(outcomeComment({ ...news, outcome: 'stopped', reason, advice })).toBe(
      [
        `<!-- dynamo-gitops:outcome:v1 id=prod/chat outcome=stopped about=${digestOf(reason)} -->`,
        '**dynamo-gitops leaves this pull request as it is:** somebody else pushed to its branch.',
        'Merge it, or close it and delete its branch, and the next plan is proposed afresh.',
        '<sub>`prod/chat`, 2026-09-19T09:00:00Z. There is one such comment; it is kept up to date.</sub>\n',
      ].join('\n\n'),
    );
    const headlines = (['updated', 'unwanted', 'closed', 'delivered'] as const).map(
      (outcome) => outcomeComment({ ...news, outcome, reason: 'why' }, 'gitlab').split('\n')[2],
    );
    expect(headlines).toEqual([
      '**This merge request is up to date:** why.',
      '**This merge request should not be merged any more:** why.',
      '**This merge request was closed:** why.',
      '**The numbers of this merge request are running:** why.',
    ]);
  });
});

describe('a merge request in a terminal', () => {
  const view = {
    number: 7,
    state: 'open',
    title: proposalTitle(subject()),
    head: 'dynamo-gitops/prod/chat',
    base: 'main',
    body: proposalBody(subject()),
    diff: '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: \u001b[31m3\n',
  } as const;

  test('shows title, branches, body without markup, and diff', () => {
    const text = mergeRequestText(view, plainPaint);
    expect(text.split('\n').slice(0, 5)).toEqual([
      '!7 scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)',
      'open · dynamo-gitops/prod/chat → main',
      '',
      'Scale up chat (prod): +3 GPUs (prefill 2 → 3, decode 4 → 6). TTFT of prefill was 710.4 ms on',
      'average, above its 500 ms.',
    ]);
    expect(text).toContain('94,550 tokens/s at 35,000 per replica needs 2.7');
    expect(text).toContain('▸ Evidence');
    expect(text).not.toMatch(/\*\*|<details>|<!--|\\/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('colours what is added and removed, and passes no escape sequence of a file on', () => {
    const text = mergeRequestText(view, colorPaint);
    expect(text).toContain(colorPaint.bad('-b: 2'));
    expect(text).toContain(colorPaint.good('+b: \ufffd[31m3'));
  });
});
