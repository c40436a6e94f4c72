import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { type PerformanceModel, prefillMs, slopeMs } from '../../capacity/index.ts';
import type { WorkloadMinute } from '../workload/index.ts';
import { NeededReplicas, type NeedSearch } from './needed-replicas.ts';

/** Part of the most work of a minute below which no minute needs the most replicas. */
const NEAR_PEAK = 0.7;

/** What perfect foresight needs at the worst of some minutes, for each role. */
export function peakNeed(search: NeedSearch, model: PerformanceModel, from: number, to: number): ReplicaPair {
  const works = Array.from({ length: to - from }, (_, index) => ({
    index: from + index,
    ...workOf(search.workload.minute(from + index), model),
  }));
  const most = {
    prefill: Math.max(0, ...works.map(({ prefill }) => prefill)),
    decode: Math.max(0, ...works.map(({ decode }) => decode)),
  };
  const needed = new NeededReplicas(search);
  let peak: ReplicaPair = { prefill: 1, decode: 1 };
  for (const { index, prefill, decode } of works) {
    if (prefill < NEAR_PEAK * most.prefill && decode < NEAR_PEAK * most.decode) continue;
    const need = needed.at(index);
    peak = { prefill: Math.max(peak.prefill, need.prefill), decode: Math.max(peak.decode, need.decode) };
  }
  return peak;
}

/** Work that arrives in a minute, in any unit: seconds of prefill, and what decode's batches grow by. */
function workOf({ arrivalsPerSecond, shape }: WorkloadMinute, model: PerformanceModel): ReplicaPair {
  const requests = arrivalsPerSecond.reduce((sum, count) => sum + count, 0);
  const { islTokens, oslTokens } = shape;
  return {
    prefill: requests * prefillMs(model.prefill, islTokens),
    decode: requests * oslTokens * (model.decode.fixedMs + slopeMs(model.decode, islTokens + oslTokens / 2)),
  };
}
