import { type Guardrail, moved } from './guardrail.ts';

/** Without knowing what runs, a scale-down may take away what is already missing; a scale-up cannot. */
export const noStatus: Guardrail = (wanted, { current, status, history }) => {
  if (status.kind === 'seen' || wanted >= current) return undefined;
  // Both are named at once, so that nobody has to come back twice.
  const reasons = history.kind === 'seen' ? status.reason : `${status.reason}, and ${history.reason}`;
  return moved('no-status', wanted, current, `scale-down waits: ${reasons}`);
};

/** Without knowing what changed lately, a scale-down may undo this morning's scale-up. */
export const noHistory: Guardrail = (wanted, { current, history }) =>
  history.kind === 'unseen' && wanted < current
    ? moved('no-history', wanted, current, `scale-down waits: ${history.reason}`)
    : undefined;
