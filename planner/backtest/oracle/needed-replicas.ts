import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { Simulation, SimulationTotals } from '../simulator/index.ts';
import type { Workload, WorkloadMinute } from '../workload/index.ts';

/** Share of a minute's requests that perfect foresight keeps, of those that any number of replicas keeps. */
export const ORACLE_ATTAINMENT = 0.99;

export interface NeedSearch {
  readonly workload: Workload;
  /** For the search alone. */
  readonly simulation: Simulation;
  /** Target of the time between tokens, milliseconds. */
  readonly itlMs: number;
  /** Beyond this nothing is tried. */
  readonly most: ReplicaPair;
  readonly gpusPerReplica: ReplicaPair;
}

/**
 * The fewest replicas of each role that keep {@link ORACLE_ATTAINMENT} of the requests of one minute after another, each
 * from an empty queue: what came just before is served by more than enough, so that decode is as full as it would be.
 */
export class NeededReplicas {
  readonly #search: NeedSearch;
  #last: ReplicaPair = { prefill: 1, decode: 1 };

  constructor(search: NeedSearch) {
    this.#search = search;
  }

  /** Fastest where minutes are asked for in their order. What has no data or no traffic needs one of each. */
  at(index: number): ReplicaPair {
    const { workload, itlMs, most, gpusPerReplica } = this.#search;
    const minute = workload.minute(index);
    if (!minute.arrivalsPerSecond.some((count) => count > 0)) return { prefill: 1, decode: 1 };
    const before = index > 0 ? endOf(workload.minute(index - 1), itlMs) : undefined;
    const allowed = this.#allowedMisses(minute, before);
    const isEnough = (replicas: ReplicaPair): boolean => this.#misses(minute, before, replicas) <= allowed;
    // Decode first: what waits for it is late for its first token too, which no prefill can help.
    const decode = fewestNear(this.#last.decode, most.decode, (count) =>
      isEnough({ prefill: most.prefill, decode: count }),
    );
    const prefill = fewestNear(this.#last.prefill, most.prefill, (count) => isEnough({ prefill: count, decode }));
    // Decode may have used up what may be missed, so that prefill takes more than another one for decode would.
    const spared = Math.floor(gpusPerReplica.decode / gpusPerReplica.prefill) + 1;
    const other = { prefill: prefill - spared, decode: decode + 1 };
    this.#last = other.prefill >= 1 && other.decode <= most.decode && isEnough(other) ? other : { prefill, decode };
    return this.#last;
  }

  /** Requests of a minute that are missed with fewer replicas of one role than needed, by their number from 0 on. */
  shortage(index: number, needed: ReplicaPair): { readonly prefill: Float64Array; readonly decode: Float64Array } {
    const { workload, itlMs, most } = this.#search;
    const minute = workload.minute(index);
    const requests = minute.arrivalsPerSecond.reduce((sum, count) => sum + count, 0);
    const missed = (count: number, pairOf: (level: number) => ReplicaPair): Float64Array => {
      const misses = new Float64Array(count).fill(requests);
      const before = index > 0 && requests > 0 ? endOf(workload.minute(index - 1), itlMs) : undefined;
      for (let level = count - 1; level >= 1 && requests > 0; level -= 1) {
        misses[level] = requests * this.#misses(minute, before, pairOf(level));
        // With fewer still, nothing is kept either.
        if ((misses[level] ?? 0) > 0.99 * requests) break;
      }
      return misses;
    };
    return {
      prefill: missed(needed.prefill, (prefill) => ({ prefill, decode: most.decode })),
      decode: missed(needed.decode, (decode) => ({ prefill: most.prefill, decode })),
    };
  }

  /** Prompts that take nearly the target by themselves are late in any burst, and no number of replicas helps them. */
  #allowedMisses(minute: WorkloadMinute, before: WorkloadMinute | undefined): number {
    const inevitable = this.#misses(minute, before, this.#search.most);
    return 1 - ORACLE_ATTAINMENT * (1 - inevitable);
  }

  /** Share of the requests that are missed. */
  #misses(minute: WorkloadMinute, before: WorkloadMinute | undefined, replicas: ReplicaPair): number {
    const { simulation, most } = this.#search;
    simulation.reset();
    if (before !== undefined) simulation.advanceMinute(before, most);
    const start = simulation.totals();
    simulation.advanceMinute(minute, replicas);
    return missesBetween(start, simulation.totals());
  }
}

/** The fewest from 1 to `most` that are enough, looked for from `near` on; `most` where none is. */
function fewestNear(near: number, most: number, isEnough: (count: number) => boolean): number {
  let [low, high] = [0, most];
  let probe = Math.min(near, most);
  for (let step = 1; high - low > 1; step *= 2) {
    if (isEnough(probe)) high = probe;
    else low = probe;
    const middle = Math.floor((low + high) / 2);
    probe = high === probe ? Math.max(middle, high - step) : Math.min(middle, low + step);
    probe = Math.min(high - 1, Math.max(low + 1, probe));
  }
  return high;
}

/** The part of a minute whose requests may still be decoded when it ends. */
function endOf(minute: WorkloadMinute, itlMs: number): WorkloadMinute {
  const seconds = Math.ceil((2 * minute.shape.oslTokens * itlMs) / 1000);
  if (seconds >= minute.arrivalsPerSecond.length) return minute;
  const arrivalsPerSecond = minute.arrivalsPerSecond.slice();
  arrivalsPerSecond.fill(0, 0, arrivalsPerSecond.length - seconds);
  return { ...minute, arrivalsPerSecond };
}

function missesBetween(before: SimulationTotals, after: SimulationTotals): number {
  const missed = after.missed - before.missed + after.abandoned - before.abandoned;
  const judged = after.attained - before.attained + missed;
  return judged <= 0 ? 0 : missed / judged;
}
