import { type Guardrail, type GuardrailFacts, moved } from './guardrail.ts';

/**
 * Without knowing that what runs is what Git says, a scale-down may take away what is already missing; a scale-up cannot.
 */
export const liveState: Guardrail = (wanted, { current, status, history }) => {
  if (status.kind === 'settled' || wanted >= current) return undefined;
  const guardrail = status.kind === 'not-given' ? 'no-status' : status.kind;
  return moved(guardrail, wanted, current, `scale-down waits${whatFor(status, history)}`);
};

/** Without knowing what changed lately, a scale-down may undo this morning's scale-up. */
export const noHistory: Guardrail = (wanted, { current, history }) =>
  history.kind !== 'seen' && wanted < current
    ? moved('no-history', wanted, current, `scale-down waits${historyWords(history)}`)
    : undefined;

function historyWords(history: Exclude<GuardrailFacts['history'], { readonly kind: 'seen' }>): string {
  switch (history.kind) {
    case 'not-given':
      return ' for --history';
    case 'incomplete':
      return `, since ${history.reason}`;
  }
}

/** Status and history are named at once, so that nobody has to come back twice. */
function whatFor(
  status: Exclude<GuardrailFacts['status'], { readonly kind: 'settled' }>,
  history: GuardrailFacts['history'],
): string {
  const isDark = history.kind === 'not-given';
  if (status.kind === 'not-given') return isDark ? ' for --status and --history' : ' for --status';
  return `, since ${status.reason}${isDark ? ', and for --history' : ''}`;
}
