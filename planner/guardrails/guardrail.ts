import type { GuardrailMark, ServiceRole } from '../../api/index.ts';
import type { ReplicaLimits } from './limits.ts';

/** What a guardrail may look at for one service; the number itself is passed beside it. */
export interface GuardrailFacts {
  readonly role: ServiceRole;
  /** Replicas that Git asks for now. */
  readonly current: number;
  readonly limits: ReplicaLimits;
  readonly status: LiveEvidence;
  readonly history: HistoryEvidence;
  /** Why the metrics are not good enough to lower a number; none where they are. */
  readonly doubts?: readonly string[];
}

/** Whether live objects show that a service has settled at what Git says; if not, the guardrail that says so, and why. */
export type LiveEvidence =
  | { readonly kind: 'settled' }
  | { readonly kind: 'not-given' }
  | { readonly kind: 'no-status' | 'not-ready' | 'drift'; readonly reason: string };

export type HistoryEvidence = { readonly kind: 'seen' } | { readonly kind: 'not-given' };

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
