import type { PlanTarget } from '../../api/index.ts';
import { atMost, code, type Inline, separated, strong } from '../markdown/index.ts';
import { type ProposalSubject, serviceLabel } from './subject.ts';

/** How to go back, and to what. A change that is undone half way can take what serves with it (ai-dynamo/dynamo issue 13620). */
export function undo(
  subject: ProposalSubject,
  changes: readonly PlanTarget[],
  proposal: string,
  rows: number,
): readonly Inline[] {
  const { shown, more } = atMost(changes, rows);
  return [
    strong('Undo:'),
    ` revert this ${proposal}, or `,
    code('git revert COMMIT'),
    ' (with ',
    code('-m 1'),
    ' for a merge commit), once the rollout is over. Previous values: ',
    ...separated(shown.map((change) => [code(`${serviceLabel(subject, change)}: ${change.current}`)])),
    more === 0 ? '.' : ` and ${more} more in the diff.`,
  ];
}
