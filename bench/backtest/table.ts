import type { PolicyResult } from '../../planner/backtest/replay/index.ts';
import { standing } from '../../report/backtest/compare-policies.ts';

/** A policy over several seeds: of each figure the worst. */
export interface JudgedRow extends Omit<PolicyResult, 'outcome' | 'days' | 'hourlyGpus' | 'worstWindow'> {
  readonly worstWindow: number;
}

export function worstRow(results: readonly [PolicyResult, ...PolicyResult[]]): JudgedRow {
  const [{ name, label, channel }] = results;
  const least = (value: (one: PolicyResult) => number): number => Math.min(...results.map(value));
  const most = (value: (one: PolicyResult) => number): number => Math.max(...results.map(value));
  return {
    ...{ name, label, channel },
    attainment: least((one) => one.attainment),
    ttftAttainment: least((one) => one.ttftAttainment),
    itlAttainment: least((one) => one.itlAttainment),
    gpuHours: most((one) => one.gpuHours),
    timesOracle: most((one) => one.timesOracle),
    timesLimitedOracle: most((one) => one.timesLimitedOracle),
    proposalsPerDay: most((one) => one.proposalsPerDay),
    changesPerDay: most((one) => one.changesPerDay),
    poorWindows: most((one) => one.poorWindows),
    worstWindow: least((one) => one.worstWindow?.attainment ?? 1),
    maxGpus: most((one) => one.maxGpus),
  };
}

const HEAD = [
  'policy',
  'kept, %',
  'TTFT, %',
  'ITL, %',
  'GPU-hours',
  '× oracle',
  '× limited oracle',
  'proposals a day',
  'changes a day',
  'windows < 95 %, %',
  'worst window, %',
  'most GPUs',
  'beside sla',
];

/** @param ourNames the first is held against every other row, and those after it where they are better than one and the first is not */
export function markdownTable(rows: readonly JudgedRow[], ourNames: readonly string[]): string {
  const own = ourNames.flatMap((ourName) => rows.filter(({ name }) => name === ourName));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cellsOf(row, own)))].join('\n');
}

function cellsOf(row: JudgedRow, own: readonly JudgedRow[]): readonly string[] {
  return [
    own.includes(row) ? `**${row.label}**` : row.label,
    percent(row.attainment, 2),
    percent(row.ttftAttainment, 2),
    percent(row.itlAttainment, 2),
    row.gpuHours.toFixed(0),
    `${row.timesOracle.toFixed(2)}`,
    `${row.timesLimitedOracle.toFixed(2)}`,
    row.proposalsPerDay.toFixed(1),
    row.changesPerDay.toFixed(1),
    percent(row.poorWindows, 1),
    percent(row.worstWindow, 0),
    `${row.maxGpus}`,
    besideOurs(row, own),
  ];
}

/** Oracles know what comes, so that nothing is said of them. */
function besideOurs(row: JudgedRow, [first, ...others]: readonly JudgedRow[]): string {
  if (first === undefined || row === first || row.channel === 'oracle') return '';
  switch (standing(first, row)) {
    case 'ours-better':
      return 'worse';
    case 'equal':
      return 'the same';
    case 'ours-worse':
      return 'better: **sla loses**';
    case 'mixed': {
      const better = others.find((other) => other !== row && standing(other, row) === 'ours-better');
      if (better !== undefined) return `worse than ${better.label}`;
      return row.attainment > first.attainment ? 'keeps more, dearer' : 'cheaper, keeps less';
    }
  }
}

function percent(share: number, decimals: number): string {
  return (100 * share).toFixed(decimals);
}
