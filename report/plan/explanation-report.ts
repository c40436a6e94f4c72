import { formatPath, type PlanTarget } from '../../api/index.ts';
import { changeText, isChange } from '../blocks/index.ts';
import { type Block, code, type Inline, paragraph, printMarkdown, strong, visibleText } from '../markdown/index.ts';
import type { Paint } from '../paint.ts';
import type { Report } from '../report.ts';
import type { Explanation } from './explanation.ts';
import { gpuText, heldLabel, shortTime } from './plan-summary.ts';
import { layOutRows, type Row } from './terminal-columns.ts';

/** The trace of decisions: demand, capacity, raw number, each guardrail, target, and where the number stands. */
export function explanationReport(explanation: Explanation): Report {
  return {
    document: { ...explanation },
    text: (paint) => explanationText(explanation, paint),
    markdown: () => explanationMarkdown(explanation),
  };
}

/** One line of a trace; a stage is named where it begins. */
interface Step {
  readonly stage: string;
  readonly text: string;
}

function stepsOf(target: PlanTarget): readonly Step[] {
  const gpus = target.gpusPerReplica === null ? 'GPUs unknown' : `GPUs ${gpuText(target)}`;
  return [
    ...target.reasons.map(({ stage, explanation }) => ({ stage, text: explanation })),
    ...target.guardrails.map(({ guardrail, from, to, explanation }) => ({
      stage: 'guardrail',
      text: `${guardrail} ${changeText(from, to)}: ${explanation}`,
    })),
    { stage: 'target', text: `replicas ${changeText(target.current, target.target)}, ${gpus}` },
  ];
}

function titleOf({ environment, deployment, service, current, target }: PlanTarget): string {
  const change = current === target ? `stays at ${current}` : changeText(current, target);
  return `${environment}/${deployment}/${service}: ${change}`;
}

const OWNERS: { readonly [owner in PlanTarget['owner']]: string } = {
  graph: 'replicas in the graph',
  autoscaler: 'floor of the autoscaler',
  adapter: 'replicas of the scaling adapter',
};

/** What a server was asked for the targets, each query once, by the number that it is named by. */
function queriesOf(targets: readonly PlanTarget[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { query } of targets.flatMap(({ reasons }) => reasons)) {
    if (query !== undefined && !numbers.has(query)) numbers.set(query, numbers.size + 1);
  }
  return numbers;
}

/** Which query each measured number comes from: `requestCount by query 1, islTokens by query 2`; undefined without any. */
function askedWords({ reasons }: PlanTarget, numbers: ReadonlyMap<string, number>): string | undefined {
  const asked = new Map(
    reasons.flatMap(({ name, query }) => (query === undefined ? [] : [[name, numbers.get(query)] as const])),
  );
  return asked.size === 0 ? undefined : [...asked].map(([name, number]) => `${name} by query ${number}`).join(', ');
}

/** The first place is where the number was rendered, the second the pin that it was rendered from. */
function placesOf({ locations, owner }: PlanTarget): readonly { readonly place: string; readonly what: string }[] {
  return locations.map(({ file, line, path }, index) => ({
    place: `${file}:${line} ${formatPath(path)}`,
    what: index === 0 ? OWNERS[owner] : 'its pin',
  }));
}

function explanationText({ createdAt, targets, held }: Explanation, paint: Paint): string {
  const holds = held.map(
    (item): Row => ({
      cells: [{ text: heldLabel(item) }, { text: item.code, paint: paint.notice }],
      note: visibleText(item.reason),
    }),
  );
  const queries = queriesOf(targets);
  const asked = [...queries].map(
    ([query, number]): Row => ({ cells: [{ text: `${number}` }], note: visibleText(query) }),
  );
  return [
    paint.faint(`Decided on ${shortTime(createdAt)}`),
    ...targets.map((target) => targetText(target, queries, paint)),
    ...(asked.length === 0 ? [] : [[paint.strong('Queries'), ...layOutRows(asked, '  ')].join('\n')]),
    ...(holds.length === 0 ? [] : [[paint.strong('Held'), ...layOutRows(holds, '  ')].join('\n')]),
  ].join('\n\n');
}

function targetText(target: PlanTarget, queries: ReadonlyMap<string, number>, paint: Paint): string {
  const asked = askedWords(target, queries);
  const steps = [
    ...stepsOf(target),
    ...placesOf(target).map(({ place, what }) => ({ stage: 'where', text: `${place} (${what})` })),
    ...(asked === undefined ? [] : [{ stage: 'asked', text: asked }]),
  ];
  const rows = steps.map(({ stage, text }, index): Row => {
    const isFirst = steps[index - 1]?.stage !== stage;
    return { cells: [{ text: isFirst ? stage : '', paint: paint.faint }], note: visibleText(text) };
  });
  const title = isChange(target) ? paint.strong(titleOf(target)) : titleOf(target);
  return [title, ...layOutRows(rows, '  ')].join('\n');
}

function explanationMarkdown({ createdAt, targets, held }: Explanation): string {
  const queries = queriesOf(targets);
  const blocks: readonly Block[] = [
    paragraph(`Decided on ${shortTime(createdAt)}`),
    ...targets.flatMap((target): readonly Block[] => {
      const asked = askedWords(target, queries);
      return [
        paragraph(strong(titleOf(target))),
        {
          kind: 'table',
          head: ['Stage', 'How'],
          rows: [
            ...stepsOf(target).map(({ stage, text }): readonly (readonly Inline[])[] => [[stage], [text]]),
            ...placesOf(target).map(({ place, what }): readonly (readonly Inline[])[] => [
              ['where'],
              [code(place), `, ${what}`],
            ]),
            ...(asked === undefined ? [] : [[['asked'], [asked]]]),
          ],
        },
      ];
    }),
    ...(queries.size === 0
      ? []
      : [
          paragraph(strong('Queries')),
          {
            kind: 'table' as const,
            head: ['Query', 'What was asked'],
            rows: [...queries].map(([query, number]) => [[`${number}`], [code(query)]]),
          },
        ]),
    ...(held.length === 0
      ? []
      : [
          paragraph(strong('Held')),
          {
            kind: 'table' as const,
            head: ['Graph or service', 'Code', 'Reason'],
            rows: held.map((item) => [[code(heldLabel(item))], [code(item.code)], [item.reason]]),
          },
        ]),
  ];
  return printMarkdown(blocks);
}
