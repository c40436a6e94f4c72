import type { GuardrailMark } from '../../api/index.ts';
import { floor, max, min } from './bounds.ts';
import { changeBudget } from './change-budget.ts';
import { dataQuality } from './data-quality.ts';
import { liveState, noHistory } from './evidence.ts';
import type { Guardrail, GuardrailFacts } from './guardrail.ts';
import { freeze, paused } from './holds.ts';
import { inFlight } from './in-flight.ts';
import { minChange } from './min-change.ts';
import { redistribution } from './redistribution.ts';
import { stabilization } from './stabilization.ts';
import { stepDown, stepUp } from './steps.ts';

/**
 * In the order that they look at a number: what is allowed, how far down is safe, how fast, whether it is worth a change,
 * whether anything may change at all, and what is known. Each sends a larger number to one that is at least as large, and
 * leaves alone what it has moved, so that all of them together do.
 */
const GUARDRAILS: readonly Guardrail[] = [
  ...[floor, min, max],
  redistribution,
  ...[stepUp, stepDown],
  minChange,
  ...[paused, freeze, changeBudget],
  inFlight,
  ...[liveState, noHistory, dataQuality, stabilization],
];

export interface GuardedReplicas {
  readonly replicas: number;
  /** Of the guardrails that moved the number, in order. */
  readonly marks: readonly GuardrailMark[];
}

/** Takes a raw number through every guardrail that looks at one service alone; budgets come after, over all services. */
export function applyGuardrails(raw: number, facts: GuardrailFacts): GuardedReplicas {
  let replicas = raw;
  const marks: GuardrailMark[] = [];
  for (const guardrail of GUARDRAILS) {
    const mark = guardrail(replicas, facts);
    if (mark === undefined) continue;
    marks.push(mark);
    replicas = mark.to;
  }
  return { replicas, marks };
}
