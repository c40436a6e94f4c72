import type { GuardrailMark } from '../../api/index.ts';
import { formatQuantity as q } from '../quantity.ts';
import { applyGuardrails, type GuardedReplicas } from './apply-guardrails.ts';
import type { GuardrailFacts } from './guardrail.ts';
import type { GuardrailSetting } from './setting.ts';

/** A service that has been through its own guardrails. */
export interface GuardedRole extends GuardedReplicas {
  readonly facts: GuardrailFacts;
}

/**
 * Keeps prefill and decode of a graph in proportion, to whole replicas. The one that is too small is raised, as far as its
 * own guardrails let it; nothing is lowered for the sake of a ratio.
 */
export function keepRatio(
  pair: { readonly prefill: GuardedRole; readonly decode: GuardedRole },
  bounds: GuardrailSetting['prefillPerDecode'],
): { readonly prefill: GuardedRole; readonly decode: GuardedRole } {
  if (bounds === undefined) return pair;
  const { min, max } = bounds;
  const { prefill } = pair;
  const decode =
    max === undefined
      ? pair.decode
      : raised(
          pair.decode,
          Math.ceil(prefill.replicas / max - 1e-9),
          `at most ${q(max)} prefill replicas for each of decode, and prefill has ${prefill.replicas}`,
        );
  if (min === undefined) return { prefill, decode };
  const least = Math.floor(decode.replicas * min + 1e-9);
  const words = `at least ${q(min)} prefill replicas for each of decode, and decode has ${decode.replicas}`;
  return { prefill: raised(prefill, least, words), decode };
}

function raised(role: GuardedRole, needed: number, explanation: string): GuardedRole {
  if (needed <= role.replicas) return role;
  const again = applyGuardrails(needed, role.facts);
  if (again.replicas <= role.replicas) return role;
  const mark: GuardrailMark = { guardrail: 'role-ratio', from: role.replicas, to: needed, explanation };
  return { facts: role.facts, replicas: again.replicas, marks: [...role.marks, mark, ...again.marks] };
}
