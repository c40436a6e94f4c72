import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { RestorableSimulation, SimulationTotals } from '../simulator/index.ts';
import type { Workload, WorkloadMinute } from '../workload/index.ts';

/** Share of a minute's requests that perfect foresight keeps, of those that any number of replicas keeps. */
export const ORACLE_ATTAINMENT = 0.99;

/** Requests that run longer than this do not grow the pool any more that one minute is judged by. */
const MOST_MINUTES_BEFORE = 5;

/** Requests that run longer mostly end in another minute than they began in. */
const LONG_OUTPUT_MS = 15_000;

/** Of the outputs that are waited for, over their mean. */
const LONGEST_OVER_MEAN = 4;

const LEAST: ReplicaPair = { prefill: 1, decode: 1 };

const NO_ARRIVALS = new Uint32Array(60);

export interface NeedSearch {
  readonly workload: Workload;
  /** For the search alone. */
  readonly simulation: RestorableSimulation;
  /** Target of the time between tokens, milliseconds. */
  readonly itlMs: number;
  /** Beyond this nothing is tried. */
  readonly most: ReplicaPair;
  readonly gpusPerReplica: ReplicaPair;
}

/**
 * The fewest replicas of each role that keep {@link ORACLE_ATTAINMENT} of the requests of one minute after another, each with
 * what the minutes before it left to do. Where these were not looked at, nothing waits, and decode is as full as it would be.
 */
export class NeededReplicas {
  readonly #search: NeedSearch;
  /** Of the newest minutes in a row, the last of them at `#end - 1`. */
  #row: ReplicaPair[] = [];
  #end = -1;
  /** Newest last. */
  #minutes: readonly WorkloadMinute[] = [];
  /** A minute like the newest one, in which nothing arrives. */
  #quiet: WorkloadMinute | undefined;

  /** What the simulation lived through last before a minute that was asked about. */
  #lived: LivedThrough | undefined;

  constructor(search: NeedSearch) {
    this.#search = search;
  }

  /** Fastest, and exact, where minutes are asked for in their order. What has no data or no traffic needs one of each. */
  at(index: number): ReplicaPair {
    if (index !== this.#end) this.#row = [];
    const needed = this.#find(index);
    this.#row = [...this.#row.slice(1 - MOST_MINUTES_BEFORE), needed];
    this.#end = index + 1;
    return needed;
  }

  #find(index: number): ReplicaPair {
    const { itlMs, most, gpusPerReplica } = this.#search;
    const minute = this.#minute(index);
    if (requestsOf(minute) === 0) return LEAST;
    const before = this.#minutesBefore(index, itlMs);
    const row = this.#row;
    const servedBefore = (replicas: ReplicaPair) => (ago: number) =>
      row.at(-ago) ?? { prefill: most.prefill, decode: replicas.decode };
    const misses = (replicas: ReplicaPair, above?: number): number =>
      this.#misses(minute, before, replicas, servedBefore(replicas), above);
    // Prompts that take nearly the target by themselves are late in any burst, and no number of replicas helps them.
    const allowed = 1 - ORACLE_ATTAINMENT * (1 - misses(most));
    const isEnough = (replicas: ReplicaPair): boolean => misses(replicas, allowed) <= allowed;
    const near = row.at(-1) ?? LEAST;
    // Decode first: what waits for it is late for its first token too, which no prefill can help.
    const decode = fewestNear(near.decode, most.decode, (count) => isEnough({ prefill: most.prefill, decode: count }));
    const prefill = fewestNear(near.prefill, most.prefill, (count) => isEnough({ prefill: count, decode }));
    // Decode may have used up what may be missed, so that prefill takes more than another one for decode would.
    const spared = Math.floor(gpusPerReplica.decode / gpusPerReplica.prefill) + 1;
    const other = { prefill: prefill - spared, decode: decode + 1 };
    if (other.prefill < 1 || other.decode > most.decode || !isEnough(other)) return { prefill, decode };
    const suffices = (count: number): boolean => isEnough({ prefill: count, decode: other.decode });
    return { prefill: fewestNear(other.prefill - 1, other.prefill, suffices), decode: other.decode };
  }

  /** The same object while it is near the newest one, so that it is drawn once. */
  #minute(index: number): WorkloadMinute {
    const known = this.#minutes.find((one) => one.index === index);
    if (known !== undefined) return known;
    const minute = this.#search.workload.minute(index);
    this.#minutes = [...this.#minutes.slice(-MOST_MINUTES_BEFORE), minute];
    return minute;
  }

  #withoutArrivals(minute: WorkloadMinute): WorkloadMinute {
    if (this.#quiet?.index !== minute.index) this.#quiet = { ...minute, arrivalsPerSecond: NO_ARRIVALS };
    return this.#quiet;
  }

  /** What came before a minute and may still be there when it begins, oldest first. */
  #minutesBefore(index: number, itlMs: number): readonly WorkloadMinute[] {
    if (index === 0) return [];
    const seconds = (LONGEST_OVER_MEAN * this.#minute(index - 1).shape.oslTokens * itlMs) / 1000;
    const minutes = Math.min(index, MOST_MINUTES_BEFORE, Math.ceil(seconds / 60));
    return Array.from({ length: minutes }, (_, place) => this.#minute(index - minutes + place));
  }

  /** Requests of a minute that are missed with fewer replicas of one role than needed, by their number from 0 on. */
  shortage(index: number, needed: ReplicaPair): { readonly prefill: Float64Array; readonly decode: Float64Array } {
    const { itlMs, most } = this.#search;
    const minute = this.#minute(index);
    const requests = requestsOf(minute);
    const missed = (count: number, pairOf: (level: number) => ReplicaPair): Float64Array => {
      const misses = new Float64Array(count).fill(requests);
      const before = requests > 0 ? this.#minutesBefore(index, itlMs) : [];
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

  /** Brings the simulation to the end of these minutes, which is done once where the next question is about the same ones. */
  #liveThrough(minutes: readonly WorkloadMinute[], served: readonly ReplicaPair[]): void {
    const { simulation } = this.#search;
    const lived = this.#lived;
    const isKnown =
      lived !== undefined &&
      lived.minutes.length === minutes.length &&
      lived.minutes.every((minute, place) => minute === minutes[place]) &&
      lived.served.every((pair, place) => isSame(pair, served[place]));
    if (isKnown) {
      lived.goBack();
      return;
    }
    simulation.reset();
    for (const [place, minute] of minutes.entries()) simulation.advanceMinute(minute, served[place] ?? LEAST);
    this.#lived = { minutes, served, goBack: simulation.checkpoint() };
  }

  /**
   * Share of the requests that are missed, those that the minute leaves behind among them.
   * @param above where it is sure to be above this, it may be told as any number above it
   */
  #misses(
    minute: WorkloadMinute,
    before: readonly WorkloadMinute[],
    replicas: ReplicaPair,
    servedBefore: (minutesAgo: number) => ReplicaPair = () => this.#search.most,
    above = 1,
  ): number {
    const { simulation, itlMs } = this.#search;
    const served = before.map((_, place) => servedBefore(before.length - place));
    this.#liveThrough(before, served);
    const start = simulation.totals();
    simulation.advanceMinute(minute, replicas);
    // Long outputs end while others arrive, who make them slower.
    const isLong = minute.shape.oslTokens * itlMs >= LONG_OUTPUT_MS;
    const after = isLong ? minute : this.#withoutArrivals(minute);
    const arriving = isLong ? requestsOf(minute) : 0;
    for (let left = before.length; left > 0; left -= 1) {
      const now = simulation.totals();
      if (missesBetween(start, now, now.inside + left * arriving) > above) return 1;
      simulation.advanceMinute(after, replicas);
    }
    return missesBetween(start, simulation.totals());
  }
}

interface LivedThrough {
  readonly minutes: readonly WorkloadMinute[];
  /** What served in each of them. */
  readonly served: readonly ReplicaPair[];
  readonly goBack: () => void;
}

function isSame(one: ReplicaPair, other: ReplicaPair | undefined): boolean {
  return one.prefill === other?.prefill && one.decode === other.decode;
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

/** @param unanswered requests that may yet be kept */
function missesBetween(before: SimulationTotals, after: SimulationTotals, unanswered = 0): number {
  const missed = after.missed - before.missed + after.abandoned - before.abandoned;
  const judged = after.attained - before.attained + missed + unanswered;
  return judged <= 0 ? 0 : missed / judged;
}

function requestsOf({ arrivalsPerSecond }: WorkloadMinute): number {
  return arrivalsPerSecond.reduce((sum, count) => sum + count, 0);
}
