import type { Backtest } from '../../api/index.ts';
import { type Block, paragraph } from '../markdown/index.ts';
import { backtestTitle } from './backtest-blocks.ts';
import { policyTable } from './policy-table.ts';
import { verdict } from './verdict.ts';

/** The last days under this policy, for the body of a proposal: the sentence to remember, and the figures folded. */
export function recentDays(backtest: Backtest): readonly Block[] {
  const [main, ...more] = verdict(backtest);
  return [
    ...(main === undefined ? [] : [paragraph(...main)]),
    {
      kind: 'details',
      summary: backtestTitle(backtest),
      blocks: [
        ...more.map((words) => paragraph(...words)),
        ...policyTable(backtest, 'alike', 'full'),
        ...policyTable(backtest, 'apart', 'full'),
      ],
    },
  ];
}
