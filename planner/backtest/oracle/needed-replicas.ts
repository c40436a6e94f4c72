import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { Simulation, SimulationTotals } from '../simulator/index.ts';
import type { Workload, WorkloadMinute } from '../workload/index.ts';

/** Share of a minute's requests that perfect foresight keeps. */
export const ORACLE_ATTAINMENT = 0.99;

export interface NeedSearch {
  readonly workload: Workload;
  /** For the search alone. */
  readonly simulation: Simulation;
  /** Beyond this nothing is tried. */
  readonly most: ReplicaPair;
  readonly gpusPerReplica: ReplicaPair;
}

/** How the requests of one minute fare with some replicas: shares that are missed. */
interface MinuteMisses {
  readonly any: number;
  readonly ttft: number;
  readonly itl: number;
}

/**
 * The fewest replicas of each role that keep {@link ORACLE_ATTAINMENT} of the requests of one minute after another, each
 * from an empty queue: the minute before runs with more than enough, so that decode is as full as it would be.
 */
export class NeededReplicas {
  readonly #search: NeedSearch;
  #last: ReplicaPair = { prefill: 1, decode: 1 };
  readonly #known = new Map<string, MinuteMisses>();

  constructor(search: NeedSearch) {
    this.#search = search;
  }

  /** Fastest where minutes are asked for in their order. What has no data or no traffic needs one of each. */
  at(index: number): ReplicaPair {
    const minute = this.#search.workload.minute(index);
    if (!minute.arrivalsPerSecond.some((count) => count > 0)) return { prefill: 1, decode: 1 };
    this.#known.clear();
    const before = index > 0 ? this.#search.workload.minute(index - 1) : undefined;
    const missesOf = (replicas: ReplicaPair): MinuteMisses => this.#misses(minute, before, replicas);
    this.#last = this.#fewest(missesOf);
    return this.#last;
  }

  #fewest(missesOf: (replicas: ReplicaPair) => MinuteMisses): ReplicaPair {
    const allowed = 1 - ORACLE_ATTAINMENT;
    const { most, gpusPerReplica } = this.#search;
    // Both roles are searched at once, since neither has a part in what the other one misses first.
    const low = { prefill: 0, decode: 0 };
    const high = { prefill: most.prefill, decode: most.decode };
    const probe = { ...this.#last };
    let step = 1;
    while (high.prefill - low.prefill > 1 || high.decode - low.decode > 1) {
      const { ttft, itl } = missesOf(probe);
      narrow('prefill', ttft <= allowed);
      narrow('decode', itl <= allowed);
      step *= 2;
    }
    function narrow(role: 'prefill' | 'decode', isEnough: boolean): void {
      if (high[role] - low[role] <= 1) {
        probe[role] = high[role];
        return;
      }
      if (isEnough) high[role] = Math.min(high[role], probe[role]);
      else low[role] = Math.max(low[role], probe[role]);
      const middle = Math.floor((low[role] + high[role]) / 2);
      probe[role] = isEnough ? Math.max(middle, high[role] - step) : Math.min(middle, low[role] + step);
      probe[role] = Math.max(low[role] + 1, Math.min(high[role], probe[role]));
    }
    let pair: ReplicaPair = { ...high };
    while (missesOf(pair).any > allowed && (pair.prefill < most.prefill || pair.decode < most.decode)) {
      const [more, other] = [
        { ...pair, prefill: Math.min(most.prefill, pair.prefill + 1) },
        { ...pair, decode: Math.min(most.decode, pair.decode + 1) },
      ];
      const gain = (one: ReplicaPair): number => missesOf(pair).any - missesOf(one).any;
      pair = gain(more) / gpusPerReplica.prefill >= gain(other) / gpusPerReplica.decode ? more : other;
    }
    return pair;
  }

  #misses(minute: WorkloadMinute, before: WorkloadMinute | undefined, replicas: ReplicaPair): MinuteMisses {
    const key = `${replicas.prefill} ${replicas.decode}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { simulation, most } = this.#search;
    simulation.reset();
    if (before !== undefined) simulation.advanceMinute(before, most);
    const start = simulation.totals();
    simulation.advanceMinute(minute, replicas);
    const misses = missesBetween(start, simulation.totals());
    this.#known.set(key, misses);
    return misses;
  }
}

function missesBetween(before: SimulationTotals, after: SimulationTotals): MinuteMisses {
  const abandoned = after.abandoned - before.abandoned;
  const missed = after.missed - before.missed + abandoned;
  const judged = after.attained - before.attained + missed;
  if (judged <= 0) return { any: 0, ttft: 0, itl: 0 };
  return {
    any: missed / judged,
    ttft: (after.ttftMisses - before.ttftMisses + abandoned) / judged,
    itl: (after.itlMisses - before.itlMisses) / judged,
  };
}
