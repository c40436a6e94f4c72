import type { MinuteSums, Tally } from '../tally.ts';
import { NEVER, PrefillWindows } from './prefill-windows.ts';
import { COHORTS, type SampledMinute } from './sampled-minute.ts';
import { CLASSES, type ShapeTable } from './shape-table.ts';

/** Bound here, since a global is looked up at each use where tests run. */
const { max } = Math;
const STEP = 1 / COHORTS;
const HALF = STEP / 2;
/** Less is what rounding left. */
const TINY = 1e-9;

/**
 * Prompts before identical replicas that each work on one, first come, first served: Lindley's recursion over the work that
 * is left, in steps of a tenth of a second. A prompt waits until the work ahead of it is no more than what the other
 * replicas are still busy with, which is E[S²] ÷ 2E[S] each. Work drains with all replicas, or where little is left, with
 * as many as half a mean prompt goes into it. Who would wait longer than its client does is passed over.
 *
 * Source of the residual time: renewal theory, e.g. D. R. Cox, Renewal Theory (1962), ch. 5; both choices are checked
 * against the discrete form (docs/simulator.md).
 */
export class PrefillQueue {
  /** Waiting, being prefilled and transferred, and waiting for decode, oldest first. */
  readonly windows = new PrefillWindows();
  /** Requests in them. */
  inside = 0;
  /** Work that is left, seconds of one replica. */
  #ahead = 0;
  #replicas = 0;
  readonly #transferSeconds: number;
  readonly #giveUpSeconds: number;

  constructor(transferSeconds: number, giveUpSeconds: number) {
    this.#transferSeconds = transferSeconds;
    this.#giveUpSeconds = giveUpSeconds;
  }

  reset(): void {
    this.windows.clear();
    this.inside = 0;
    this.#ahead = 0;
    this.#replicas = 0;
  }

  /** Requests that wait for a replica, or for decode. */
  waiting(time: number): number {
    const { first, end, mask, start, ready, count } = this.windows;
    let waiting = 0;
    for (let row = first; row < end; row += 1) {
      const at = row & mask;
      if ((start[at] ?? 0) > time || (ready[at] ?? 0) < time) waiting += count[at] ?? 0;
    }
    return waiting;
  }

  /** Those that leave finish the prompt that they have; who waits looks again whether it is worth it. */
  setReplicas(replicas: number, time: number, table: ShapeTable, tally: Tally): void {
    const leaving = this.#replicas - replicas;
    if (leaving === 0) return;
    const left = this.#ahead;
    if (leaving > 0 && left > 0) {
      const residual = table.residualPrefill;
      const finished = Math.min(left, leaving * residual * Math.min(1, left / (this.#replicas * residual)));
      this.#ahead -= finished;
      tally.prefillDraining += finished;
    }
    this.#replicas = replicas;
    this.#lookAgain(time, table);
  }

  /** When those that wait would begin, with as many replicas as there are now. */
  #lookAgain(time: number, table: ShapeTable): void {
    const {
      first,
      end,
      mask,
      arrival: arrivals,
      start: starts,
      ready,
      count: counts,
      work: works,
      inTime,
    } = this.windows;
    let ahead = this.#ahead;
    for (let row = first; row < end; row += 1) {
      const begins = starts[row & mask] ?? 0;
      if (begins > time && begins < NEVER) ahead -= works[row & mask] ?? 0;
    }
    ahead = max(0, ahead);
    const others = (this.#replicas - 1) * table.residualPrefill;
    for (let row = first; row < end; row += 1) {
      const at = row & mask;
      if ((starts[at] ?? 0) <= time) continue;
      const arrival = arrivals[at] ?? 0;
      const count = counts[at] ?? 0;
      const work = works[at] ?? 0;
      const start = time + (this.#replicas === 0 ? NEVER : max(0, ahead + work / 2 - others) / this.#replicas);
      if (start - arrival > this.#giveUpSeconds) {
        starts[at] = NEVER;
        ready[at] = arrival + this.#giveUpSeconds;
        continue;
      }
      ahead += work;
      starts[at] = start;
      ready[at] = start + work / count + this.#transferSeconds;
      inTime[at] = count * table.inTime(start - arrival);
    }
    this.#ahead = ahead;
  }

  /** Lets a window of the minute arrive, and its time pass, which ends at `end`. */
  run(end: number, window: number, sampled: SampledMinute, sums: MinuteSums): void {
    const { table, count: counts, work: works, middle: middles, windowCohorts, windows: arriving } = sampled;
    const replicas = this.#replicas;
    const others = (replicas - 1) * table.residualPrefill;
    const perReplica = replicas === 0 ? NEVER : 1 / replicas;
    // What drains in half a step: a part of what is there, or what all replicas do.
    const kept = replicas <= 1 ? 0 : max(0, 1 - HALF / (table.meanPrefill / 2 + STEP / 4));
    const drained = replicas * HALF;
    const hopeful = 1 - table.hopeless;
    const giveUp = this.#giveUpSeconds;
    const from = window * windowCohorts;
    let ahead = this.#ahead;
    let waited = 0;
    let inTime = 0;
    let left = 0;
    let leftWork = 0;
    let leftArrivals = 0;
    for (let index = from; index < from + windowCohorts; index += 1) {
      const count = counts[index] ?? 0;
      ahead = max(ahead * kept, ahead - drained);
      if (count > 0) {
        // The middle one of them waits for half of the others.
        const before = ahead - others + (middles[index] ?? 0);
        const wait = before > 0 ? before * perReplica : 0;
        if (wait <= giveUp) {
          waited += count * wait;
          inTime += count * (wait === 0 ? hopeful : table.inTime(wait));
          ahead += works[index] ?? 0;
        } else {
          left += count;
          leftWork += works[index] ?? 0;
          leftArrivals += count * (index - from);
        }
      }
      ahead = max(ahead * kept, ahead - drained);
    }
    const all = arriving.count[window] ?? 0;
    const taken = left === 0 ? all : all - left;
    const takenWork = (arriving.work[window] ?? 0) - leftWork;
    const arrivals = (arriving.position[window] ?? 0) - leftArrivals;
    sums.prefillBusySeconds += max(0, this.#ahead + takenWork - ahead);
    this.#ahead = ahead;
    const start = end - windowCohorts * STEP + HALF;
    const { windows } = this;
    if (taken > TINY) {
      const at = this.#open(sampled, window, taken, taken / all);
      const arrival = start + (arrivals / taken) * STEP;
      const begins = arrival + waited / taken;
      windows.arrival[at] = arrival;
      windows.start[at] = begins;
      windows.ready[at] = begins + takenWork / taken + this.#transferSeconds;
      windows.work[at] = takenWork;
      windows.inTime[at] = inTime;
    }
    if (left > 0) {
      const at = this.#open(sampled, window, left, left / all);
      const arrival = start + (leftArrivals / left) * STEP;
      windows.arrival[at] = arrival;
      windows.start[at] = NEVER;
      windows.ready[at] = arrival + giveUp;
      windows.work[at] = leftWork;
      windows.inTime[at] = 0;
    }
  }

  /** A window, or the share of it that fares alike. @returns its place. */
  #open({ windows: { classes, tokens } }: SampledMinute, window: number, count: number, share: number): number {
    const { windows } = this;
    const at = windows.push();
    windows.count[at] = count;
    const { classes: toClasses, tokens: toTokens } = windows;
    const width = CLASSES;
    const from = window * width;
    for (let place = 0; place < width; place += 1) {
      toClasses[at * width + place] = share * (classes[from + place] ?? 0);
      toTokens[at * width + place] = share * (tokens[from + place] ?? 0);
    }
    this.inside += count;
    return at;
  }
}
