import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { Simulation } from '../simulator/index.ts';
import type { Workload } from '../workload/index.ts';

/** Minutes before the judged ones, so that the queues are as they would be. */
const WARM_UP_MINUTES = 10;

export interface ConstantQuestion {
  readonly workload: Workload;
  readonly simulation: Simulation;
  readonly replicas: ReplicaPair;
  readonly gpusPerReplica: ReplicaPair;
  /** First minute that is judged, and the one after the last. */
  readonly judged: { readonly from: number; readonly to: number };
}

/** What the same numbers over a stretch of time would have kept and cost. */
export function constantNumbers({ workload, simulation, replicas, gpusPerReplica, judged }: ConstantQuestion): {
  readonly attainment: number;
  readonly gpuHours: number;
} {
  simulation.reset();
  for (let index = Math.max(0, judged.from - WARM_UP_MINUTES); index < judged.from; index += 1) {
    simulation.advanceMinute(workload.minute(index), replicas);
  }
  const before = simulation.totals();
  for (let index = judged.from; index < judged.to; index += 1) {
    simulation.advanceMinute(workload.minute(index), replicas);
  }
  const after = simulation.totals();
  const attained = after.attained - before.attained;
  const missed = after.missed - before.missed + after.abandoned - before.abandoned;
  const gpus = replicas.prefill * gpusPerReplica.prefill + replicas.decode * gpusPerReplica.decode;
  return {
    attainment: attained + missed <= 0 ? 1 : attained / (attained + missed),
    gpuHours: (gpus * (judged.to - judged.from)) / 60,
  };
}
