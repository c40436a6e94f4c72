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

/** What a server was asked, once for each number that was measured. */
function queriesOf({ reasons }: PlanTarget): ReadonlyMap<string, string> {
  return new Map(reasons.flatMap(({ name, query }) => (query === undefined ? [] : [[name, query] as const])));
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
  return [
    paint.faint(`Decided on ${shortTime(createdAt)}`),
    ...targets.map((target) => targetText(target, paint)),
    ...(holds.length === 0 ? [] : [[paint.strong('Held'), ...layOutRows(holds, '  ')].join('\n')]),
  ].join('\n\n');
}

function targetText(target: PlanTarget, paint: Paint): string {
  const steps = [
    ...stepsOf(target),
    ...placesOf(target).map(({ place, what }) => ({ stage: 'where', text: `${place} (${what})` })),
    ...[...queriesOf(target)].map(([name, query]) => ({ stage: 'asked', text: `${name}: ${query}` })),
  ];
  const rows = steps.map(({ stage, text }, index): Row => {
    const isFirst = steps[index - 1]?.stage !== stage;
    return { cells: [{ text: isFirst ? stage : '', paint: paint.faint }], note: visibleText(text) };
  });
  const title = isChange(target) ? paint.strong(titleOf(target)) : titleOf(target);
  return [title, ...layOutRows(rows, '  ')].join('\n');
}

function explanationMarkdown({ createdAt, targets, held }: Explanation): string {
  const blocks: readonly Block[] = [
    paragraph(`Decided on ${shortTime(createdAt)}`),
    ...targets.flatMap((target): readonly Block[] => [
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
          ...[...queriesOf(target)].map(([name, query]): readonly (readonly Inline[])[] => [
            ['asked'],
            [`${name}: `, code(query)],
          ]),
        ],
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
