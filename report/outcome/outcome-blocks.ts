import type { Outcome, ServiceOutcome } from '../../api/index.ts';
import { amount, minuteOf, percent } from '../backtest/words.ts';
import { changeText, shortNumber } from '../blocks/index.ts';
import { type Block, type Cell, code, type Inline, paragraph, strong } from '../markdown/index.ts';
import type { Accuracy } from './accuracy.ts';

/** What became of one plan for one graph. */
export function outcomeBlocks(outcome: Outcome): readonly Block[] {
  const { environment, deployment, decision, mergedAt, judged, requests, services, note } = outcome;
  const became = decision === 'merged' ? `merged ${minuteOf(mergedAt ?? '')}` : 'not merged';
  return [
    paragraph(
      strong(`${environment}/${deployment}`),
      `, planned ${minuteOf(outcome.plannedAt)}, ${became}: ${amount(requests)} requests from ${minuteOf(judged.start)} to ${minuteOf(judged.end)} UTC.`,
    ),
    {
      kind: 'table',
      head: ['Service', 'Replicas', 'Predicted tokens/s', 'Highest', 'Expected', 'Measured', 'Target'],
      rows: services.map(serviceRow),
    },
    ...counterfactual(outcome).map((words) => paragraph(...words)),
    ...(note === undefined ? [] : [paragraph(`${note}.`)]),
  ];
}

const NAMES = { ttft: 'TTFT', itl: 'ITL' } as const;

function serviceRow({ service, from, to, demand, latencies }: ServiceOutcome): readonly Cell[] {
  const each = (text: (one: ServiceOutcome['latencies'][number]) => string): string => latencies.map(text).join(', ');
  const ms = (value: number | null): string => (value === null ? 'unknown' : `${shortNumber(value)} ms`);
  return [
    [code(service)],
    [changeText(from, to)],
    [demand === null ? 'none' : shortNumber(demand.predicted)],
    [demand === null ? '' : isAbove(demand) ? strong(shortNumber(demand.highest)) : shortNumber(demand.highest)],
    [each(({ expectedMs }) => ms(expectedMs))],
    [each(({ measuredMs }) => (measuredMs === null ? 'unknown' : `mean ${ms(measuredMs)}`))],
    [each(({ latency, targetMs }) => `${NAMES[latency]} ≤ ${shortNumber(targetMs)} ms`)],
  ];
}

function isAbove({ predicted, highest }: NonNullable<ServiceOutcome['demand']>): boolean {
  return highest > predicted;
}

/** What the change was worth, or would have been. */
function counterfactual({ simulated, decision }: Outcome): readonly (readonly Inline[])[] {
  if (simulated === null) return [];
  const { changed, unchanged } = simulated;
  const [before, proposed] = decision === 'merged' ? ['would have kept', 'kept'] : ['kept', 'would have kept'];
  return [
    [
      `By the performance model, what was proposed ${proposed} ${percent(changed.attainment)} of these requests inside the SLA with ${amount(changed.gpuHours)} GPU-hours; the numbers before it ${before} ${percent(unchanged.attainment)} with ${amount(unchanged.gpuHours)}.`,
    ],
  ];
}

/** How well predictions held until now. */
export function accuracySentence({ outcomes, demands, meanUse, latencies }: Accuracy, file: string): readonly Inline[] {
  const use = meanUse === null ? '' : `, and came to ${percent(meanUse)} of it on average`;
  return [
    `Of ${outcomes === 1 ? 'the one outcome' : `${outcomes} outcomes`} in `,
    code(file),
    `: demand stayed within what was predicted in ${demands.held} of ${demands.all}${use}; mean latencies stayed within what was expected in ${latencies.held} of ${latencies.all}.`,
  ];
}
