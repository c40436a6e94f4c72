import type { Sla } from '../../../api/index.ts';
import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { EngineProfile, PerformanceModel } from '../../capacity/index.ts';
import type { LeadTime } from '../delivery/lead-time.ts';

/** How a decision reaches the cluster. */
export type PolicyChannel =
  /** One number for good. */
  | 'static'
  /** A controller in the cluster: no review, but start-up. */
  | 'native'
  /** A merge request for each change: review, sync and start-up. */
  | 'git'
  /** Merge requests move the floor of a native controller. */
  | 'git-floor'
  /** Knows what comes; no review and no start-up. */
  | 'oracle';

/**
 * What Prometheus shows of one minute. NaN is no data: of a minute in a gap everything, of an idle minute the means, and of
 * a minute before the replay began whatever only a running graph shows.
 */
export interface MinuteMetrics {
  /** Start of the minute, milliseconds since 1970. */
  readonly startMs: number;
  /** Requests that arrived. */
  readonly started: number;
  /** Requests that were completed. */
  readonly completed: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Squared variation (variance ÷ mean²) of prompt lengths. */
  readonly islVariation: number;
  /** The same of output lengths; 1, as is assumed, where the metrics do not show it. */
  readonly oslVariation: number;
  readonly ttftMs: number;
  readonly ttftP95Ms: number;
  readonly itlMs: number;
  /** Mean time from arrival to the last token. */
  readonly requestSeconds: number;
  /** Requests that wait for prefill, mean over the minute. */
  readonly queueDepth: number;
  /** Share of the decode workers' KV cache in use, 0 to 1. */
  readonly kvUsage: number;
  /** Requests in flight, mean over the minute. */
  readonly concurrency: number;
  /** Replicas that took work at the end of the minute. */
  readonly prefillReady: number;
  readonly decodeReady: number;
}

/** Everything that a policy may know before the first decision; what was measured it is told minute by minute. */
export interface PolicySetup {
  readonly model: PerformanceModel;
  /** Undefined where the engine was not profiled, as with a learned model. */
  readonly profile: EngineProfile | undefined;
  readonly gpusPerReplica: ReplicaPair;
  /** Most requests that a decode replica takes at once. */
  readonly maxBatch: number;
  readonly sla: Sla;
  readonly lead: LeadTime;
  /** Most replicas of each role that anything may ask for. */
  readonly most: ReplicaPair;
  /** What perfect foresight would have needed at the worst minute of the training days. */
  readonly trainingPeak: ReplicaPair;
}

export interface PolicyMoment {
  readonly atMs: number;
  /** What the policy asked for last; before its first decision what runs. */
  readonly asked: ReplicaPair;
  /** Replicas that exist, those that are still starting included. */
  readonly ordered: ReplicaPair;
  /** Replicas that take work. */
  readonly serving: ReplicaPair;
  readonly proposed: ProposedSoFar;
}

/** Merge requests that were opened for the policy, which counts none itself: another one may have decided before it. */
export interface ProposedSoFar {
  /** When those of the last 24 hours were opened, milliseconds since 1970. */
  readonly inDayMs: readonly number[];
  /** When the newest was opened, milliseconds since 1970; undefined where none was. */
  readonly newestMs: number | undefined;
}

/** A policy at work: it is told every minute one minute late, and asked for numbers every `everySeconds`. */
export interface RunningPolicy {
  readonly observe: (minute: MinuteMetrics) => void;
  /** The numbers that it wants; those it asked for last where it wants no change. */
  readonly decide: (moment: PolicyMoment) => ReplicaPair;
}

/** A way to choose replicas that the replay compares with others. Pure: `start` makes all the state there is. */
export interface Policy {
  /** As on a command line: `last-value`. */
  readonly name: string;
  /** As in a table: `last value × 1.6`. */
  readonly label: string;
  readonly channel: PolicyChannel;
  /** A multiple of 60. */
  readonly everySeconds: number;
  readonly start: (setup: PolicySetup) => RunningPolicy;
  /** Its own, where that is not the one of the setup. */
  readonly lead?: LeadTime;
  /** The controller above the floor, for `git-floor`. */
  readonly above?: Policy;
}
