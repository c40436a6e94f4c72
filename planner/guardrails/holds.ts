import type { GraphHold, Guardrail } from './guardrail.ts';
import { moved } from './guardrail.ts';

/** Nothing is changed, or nothing is removed, while a freeze lasts. */
export const freeze: Guardrail = (wanted, facts) => held('freeze', wanted, facts);

/** Nothing is changed while somebody has paused the graph. */
export const paused: Guardrail = (wanted, facts) => held('paused', wanted, facts);

function held(guardrail: GraphHold['guardrail'], wanted: number, { current, holds }: Parameters<Guardrail>[1]) {
  const hold = holds.find((one) => one.guardrail === guardrail && (one.holds === 'all' || wanted < current));
  return hold === undefined ? undefined : moved(guardrail, wanted, current, hold.explanation);
}
