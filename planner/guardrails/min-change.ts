import { type Guardrail, moved } from './guardrail.ts';

/**
 * Hysteresis: a change that is too small to be worth a review is left. A step limit counts as large enough, or nothing would
 * ever change beside it; a number outside its bounds always comes back.
 */
export const minChange: Guardrail = (wanted, { current, limits, setting: { minChange: least } }) => {
  const isOutside =
    current < (limits.min?.replicas ?? 0) || current > (limits.max?.replicas ?? Number.POSITIVE_INFINITY);
  if (isOutside) return undefined;
  const threshold = Math.max(least.replicas, Math.ceil((current * least.percent) / 100 - 1e-9));
  const step = (wanted > current ? limits.maxStepUp : limits.maxStepDown) ?? Number.POSITIVE_INFINITY;
  const change = Math.abs(wanted - current);
  if (change >= Math.min(threshold, step)) return undefined;
  return moved(
    'min-change',
    wanted,
    current,
    `a change of ${change} is left, since it is below ${threshold}, the least that is worth one`,
  );
};
