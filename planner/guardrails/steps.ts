import { type Guardrail, moved } from './guardrail.ts';

/** Limits how much one plan adds. A number that stands below its minimum may always rise to it. */
export const stepUp: Guardrail = (wanted, { current, limits }) => {
  if (limits.maxStepUp === undefined) return undefined;
  const highest = Math.max(current + limits.maxStepUp, limits.min?.replicas ?? 0);
  return moved(
    'step-up',
    wanted,
    Math.min(wanted, highest),
    `at most ${limits.maxStepUp} more than ${current} in one plan`,
  );
};

/** Limits how much one plan removes. A number that stands above its maximum may always fall to it. */
export const stepDown: Guardrail = (wanted, { current, limits }) => {
  if (limits.maxStepDown === undefined) return undefined;
  const lowest = Math.min(current - limits.maxStepDown, limits.max?.replicas ?? Number.POSITIVE_INFINITY);
  return moved(
    'step-down',
    wanted,
    Math.max(wanted, lowest),
    `at most ${limits.maxStepDown} less than ${current} in one plan`,
  );
};
