import { type Guardrail, moved } from './guardrail.ts';

/** No scale-down soon after a scale-up: its effect is not seen yet, and a load that swings would move the number with it. */
export const stabilization: Guardrail = (wanted, { current, history, setting: { stabilizationSeconds } }) => {
  if (history.kind !== 'seen' || history.lastScaleUpMs === undefined || wanted >= current) return undefined;
  const until = history.lastScaleUpMs + stabilizationSeconds * 1000;
  return moved(
    'stabilization',
    wanted,
    current,
    `scale-down waits until ${isoSeconds(until)}, ${stabilizationSeconds} s after the scale-up of ${isoSeconds(history.lastScaleUpMs)}`,
  );
};

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

function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
