import type { GuardrailMark, ServiceRole } from '../../api/index.ts';
import type { ReplicaLimits } from './limits.ts';
import type { GuardrailSetting } from './setting.ts';

/** What a guardrail may look at for one service; the number itself is passed beside it. */
export interface GuardrailFacts {
  readonly role: ServiceRole;
  /** Replicas that Git asks for now. */
  readonly current: number;
  readonly limits: ReplicaLimits;
  readonly setting: GuardrailSetting;
  /** Replicas that the demand would keep busy all the time; undefined where the strategy does not size for a demand. */
  readonly demandReplicas: number | undefined;
  /** Whether the number is a step from what runs, so that it does not count what is still starting. */
  readonly isRelative: boolean;
  /** Replicas that Git asks for and that are not ready yet, and who says so; 0 where nobody does. */
  readonly starting: StartingReplicas;
  readonly status: LiveEvidence;
  readonly history: HistoryEvidence;
  /** Why the metrics are not good enough to lower a number; none where they are. */
  readonly doubts?: readonly string[];
  /** Buckets that were lost, in words, and what would be needed had they been the worst that they can have been. */
  readonly loss?: { readonly words: string; readonly replicasAtWorst: number };
  /** What keeps every number of the graph as it is. */
  readonly holds: readonly GraphHold[];
}

export interface StartingReplicas {
  readonly count: number;
  readonly source: 'status' | 'history';
}

/** A reason to leave numbers alone that has nothing to do with them. */
export interface GraphHold {
  readonly guardrail: 'freeze' | 'paused';
  /** `scale-down`: what is needed may still be added. */
  readonly holds: 'all' | 'scale-down';
  readonly explanation: string;
}

/** Whether live objects show that a service has settled at what Git says; if not, the guardrail that says so, and why. */
export type LiveEvidence =
  | { readonly kind: 'settled' }
  | { readonly kind: 'not-given' }
  | { readonly kind: 'no-status' | 'not-ready' | 'drift'; readonly reason: string };

/** What past changes say of a service and its graph. */
export type HistoryEvidence =
  | { readonly kind: 'not-given' }
  /** It does not reach back far enough, or does not lead to what Git says now. */
  | { readonly kind: 'incomplete'; readonly reason: string }
  | {
      readonly kind: 'seen';
      /** When the service was last scaled up; undefined where it never was, as far as the history goes. */
      readonly lastScaleUpMs: number | undefined;
      /** Merged changes of the whole graph in the 24 hours before the plan. */
      readonly changesInDay: number;
    };

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
