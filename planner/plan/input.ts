import type {
  Config,
  FittedModel,
  GraphView,
  History,
  LiveStatus,
  Plan,
  Policy,
  ReplicaOwner,
  ScalarLocation,
} from '../../api/index.ts';
import type { QuotaBudget } from '../budget/index.ts';
import type { ProfileParts } from '../capacity/engine-profile.ts';
import type { TrafficSeries } from '../metrics/index.ts';

/** Where a service's number may be edited, or why it may not. */
export type LocatedNumber =
  | {
      readonly kind: 'located';
      readonly locations: readonly ScalarLocation[];
      /** Files that show that this is the number, where its own does not. */
      readonly through?: readonly string[];
      /** Files of the graph itself, where its number stands in an object of its own. */
      readonly graphFiles?: readonly string[];
    }
  | { readonly kind: 'refused'; readonly code: 'unreadable-number' | 'drift'; readonly reason: string };

/** One graph of the manifests with all that the repository says about it. */
export interface FleetMember {
  readonly view: GraphView;
  readonly file: string;
  /** What its author declared, where it was rendered from code. */
  readonly policy: Policy | undefined;
  /** By service. */
  readonly owners: ReadonlyMap<string, ReplicaOwner>;
  /** By service; needed for the graphs that are planned. */
  readonly numbers: ReadonlyMap<string, LocatedNumber>;
}

/** What a plan depends on besides the metrics. */
export interface PlanSetting {
  /** The time that the plan speaks of. */
  readonly at: Date;
  readonly config: Config;
  /** In any order. */
  readonly fleet: readonly FleetMember[];
  /** Quotas on the GPUs of namespaces in the manifests, which no proposal may ask for more than. */
  readonly quotas?: readonly QuotaBudget[];
  /** By the path in the config. */
  readonly profiles: ReadonlyMap<string, ProfileParts>;
  /** What `fit` wrote of graphs, by {@link placeKey}. */
  readonly fitted?: ReadonlyMap<string, FittedModel>;
  readonly status: LiveStatus | undefined;
  readonly history: History | undefined;
  /** The only graph to plan, where the planner runs inside it (`DYN_PARENT_DGD_K8S_NAME`). */
  readonly parentGraph: string | undefined;
  readonly inputs: Omit<Plan['inputs'], 'metrics'>;
}

/** Everything that a plan depends on. Equal input gives an equal plan, byte for byte. */
export interface PlanInput extends PlanSetting {
  /** What was measured of the whole fleet, in any order. */
  readonly series: readonly TrafficSeries[];
  /** Where the series come from. */
  readonly metrics: Plan['inputs']['metrics'];
}
