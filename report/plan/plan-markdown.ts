import type { Plan, PlanTarget } from '../../api/index.ts';
import { demandCharts, hasOutlook, heldLines, outlookTable, replicaTable } from '../blocks/index.ts';
import { type Block, code, paragraph, printMarkdown, strong } from '../markdown/index.ts';
import {
  headline,
  heldApart,
  heldLabel,
  type PlanOutlook,
  shortTime,
  targetsByGraph,
  unmetSlas,
  validityText,
} from './plan-summary.ts';

/** Rows of a graph's table, which no graph comes near; latencies and budgets; charts. */
const MAX_ROWS = 500;
const MAX_OUTLOOK_ROWS = 60;
const MAX_CHARTS = 8;

/** A plan for a job summary, in the blocks of which a proposal is made too. */
export function planMarkdown(plan: Plan, outlook: PlanOutlook): string {
  const { targets, ledger } = plan;
  const { refused, notPlanned } = heldApart(plan.held);
  const label = ({ environment, deployment, service }: PlanTarget) => `${environment}/${deployment}/${service}`;
  const floor = () => ['floor of its autoscaler'];
  const blocks: readonly Block[] = [
    paragraph(strong(`Plan for ${shortTime(plan.createdAt)}: ${headline(plan)}`)),
    ...unmetSlas(plan).map((line) => paragraph(line)),
    ...targetsByGraph(targets).flatMap((graph): readonly Block[] => [
      paragraph(code(graph.label), ` in namespace ${graph.namespace}`),
      replicaTable(graph.targets, { label: ({ service }) => service, floor, rows: MAX_ROWS }),
    ]),
    ...(hasOutlook(plan)
      ? [outlookTable({ targets, ledger, pricing: outlook.pricing, label, rows: MAX_OUTLOOK_ROWS })]
      : []),
    ...demandCharts(targets, label, MAX_CHARTS),
    ...(refused.length === 0
      ? []
      : [paragraph(strong('Held')), { kind: 'list' as const, items: heldLines(refused, heldLabel) }]),
    ...(notPlanned.length === 0
      ? []
      : [paragraph(`Not planned, since no deployment of the config names them: ${notPlanned.join(', ')}`)]),
    {
      kind: 'footer',
      content: [`metrics `, code(plan.inputs.metrics.file), ` · ${validityText(plan, outlook)}`],
    },
  ];
  return printMarkdown(blocks);
}
