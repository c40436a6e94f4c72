import type { HeldItem, PlanReason } from '../../api/index.ts';
import type { FoundSeries } from '../metrics/index.ts';

/** What may be decided on a graph's metrics. */
export interface JudgedMetrics {
  /**
   * The series as it may be used: without what cannot be true, and with short gaps bridged; unavailable where nothing may
   * be decided on it.
   */
  readonly metrics: FoundSeries;
  /** Why no number may be lowered on these metrics; none where they are complete and agree with each other. */
  readonly doubts: readonly string[];
  /** What is missing, where it is so old that the strategy can tell the most that it may have held; no doubt then. */
  readonly loss?: MetricsLoss;
  /** What was noticed, to stand before the reasons of every number that was decided on them. */
  readonly notes: readonly PlanReason[];
}

/** Old buckets that were not measured. */
export interface MetricsLoss {
  /** 1 for each bucket of the series that lacks something. */
  readonly marks: Uint8Array;
  /** How many, when, and until when they count. */
  readonly words: string;
}

/** Why nothing is decided. */
export interface Refusal {
  readonly code: HeldItem['code'];
  readonly reason: string;
}
