import type { DynamoSlaSettings, Sla } from '../../../api/index.ts';
import type { EngineProfile } from '../../capacity/engine-profile.ts';

/** Means of one metrics window, as Dynamo's planner of 2026-02 observes them. NaN is allowed, as it is there. */
export interface ObservedWindow {
  /** Requests completed in the window. */
  readonly requestCount: number;
  readonly ttftMs: number;
  readonly itlMs: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  readonly requestSeconds: number;
}

export interface DynamoSlaInput {
  readonly settings: DynamoSlaSettings;
  readonly sla: Sla;
  readonly profile: EngineProfile;
  /** Oldest first; the decision is for the window after the last. */
  readonly windows: readonly ObservedWindow[];
  readonly gpusPerReplica: { readonly prefill: number; readonly decode: number };
  /** Ready decode workers during the last window. */
  readonly readyDecode: number;
}

/** Every intermediate number of one role's sizing, so that it can be explained. */
export interface DynamoSlaTrace {
  readonly predicted: { readonly requestCount: number; readonly islTokens: number; readonly oslTokens: number };
  readonly prefill: {
    readonly expectedTtftMs: number | null;
    readonly correctionFactor: number;
    readonly demandTokensPerSecond: number;
    readonly tokensPerSecondPerGpu: number;
  };
  readonly decode: {
    readonly expectedItlMs: number | null;
    readonly correctionFactor: number;
    /** ITL target after correction, milliseconds. */
    readonly correctedItlMs: number;
    readonly contextTokens: number;
    readonly demandTokensPerSecond: number;
    readonly tokensPerSecondPerGpu: number;
    readonly kvUsage: number;
  };
}

/** Replicas before any guardrail or budget, or why the planner would not decide. */
export type DynamoSlaDecision =
  | { readonly kind: 'sized'; readonly prefill: number; readonly decode: number; readonly trace: DynamoSlaTrace }
  | { readonly kind: 'no-decision'; readonly reason: string };
