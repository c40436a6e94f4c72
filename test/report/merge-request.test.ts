import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import {
  colorPaint,
  mergeRequestText,
  type ProposalSubject,
  plainPaint,
  proposalBody,
  proposalMarkdown,
  proposalTitle,
} from '../../report/index.ts';
import { samplePlan, sampleTarget } from './sample-plan.ts';

const PRICING = { currency: 'USD', perGpuHour: 2.5, source: 'list price of 2026-09' };

function subject(overrides: Partial<ProposalSubject> = {}): ProposalSubject {
  return { plan: samplePlan(), environment: 'prod', deployment: 'chat', pricing: undefined, ...overrides };
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
    expect(proposalTitle(subjectOf({ owner: 'autoscaler' }))).toBe('scale(prod/chat): prefill floor 2→3 (+1 GPU)');
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
    expect(body).toContain('**Scale down `chat` (prod): -2 GPUs (5 → 3).**');
    expect(body).toContain('`prefill` loses 2: requests on a removed replica can be aborted');
  });

  test('speaks of a rebalance where one goes up and another down', () => {
    const body = proposalMarkdown(subjectOf({}, { service: 'decode', current: 2, target: 1 }));
    expect(body).toContain('**Rebalance `chat` (prod): 0 GPUs (4 → 4).**');
  });

  test('shows unknown GPUs as unknown, never as zero, and no cost', () => {
    const plan = samplePlan({ targets: [sampleTarget({ gpusPerReplica: null })] });
    const body = proposalMarkdown(subject({ plan, pricing: PRICING }));
    expect(body).toContain('**Scale up `chat` (prod): GPUs unknown.**');
    expect(body).toContain('| `prefill` | 2 → **3** | unknown | unknown |');
    expect(body).toContain('| `lab` | 8 | unknown | unknown | `lab/sandbox/decode` |');
    expect(body).not.toContain('USD');
  });

  test('says which other graphs the budgets count', () => {
    const targets = [sampleTarget(), sampleTarget({ deployment: 'search', environment: 'staging' })];
    const body = proposalMarkdown(subject({ plan: samplePlan({ targets }) }));
    expect(body).toContain('"After" counts every change of this plan, also those of staging/search.');
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
    expect(body).toContain('The evidence is longer than a description may be; the plan document has it.');
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
    expect(text.split('\n').slice(0, 4)).toEqual([
      '!7 scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)',
      'open · dynamo-gitops/prod/chat → main',
      '',
      'Scale up chat (prod): +3 GPUs (6 → 9).',
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
