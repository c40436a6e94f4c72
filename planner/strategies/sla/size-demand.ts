import type { Sla, SlaSettings } from '../../../api/index.ts';
import type { PerformanceModel } from '../../capacity/index.ts';
import type { SlaDecision } from './decision.ts';
import { sizeDecode, sizePrefill } from './needed-replicas.ts';
import { aggregatedLoads, decodeLoad, type ModelCorrection, prefillLoad, type SizedDemand } from './role-loads.ts';
import type { SlaWorkers } from './sla-workers.ts';

/** What engines do, and what they are held to. */
export interface SizedBy {
  readonly settings: SlaSettings;
  readonly sla: Sla;
  readonly workers: SlaWorkers;
  readonly model: PerformanceModel;
  readonly correction: ModelCorrection;
}

/** How engines fare with a demand. */
export function sizeDemand(by: SizedBy, demand: SizedDemand): Pick<SlaDecision, 'loads' | 'sizing'> {
  const { settings, sla, correction } = by;
  const loads = loadsOf(by, demand);
  const { percentile } = settings;
  return {
    loads,
    sizing: {
      prefill: sizePrefill(loads.prefill, { targetMs: sla.ttftMs, percentile }, correction.overheadMs),
      decode: sizeDecode(loads.decode, { targetMs: sla.itlMs, percentile }),
    },
  };
}

function loadsOf({ settings, sla, workers, model, correction }: SizedBy, demand: SizedDemand): SlaDecision['loads'] {
  const { maxBatch } = settings;
  if (workers.kind === 'aggregated') {
    return aggregatedLoads(model, demand, correction, { maxBatch, itlMs: sla.itlMs });
  }
  return {
    prefill: prefillLoad(model, demand, correction),
    decode: decodeLoad(model, demand, correction, maxBatch),
  };
}
