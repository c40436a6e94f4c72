import type { Plan, PlanTarget } from '../../api/index.ts';
import { changeText, isChange, whyText } from '../blocks/index.ts';
import { visibleText } from '../markdown/index.ts';
import type { Paint } from '../paint.ts';
import {
  type GraphTargets,
  gpuText,
  headline,
  heldApart,
  heldLabel,
  isExpired,
  isOverBudget,
  ledgerText,
  type PlanOutlook,
  shortTime,
  targetsByGraph,
  unmetSlas,
  validityText,
} from './plan-summary.ts';
import { type Cell, layOutRows, type Row, TERMINAL_WIDTH, wrap } from './terminal-columns.ts';

/** A plan for a terminal: a table per graph, what was held and why, budgets, and what to do next. */
export function planText(plan: Plan, paint: Paint, outlook: PlanOutlook): string {
  return [
    heading(plan, paint, outlook),
    ...slaLines(plan, paint),
    ...targetsByGraph(plan.targets).map((graph) => graphTable(graph, paint)),
    ...heldLines(plan, paint),
    ...budgetLines(plan, paint),
    nextStep(plan, paint, outlook),
  ].join('\n\n');
}

function heading(plan: Plan, paint: Paint, outlook: PlanOutlook): string {
  const times = `metrics ${visibleText(plan.inputs.metrics.file)} · ${validityText(plan, outlook)}`;
  const title = wrap(`Plan for ${shortTime(plan.createdAt)}: ${headline(plan)}`, TERMINAL_WIDTH);
  return [...title.map(paint.strong), paint.faint(times)].join('\n');
}

function slaLines(plan: Plan, paint: Paint): readonly string[] {
  const lines = unmetSlas(plan).flatMap((line) => wrap(visibleText(line), TERMINAL_WIDTH));
  return lines.length === 0 ? [] : [lines.map(paint.bad).join('\n')];
}

function graphTable({ label, namespace, targets }: GraphTargets, paint: Paint): string {
  const titles: Row = {
    cells: ['SERVICE', 'REPLICAS', 'GPUS', 'OWNER'].map((text) => ({ text, paint: paint.faint })),
    note: 'WHY',
  };
  const lines = layOutRows([titles, ...targets.map((target) => targetRow(target, paint))], '  ');
  return [`${paint.strong(label)} ${paint.faint(`(namespace ${namespace})`)}`, ...lines].join('\n');
}

function targetRow(target: PlanTarget, paint: Paint): Row {
  const tone: Pick<Cell, 'paint'> = isChange(target) ? { paint: paint.strong } : {};
  return {
    cells: [
      { text: target.service },
      { text: changeText(target.current, target.target), ...tone },
      { text: gpuText(target) },
      { text: target.owner },
    ],
    note: visibleText(whyText(target)),
  };
}

function heldLines({ held }: Plan, paint: Paint): readonly string[] {
  const { refused, notPlanned } = heldApart(held);
  const rows = refused.map(
    (item): Row => ({
      cells: [{ text: heldLabel(item) }, { text: item.code, paint: paint.notice }],
      note: visibleText(item.reason),
    }),
  );
  const others = wrap(
    `Not planned, since no deployment of the config names them: ${notPlanned.join(', ')}`,
    TERMINAL_WIDTH,
  );
  return [
    ...(rows.length === 0 ? [] : [[paint.strong('Held'), ...layOutRows(rows, '  ')].join('\n')]),
    ...(notPlanned.length === 0 ? [] : [others.map((line) => paint.faint(line)).join('\n')]),
  ];
}

function budgetLines({ ledger }: Plan, paint: Paint): readonly string[] {
  if (ledger.length === 0) return [];
  const rows = ledger.map(
    (entry): Row => ({
      cells: [{ text: entry.budget, ...(isOverBudget(entry) ? { paint: paint.bad } : {}) }],
      note: visibleText(isOverBudget(entry) ? `${ledgerText(entry)}, over the limit` : ledgerText(entry)),
    }),
  );
  return [[paint.strong('Budgets'), ...layOutRows(rows, '  ')].join('\n')];
}

function nextStep(plan: Plan, paint: Paint, outlook: PlanOutlook): string {
  if (!plan.targets.some(isChange)) return paint.faint('Nothing to propose.');
  const { savedAs } = outlook;
  if (isExpired(plan, outlook)) {
    const expired = `This plan has expired already: it speaks of ${shortTime(plan.createdAt)} (--at), and ended at ${shortTime(plan.expiresAt)}. It shows what would have been planned; to propose, plan without --at.`;
    return wrap(expired, TERMINAL_WIDTH).map(paint.notice).join('\n');
  }
  if (savedAs === undefined) {
    return `Next: save this plan with ${paint.strong('--out plan.json')}, then ${paint.strong('dynamo-gitops propose plan.json')}`;
  }
  const file = /^[\w./-]+$/.test(savedAs) ? savedAs : `'${visibleText(savedAs).replaceAll("'", "'\\''")}'`;
  return [
    `Next: ${paint.strong(`dynamo-gitops propose ${file}`)}`,
    paint.faint(`Every step behind a number: dynamo-gitops explain ${file}`),
  ].join('\n');
}
