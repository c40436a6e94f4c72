import { type Guardrail, moved } from './guardrail.ts';

/** Once a graph was changed as often as it may be in 24 hours, its numbers stay. */
export const changeBudget: Guardrail = (wanted, { current, history, setting: { changesPerDay } }) =>
  changesPerDay !== undefined && history.kind === 'seen' && history.changesInDay >= changesPerDay
    ? moved(
        'change-budget',
        wanted,
        current,
        `this graph was changed ${history.changesInDay} times in the last 24 hours, and changesPerDay is ${changesPerDay}`,
      )
    : undefined;
