import type { Plan } from '../../api/index.ts';
import { type Block, code, paragraph, printMarkdown, strong } from '../markdown/index.ts';
import {
  changeText,
  gpuText,
  headline,
  heldApart,
  heldLabel,
  isChange,
  isOverBudget,
  ledgerText,
  type PlanOutlook,
  shortTime,
  targetsByGraph,
  unmetSlas,
  validityText,
  whyText,
} from './plan-summary.ts';

/** A plan for a job summary. */
export function planMarkdown(plan: Plan, outlook: PlanOutlook): string {
  const { refused, notPlanned } = heldApart(plan.held);
  const blocks: readonly Block[] = [
    paragraph(strong(`Plan for ${shortTime(plan.createdAt)}: ${headline(plan)}`)),
    ...unmetSlas(plan).map((line) => paragraph(line)),
    ...targetsByGraph(plan.targets).flatMap(({ label, namespace, targets }): readonly Block[] => [
      paragraph(code(label), ` in namespace ${namespace}`),
      {
        kind: 'table',
        head: ['Service', 'Replicas', 'GPUs', 'Owner', 'Why'],
        rows: targets.map((target) => [
          [code(target.service)],
          [isChange(target) ? strong(changeText(target.current, target.target)) : `${target.current}`],
          [gpuText(target)],
          [target.owner],
          [whyText(target)],
        ]),
      },
    ]),
    ...(refused.length === 0
      ? []
      : [
          paragraph(strong('Held')),
          {
            kind: 'table' as const,
            head: ['Graph or service', 'Code', 'Reason'],
            rows: refused.map((item) => [[code(heldLabel(item))], [code(item.code)], [item.reason]]),
          },
        ]),
    ...(notPlanned.length === 0
      ? []
      : [paragraph(`Not planned, since no deployment of the config names them: ${notPlanned.join(', ')}`)]),
    ...(plan.ledger.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            head: ['Budget', 'GPUs'],
            rows: plan.ledger.map((entry) => [
              [code(entry.budget)],
              [isOverBudget(entry) ? strong(`${ledgerText(entry)}, over the limit`) : ledgerText(entry)],
            ]),
          },
        ]),
    {
      kind: 'footer',
      content: [`metrics `, code(plan.inputs.metrics.file), ` · ${validityText(plan, outlook)}`],
    },
  ];
  return printMarkdown(blocks);
}
