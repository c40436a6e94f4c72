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
    peak = higher(peak, needed.at(index));
  }
  return peak;
}

/** Minutes that need more of a role than anything may ask for. */
export interface NeedsBeyond {
  readonly minutes: number;
  /** The most that any of them needs, of each role; undefined where there is none. */
  readonly worst: ReplicaPair | undefined;
}

/**
 * How many minutes need more than `most`. Only those with more work than any minute before them are looked at: `most` is above
 * what each of these needed.
 */
export function needsBeyond(
  search: NeedSearch,
  model: PerformanceModel,
  most: ReplicaPair,
  { from, to }: { readonly from: number; readonly to: number },
): NeedsBeyond {
  const workAt = (index: number): ReplicaPair => workOf(search.workload.minute(index), model);
  let known: ReplicaPair = { prefill: 0, decode: 0 };
  for (let index = 0; index < from; index += 1) known = higher(known, workAt(index));
  const needed = new NeededReplicas(search);
  let [minutes, worst]: [number, ReplicaPair | undefined] = [0, undefined];
  for (let index = from; index < to; index += 1) {
    const work = workAt(index);
    if (work.prefill <= known.prefill && work.decode <= known.decode) continue;
    const need = needed.at(index);
    if (need.prefill <= most.prefill && need.decode <= most.decode) continue;
    minutes += 1;
    worst = higher(worst ?? need, need);
  }
  return { minutes, worst };
}

function higher(one: ReplicaPair, other: ReplicaPair): ReplicaPair {
  return { prefill: Math.max(one.prefill, other.prefill), decode: Math.max(one.decode, other.decode) };
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
