import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import type { Plan, PlanTarget } from '../../api/index.ts';
import {
  type Chart,
  MARKDOWN_RENDERERS,
  type MarkdownFlavour,
  mermaidChart,
  outcomeComment,
  type ProposalSubject,
  planReport,
  proposalMarkdown,
} from '../../report/index.ts';
import { hostile, PROSE_REFERENCE, REFERENCE } from './hostile.ts';
import { samplePlan, sampleTarget } from './sample-plan.ts';

const FLAVOURS = Object.keys(MARKDOWN_RENDERERS) as readonly MarkdownFlavour[];

/** A plan in which every text is one of those given, also texts that no schema lets through. */
function hostilePlan(texts: readonly string[], services: number): Plan {
  const text = (index: number): string => texts[index % texts.length] ?? '';
  const target = (index: number): PlanTarget => {
    const base = sampleTarget();
    return sampleTarget({
      ...{ service: `${text(index)}${index}`, current: 2, target: index % 3 === 2 ? 2 : 3 + (index % 4) },
      ...{ owner: index % 5 === 0 ? 'autoscaler' : 'graph', gpusPerReplica: index % 7 === 0 ? null : 1 },
      locations: base.locations.map((location, at) => ({ ...location, file: `${text(index + at)}/${at}.yaml` })),
      reasons: [
        { stage: 'raw', name: text(index + 1), value: 3.25, explanation: text(index + 2), query: text(index + 3) },
      ],
      guardrails: [{ guardrail: 'max', from: 9, to: 5, explanation: text(index + 4) }],
      latencies: [{ latency: 'ttft', targetMs: 200, measuredMs: 300, expected: null }],
      demand: { start: '2026-09-18T09:00:00.000Z', pointSeconds: 1800, busyReplicas: [1.5, null, 1e-9, 9999.999] },
    });
  };
  const plan = samplePlan();
  return samplePlan({
    inputs: {
      ...plan.inputs,
      metrics: { ...plan.inputs.metrics, file: text(5), source: text(6) },
      config: { ...plan.inputs.config, file: text(7) },
      profiles: plan.inputs.profiles.map((profile) => ({ ...profile, file: text(8) })),
    },
    targets: [
      ...Array.from({ length: services }, (_, index) => target(index)),
      sampleTarget({ deployment: text(9), environment: text(10) }),
    ],
    held: [0, 1, 2].map((index) => ({
      ...{ deployment: 'chat', namespace: 'serving', environment: 'prod', code: 'owner' },
      ...{ service: text(index + 1), reason: text(index + 2) },
    })),
    ledger: [{ budget: text(11), limitGpus: 8, beforeGpus: null, afterGpus: null, unknown: [text(12), text(13)] }],
  });
}

function hostileSubject(texts: readonly string[], services: number): ProposalSubject {
  const [text = ''] = texts;
  return {
    ...{ plan: hostilePlan(texts, services), environment: 'prod', deployment: 'chat' },
    pricing: { currency: 'USD', perGpuHour: 2.5, source: text },
    autoscalers: [{ namespace: 'serving', service: `${text}0`, kind: 'hpa', name: text, max: 3 }],
  };
}

function html(markdown: string): string {
  return micromark(markdown, {
    ...{ allowDangerousHtml: true, allowDangerousProtocol: true },
    ...{ extensions: [gfm()], htmlExtensions: [gfmHtml()] },
  });
}

const ALLOWED = ['p', 'strong', 'code', 'pre', 'ul', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
const FOLDED = ['details', 'summary', 'sub'];

/** What people see, without code and comments; with a line for each block. */
function prose(rendered: string): string {
  return rendered
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<pre><code[\s\S]*?<\/code><\/pre>|<code>[\s\S]*?<\/code>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '\\&')
    .replace(/&(lt|gt|quot);/g, ' ');
}

/** Without what is hidden and what is drawn, in which nothing is looked for. */
function visible(markdown: string): string {
  return markdown.replace(/^(<!-- .* -->|\[\/\/\]: # \(.*\))$|^```mermaid\n[\s\S]*?\n```$/gm, '');
}

/** Every line of a table has as many cells as its head. */
function expectWholeTables(markdown: string): void {
  const widths = markdown
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
    .map((block) => new Set(block.split('\n').map((line) => line.match(/(?<!\\)(?:\\\\)*\|/g)?.length)));
  expect(widths.length).toBeGreaterThan(0);
  for (const width of widths) expect(width).toEqual(new Set([6]));
}

function expectHarmless(markdown: string, flavour: MarkdownFlavour): void {
  const rendered = html(markdown);
  const tags = new Set(
    [...rendered.replace(/<!--[\s\S]*?-->/g, '').matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag),
  );
  const allowed = flavour === 'local' ? ALLOWED : [...ALLOWED, ...FOLDED];
  expect([...tags].filter((tag) => tag === undefined || !allowed.includes(tag))).toEqual([]);
  expect(visible(markdown)).not.toMatch(REFERENCE);
  expect(prose(rendered)).not.toMatch(PROSE_REFERENCE);
  expect(prose(rendered)).not.toContain('--&gt;');
  expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029\ufeff]/u);
  expect(markdown.split('\n').filter((line) => /^\s*\/[a-z]/i.test(line))).toEqual([]);
  expect(markdown.length).toBeLessThanOrEqual(65_536);
}

/** The document for programs, out of whatever hides it. */
function dataIn(markdown: string): unknown {
  const [, json = ''] = /dynamo-gitops:v1:data (\{.*\})(?: -->|\))$/m.exec(markdown) ?? [];
  return JSON.parse(json);
}

describe('a body of hostile text', () => {
  test.each(FLAVOURS)('has no mention, link, image, command or broken table on %s', (flavour) => {
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (texts, services) => {
          const subject = hostileSubject(texts, services);
          const markdown = proposalMarkdown(subject, flavour);
          expectHarmless(markdown, flavour);
          expectWholeTables(markdown);
          const changes = subject.plan.targets.filter(
            (target) => target.deployment === 'chat' && target.target !== target.current,
          );
          expect(dataIn(markdown)).toMatchObject({ schemaVersion: 1, kind: 'proposal', plan: subject.plan.digest });
          expect(dataIn(markdown)).toMatchObject({
            changes: changes.map(({ service, target }) => ({ service, to: target })),
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  test('of 200 services stays whole and within what a forge accepts, and says what was left out', () => {
    const long = `${'@org/team | `x` <b> https://evil.example #1 '.repeat(20)}`;
    for (const flavour of FLAVOURS) {
      const markdown = proposalMarkdown(hostileSubject([long], 200), flavour);
      expectHarmless(markdown, flavour);
      expectWholeTables(markdown);
      expect(markdown).toContain(
        '**Left out**, since a description may not be longer: the evidence of services that stay; the rest of the evidence',
      );
    }
  });

  test('is as harmless in the Markdown of a plan and in a comment', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (texts) => {
        const plan = planReport(hostilePlan(texts, 3)).markdown();
        expectHarmless(plan, 'github');
        expectWholeTables(plan);
        const [text = ''] = texts;
        const subject = { environment: 'prod', deployment: 'chat' };
        const comment = outcomeComment({ ...subject, outcome: 'stopped', reason: text, at: '2026-09-19T09:00:00Z' });
        expectHarmless(comment, 'github');
      }),
      { numRuns: 25 },
    );
  });
});

const MERMAID = ['mermaid10', 'mermaid12'] as const;

/** What a version of Mermaid says of each chart: null, or what is wrong. */
function parsedBy(version: (typeof MERMAID)[number], charts: readonly string[]): readonly (string | null)[] {
  const script = fileURLToPath(new URL('mermaid/parse.mjs', import.meta.url));
  const output = execFileSync(process.execPath, [script, version], { input: JSON.stringify(charts), encoding: 'utf8' });
  return JSON.parse(output) as readonly (string | null)[];
}

function chartsIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)].map(([, chart]) => chart ?? '');
}

describe('a chart', () => {
  const value = fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: null });
  const anyChart: fc.Arbitrary<Chart> = fc.record({
    ...{ title: hostile, unit: hostile },
    points: fc.array(fc.record({ label: hostile, value }), { maxLength: 48 }),
    levels: fc.array(fc.record({ name: hostile, value: fc.integer({ min: 0, max: 10_000 }) }), { maxLength: 3 }),
  });
  const golden = readFileSync(new URL('merge-request-body.golden.md', import.meta.url), 'utf8');
  const drawn = [
    ...fc.sample(anyChart, { numRuns: 150, seed: 6 }).flatMap((chart) => mermaidChart(chart) ?? []),
    ...chartsIn(golden),
    ...fc
      .sample(fc.array(hostile, { minLength: 1, maxLength: 6 }), { numRuns: 20, seed: 6 })
      .flatMap((texts) => chartsIn(proposalMarkdown(hostileSubject(texts, 4)))),
  ];

  test.each(MERMAID)('parses under %s, whatever it was made of', (version) => {
    const wrong = ['xychart-beta\n  bar [NaN, 1]', 'xychart-beta\n  x-axis [09:00]\n  bar [1]'];
    const answers = parsedBy(version, [...wrong, ...drawn]);
    expect(drawn.length).toBeGreaterThan(150);
    expect(answers.slice(0, 2)).toEqual([
      expect.stringContaining('Parse error'),
      expect.stringContaining('Parse error'),
    ]);
    expect(answers.slice(2).filter((answer) => answer !== null)).toEqual([]);
  });

  test('is not drawn of fewer than two points, and says so in its text', () => {
    const points = [
      { label: '09', value: null },
      { label: '10', value: 2 },
    ];
    const chart: Chart = { title: 'decode', unit: 'replicas', points, levels: [{ name: 'now', value: 4 }] };
    expect(mermaidChart(chart)).toBeUndefined();
    expect(MARKDOWN_RENDERERS.github.print([{ kind: 'chart', chart }])).toBe(
      'decode, 09 to 10: `·▅` always 2 replicas; now 4; no data for 1 of 2 points\n',
    );
  });
});
