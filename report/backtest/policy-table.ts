import type { Backtest, BacktestPolicy } from '../../api/index.ts';
import { type Block, type Cell, strong } from '../markdown/index.ts';
import { isHeldAlike, isOurs, ourPolicy, standingWords } from './compare-policies.ts';
import { amount, minuteOf, percent, perDay, times } from './words.ts';

interface Column {
  /** Counts are those of a day, which the words after this one say. */
  readonly head: string;
  readonly isPerDay?: boolean;
  /** Where there is little room. */
  readonly short: string;
  readonly text: (policy: BacktestPolicy) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'Kept', short: 'kept', text: ({ attainment }) => percent(attainment) },
  { head: 'TTFT', short: 'ttft', text: ({ ttftAttainment }) => percent(ttftAttainment) },
  { head: 'ITL', short: 'itl', text: ({ itlAttainment }) => percent(itlAttainment) },
  { head: 'GPU-hours', short: 'gpu-h', text: ({ gpuHours }) => amount(gpuHours) },
  { head: '× oracle', short: '×oracle', text: ({ timesOracle }) => times(timesOracle) },
  { head: '× limited oracle', short: '×limited', text: ({ timesLimitedOracle }) => times(timesLimitedOracle) },
  { head: 'Proposals', short: 'pr', isPerDay: true, text: ({ proposalsPerDay }) => amount(proposalsPerDay) },
  { head: 'Changes', short: 'ch', isPerDay: true, text: ({ changesPerDay }) => amount(changesPerDay) },
  { head: 'Windows under 95 %', short: '<95%', text: ({ poorWindows }) => percent(poorWindows) },
];

/** What stands in full reports alone. */
const MORE_COLUMNS: readonly Column[] = [
  {
    head: 'Worst window',
    short: 'worst',
    text: ({ worstWindow }) =>
      worstWindow === null ? '–' : `${percent(worstWindow.attainment)} at ${minuteOf(worstWindow.start).slice(5)}`,
  },
  { head: 'Most GPUs', short: 'gpus', text: ({ maxGpus }) => amount(maxGpus) },
  { head: 'Gave up', short: 'gave up', text: ({ abandoned }) => amount(Math.round(abandoned)) },
];

/** Which policies a table lists. */
export type PolicyGroup = 'alike' | 'apart';

/** Those that work under what ours works under, and those that have more freedom, know what comes, or are not ours to limit. */
export function policiesOf(backtest: Backtest, group: PolicyGroup): readonly BacktestPolicy[] {
  return backtest.policies.filter((policy) => isHeldAlike(policy, backtest) === (group === 'alike'));
}

/** The number of a policy in tables and charts, from 1. */
export function numberOf(backtest: Backtest, policy: BacktestPolicy): number {
  return backtest.policies.indexOf(policy) + 1;
}

/** A row for each policy; nothing where there is none. */
export function policyTable(backtest: Backtest, group: PolicyGroup, width: 'narrow' | 'full'): readonly Block[] {
  const policies = policiesOf(backtest, group);
  if (policies.length === 0) return [];
  const ours = ourPolicy(backtest);
  const columns = width === 'full' ? [...COLUMNS, ...MORE_COLUMNS] : COLUMNS;
  return [
    {
      kind: 'table',
      head: [
        '#',
        'Policy',
        ...columns.map((column) => headOf(column, width, perDay(backtest.judged))),
        ...(ours === undefined ? [] : [`Beside ${ours.name}`]),
      ],
      rows: policies.map((policy): readonly Cell[] => [
        [String(numberOf(backtest, policy))],
        [isOurs(policy) ? strong(policy.label) : policy.label],
        ...columns.map(({ text }): Cell => [text(policy)]),
        ...(ours === undefined ? [] : [[standingWords(ours, policy)]]),
      ]),
    },
  ];
}

function headOf({ head, short, isPerDay }: Column, width: 'narrow' | 'full', aDay: string): string {
  if (width === 'full') return isPerDay === true ? `${head} ${aDay}` : head;
  return isPerDay === true && aDay === 'a day' ? `${short}/d` : short;
}
