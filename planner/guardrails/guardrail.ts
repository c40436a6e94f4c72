import type { GuardrailMark, ServiceRole } from '../../api/index.ts';
import type { ReplicaLimits } from './limits.ts';

/** What a guardrail may look at for one service; the number itself is passed beside it. */
export interface GuardrailFacts {
  readonly role: ServiceRole;
  /** Replicas that Git asks for now. */
  readonly current: number;
  readonly limits: ReplicaLimits;
  /** Whether live status shows the service; if not, why it does not. */
  readonly status: Evidence;
  readonly history: Evidence;
}

export type Evidence = { readonly kind: 'seen' } | { readonly kind: 'unseen'; readonly reason: string };

/** Looks at a wanted number of replicas and returns its mark when it moves it. Pure, and sees no other service. */
export type Guardrail = (wanted: number, facts: GuardrailFacts) => GuardrailMark | undefined;

/** The mark of a guardrail that wants `to`, or nothing where that changes nothing. */
export function moved(
  guardrail: GuardrailMark['guardrail'],
  from: number,
  to: number,
  explanation: string,
): GuardrailMark | undefined {
  return from === to ? undefined : { guardrail, from, to, explanation };
}
