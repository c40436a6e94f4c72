import type { ReplicaOwner, Sla, SlaSettings } from '../../../api/index.ts';
import type { PerformanceModel } from '../../capacity/index.ts';
import type { DemandForecast } from '../../forecast/index.ts';
import type { TrafficSeries } from '../../metrics/index.ts';
import type { DecodeLoad, PrefillLoad } from '../../queueing/index.ts';
import type { ArrivalEvidence } from './arrivals.ts';
import type { ComparedModel } from './correct-model.ts';
import type { DecodeRoleSizing, RoleSizing } from './needed-replicas.ts';
import type { RecentTraffic } from './recent-traffic.ts';
import type { SizedDemand } from './role-loads.ts';
import type { SlaWorkers } from './sla-workers.ts';
import type { Variation } from './variation.ts';
import type { WeighedHorizon } from './weigh-horizon.ts';
import type { WorstCase } from './worst-case.ts';

/** Everything that one decision was made of. */
export interface SlaDecision {
  readonly settings: SlaSettings;
  readonly sla: Sla;
  readonly workers: SlaWorkers;
  /** By service. */
  readonly owners: ReadonlyMap<string, ReplicaOwner>;
  readonly series: TrafficSeries;
  readonly recent: RecentTraffic;
  readonly evidence: ArrivalEvidence;
  readonly variation: {
    readonly arrivals: Variation;
    /** Of prompts. */
    readonly lengths: Variation;
    readonly outputs: Variation;
  };
  readonly model: PerformanceModel;
  /** Where each half of the model comes from. */
  readonly words: { readonly prefill: string; readonly decode: string };
  readonly compared: ComparedModel;
  /** Whether the model was compared with what was measured at all. */
  readonly isCompared: boolean;
  readonly forecasts: { readonly prefill: Forecast; readonly decode: Forecast };
  readonly demand: SizedDemand;
  readonly loads: { readonly prefill: PrefillLoad; readonly decode: DecodeLoad };
  readonly sizing: { readonly prefill: RoleSizing; readonly decode: DecodeRoleSizing };
  readonly needed: { readonly prefill: number; readonly decode: number };
  /** Undefined where the settings have no horizon. */
  readonly horizon: WeighedHorizon | undefined;
  /** Undefined where nothing was lost, and where it cannot be told. */
  readonly worstCase: WorstCase | undefined;
  readonly isSaturated: boolean;
  /** Over the newest stretch, or all that is recent where that is longer; undefined where it is not measured. */
  readonly measuredTtftMs: number | undefined;
}

export type Forecast = DemandForecast & { readonly kind: 'forecast' };
