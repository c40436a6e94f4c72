import type {
  DeploymentConfig,
  FittedModel,
  GraphView,
  HeldItem,
  History,
  LiveStatus,
  PlanReason,
  ReplicaOwner,
  Result,
  ServiceView,
  Sla,
} from '../../api/index.ts';
import type { ProfileParts } from '../capacity/index.ts';
import type { FoundSeries } from '../metrics/index.ts';

/** Everything that a strategy may look at to size one graph. */
export interface StrategyContext {
  readonly graph: { readonly name: string; readonly namespace: string; readonly environment: string };
  readonly view: GraphView;
  readonly deployment: DeploymentConfig;
  /** Path of the deployment in the config, for messages. */
  readonly configPath: string;
  /** By service. */
  readonly owners: ReadonlyMap<string, ReplicaOwner>;
  /** What the author and the config declare together; a problem where they contradict each other or neither says. */
  readonly sla: Result<Sla>;
  readonly metrics: FoundSeries;
  /**
   * 1 for each bucket of the series that was not measured, where that is so long ago that the strategy can tell the most
   * that it can have held; undefined where nothing was lost, and where no number is lowered anyway.
   */
  readonly lost?: Uint8Array | undefined;
  /** Most replicas that each service may have, where anybody limits them. */
  readonly ceilings?: ReadonlyMap<string, number>;
  /** The time that the plan speaks of. */
  readonly atMs: number;
  /** By the path in the config. */
  readonly profiles: ReadonlyMap<string, ProfileParts>;
  /** What `fit` wrote of this graph, if it did. */
  readonly fitted: FittedModel | undefined;
  readonly status: LiveStatus | undefined;
  readonly history: History | undefined;
  /** The only graph to plan, where the planner runs inside it. */
  readonly parentGraph: string | undefined;
}

/** A number for one service, before any guardrail. */
export interface SizedService {
  readonly service: ServiceView;
  readonly raw: number;
  /** Null where it is unknown, which no budget takes for zero. */
  readonly gpusPerReplica: number | null;
  readonly reasons: readonly PlanReason[];
  /**
   * Demand ÷ capacity of one replica: the replicas that it would keep busy all the time. The higher of what was measured and
   * what is forecast. A scale-down may not leave fewer than it fills to `maxUtilization`; left out where there is no demand
   * to speak of, as with a schedule.
   */
  readonly demandReplicas?: number;
  /** The number and the demand with the most that lost buckets can have held; without it no number is lowered for them. */
  readonly atWorst?: { readonly raw: number; readonly demandReplicas?: number };
  /**
   * True for a step from what runs (one more, or what is ready × a ratio), which does not count replicas that are still
   * starting. A number that was sized from the demand counts them.
   */
  readonly isRelative?: boolean;
  /** Tokens that keep one replica busy all the time, of prompts or of output. */
  readonly tokensPerReplica?: { readonly column: 'islTokens' | 'oslTokens'; readonly perSecond: number };
  /** Latencies that a number of replicas is expected to keep for the share `percentile`. */
  readonly expects?: {
    readonly percentile: number;
    readonly ttftMs?: (replicas: number) => number;
    readonly itlMs?: (replicas: number) => number;
  };
}

/** Why a number stays as it is. */
export interface Hold {
  readonly kind: 'held';
  readonly code: HeldItem['code'];
  readonly reason: string;
}

/** One service that stays where others of its graph may change. */
export interface HeldService extends Hold {
  readonly service: string;
}

/** What a strategy decided, or why the numbers stay as they are. */
export type SizedGraph =
  | {
      readonly kind: 'sized';
      readonly services: readonly SizedService[];
      /** Services that the strategy would size and cannot. */
      readonly held?: readonly HeldService[];
    }
  | Hold;

/**
 * Sizes the services of one graph. Pure: no clock, no I/O.
 * @returns a problem only where config and manifests contradict each other; whatever else stands in the way holds.
 */
export type SizeGraph<Settings> = (settings: Settings, context: StrategyContext) => Result<SizedGraph>;

/** A number for one service, or why it has none. */
export type SizedAlone = (SizedService & { readonly kind: 'sized' }) | Hold;

/** Sizes one service, whatever the others of its graph do. Pure. */
export type SizeService<Settings> = (settings: Settings, service: ServiceView, context: StrategyContext) => SizedAlone;

export function hold(code: HeldItem['code'], reason: string): Hold {
  return { kind: 'held', code, reason };
}

/** Largest replica count that a manifest or a plan may hold; more is a defect of the profile or of the metrics. */
export const MOST_REPLICAS = 10_000;
