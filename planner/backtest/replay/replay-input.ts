import type { Sla } from '../../../api/index.ts';
import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { EngineProfile } from '../../capacity/index.ts';
import type { LeadTime } from '../delivery/index.ts';
import type { EngineSpec } from '../engine/index.ts';
import type { NeedPath, NeedsBeyond } from '../oracle/index.ts';
import type { Policy } from '../policies/index.ts';
import type { RestorableSimulation } from '../simulator/index.ts';
import type { Workload } from '../workload/index.ts';
import type { PolicyResult } from './policy-result.ts';

/** One workload, and the policies that are compared on it. */
export interface ReplayInput {
  readonly workload: Workload;
  readonly engine: EngineSpec;
  /** What `dynamo-sla` reads; undefined where the engine was not profiled. */
  readonly profile: EngineProfile | undefined;
  readonly sla: Sla;
  readonly lead: LeadTime;
  readonly policies: readonly Policy[];
  /** Makes an empty one; each policy has its own. */
  readonly simulation: () => RestorableSimulation;
  /** First minute that is judged, and the one after the last. What is before is the training, and never judged. */
  readonly judged: { readonly from: number; readonly to: number };
  /** Minutes before the first judged one that policies already run in; default 120. */
  readonly warmUpMinutes?: number;
  /** Most replicas of anything, over what the worst minute of the training needed; default 1.25. */
  readonly mostOverPeak?: number;
  /** What stands for the worst minute of the training, such as where there are no training days. */
  readonly trainingPeak?: ReplicaPair;
  /** What an earlier replay of the same arrivals found to be needed, to save the search. */
  readonly needs?: NeedPath;
}

export interface ReplayProgress {
  /** Minutes that are done and that there are. */
  readonly done: number;
  readonly all: number;
}

/** What no policy can do better than. */
export interface FrontierPoint {
  readonly changesPerDay: number;
  readonly gpuHours: number;
}

export interface ReplayResult {
  /** The instant oracle first, then by channel and name, however they were listed. */
  readonly policies: readonly PolicyResult[];
  /** By changes a day, of whatever has what is needed at every minute; start-up included. */
  readonly frontier: readonly FrontierPoint[];
  readonly trainingPeak: ReplicaPair;
  readonly most: ReplicaPair;
  readonly needs: NeedPath;
  /** Judged minutes in which `most` is not enough, whatever the policy; undefined where `needs` were given. */
  readonly beyondMost: NeedsBeyond | undefined;
  /** Judged minutes, and those of the stretch that have no data. */
  readonly minutes: { readonly judged: number; readonly gaps: number };
}
