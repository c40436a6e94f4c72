import type { MinuteSums, Tally } from '../tally.ts';
import { CohortRing } from './cohort-ring.ts';
import { COHORTS, type SampledMinute } from './sampled-minute.ts';
import { CLASSES, type ShapeTable } from './shape-table.ts';

/** Cells of a window of requests on their way to their first token: means over them, unless said otherwise. */
export const ARRIVAL = 0;
/** When a replica takes it up; {@link NEVER} where its clients give up before. */
export const START = 1;
/** When decode has the KV cache, or the clients give up. */
export const READY = 2;
export const COUNT = 3;
/** Seconds of one replica, all together. */
const WORK = 4;
/** Requests that will be in time, if decode lets them in when they are ready. */
export const IN_TIME = 5;
/** By output class: requests, and prompt tokens of all of them. */
export const WINDOW_CLASSES = 6;
export const WINDOW_TOKENS = WINDOW_CLASSES + CLASSES;

export const NEVER = Number.MAX_VALUE;

const STEP = 1 / COHORTS;
const HALF = STEP / 2;

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
  readonly windows = new CohortRing(WINDOW_TOKENS + CLASSES);
  /** Requests in them. */
  inside = 0;
  #arrived = 0;
  #done = 0;
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
    this.#arrived = 0;
    this.#done = 0;
    this.#replicas = 0;
  }

  /** Requests that wait for a replica, or for decode. */
  waiting(time: number): number {
    const { windows } = this;
    const { cells } = windows;
    let waiting = 0;
    for (let row = windows.first; row < windows.end; row += 1) {
      const at = windows.at(row);
      if ((cells[at + START] ?? 0) > time || (cells[at + READY] ?? 0) < time) waiting += cells[at + COUNT] ?? 0;
    }
    return waiting;
  }

  /** Those that leave finish the prompt that they have; who waits looks again whether it is worth it. */
  setReplicas(replicas: number, time: number, table: ShapeTable, tally: Tally): void {
    const leaving = this.#replicas - replicas;
    if (leaving === 0) return;
    const left = this.#arrived - this.#done;
    if (leaving > 0 && left > 0) {
      const residual = table.residualPrefill;
      const finished = Math.min(left, leaving * residual * Math.min(1, left / (this.#replicas * residual)));
      this.#done += finished;
      tally.prefillDraining += finished;
    }
    this.#replicas = replicas;
    this.#lookAgain(time, table);
  }

  /** When those that wait would begin, with as many replicas as there are now. */
  #lookAgain(time: number, table: ShapeTable): void {
    const { windows } = this;
    const { cells } = windows;
    let ahead = this.#arrived - this.#done;
    for (let row = windows.first; row < windows.end; row += 1) {
      const at = windows.at(row);
      if ((cells[at + START] ?? 0) > time && (cells[at + START] ?? 0) < NEVER) ahead -= cells[at + WORK] ?? 0;
    }
    ahead = Math.max(0, ahead);
    const others = (this.#replicas - 1) * table.residualPrefill;
    for (let row = windows.first; row < windows.end; row += 1) {
      const at = windows.at(row);
      if ((cells[at + START] ?? 0) <= time) continue;
      const arrival = cells[at + ARRIVAL] ?? 0;
      const count = cells[at + COUNT] ?? 0;
      const work = cells[at + WORK] ?? 0;
      const start = time + (this.#replicas === 0 ? NEVER : Math.max(0, ahead + work / 2 - others) / this.#replicas);
      if (start - arrival > this.#giveUpSeconds) {
        cells[at + START] = NEVER;
        cells[at + READY] = arrival + this.#giveUpSeconds;
        continue;
      }
      ahead += work;
      cells[at + START] = start;
      cells[at + READY] = start + work / count + this.#transferSeconds;
      cells[at + IN_TIME] = count * table.inTime(start - arrival);
    }
    this.#arrived = this.#done + ahead;
  }

  /** Lets window `first` ÷ `windowCohorts` of the minute arrive, and its time pass, which ends at `end`. */
  run(end: number, first: number, sampled: SampledMinute, sums: MinuteSums): void {
    const { table, count: counts, work: works, middle: middles, windowCohorts } = sampled;
    const { residualPrefill } = table;
    const hopeful = 1 - table.hopeless;
    const replicas = this.#replicas;
    const others = (replicas - 1) * residualPrefill;
    const perReplica = replicas === 0 ? 0 : 1 / replicas;
    const perResidual = 1 / (table.meanPrefill / 2 + STEP / 4);
    const giveUp = this.#giveUpSeconds;
    let arrived = this.#arrived;
    let done = this.#done;
    let taken = 0;
    let takenWork = 0;
    let waited = 0;
    let arrivals = 0;
    let inTime = 0;
    let left = 0;
    let leftWork = 0;
    let leftArrivals = 0;
    for (let index = 0; index < windowCohorts; index += 1) {
      const count = counts[first + index] ?? 0;
      let ahead = arrived - done;
      if (ahead > 0) {
        done += Math.min(ahead, (replicas <= 1 ? replicas : Math.min(replicas, ahead * perResidual)) * HALF);
        ahead = arrived - done;
      }
      if (count > 0) {
        const work = works[first + index] ?? 0;
        // The middle one of them waits for half of the others.
        const before = ahead - others + (middles[first + index] ?? 0);
        const wait = replicas === 0 ? NEVER : before > 0 ? before * perReplica : 0;
        if (wait === 0) {
          taken += count;
          takenWork += work;
          arrivals += count * index;
          inTime += count * hopeful;
          arrived += work;
          ahead += work;
        } else if (wait <= giveUp) {
          taken += count;
          takenWork += work;
          waited += count * wait;
          arrivals += count * index;
          inTime += count * table.inTime(wait);
          arrived += work;
          ahead += work;
        } else {
          left += count;
          leftWork += work;
          leftArrivals += count * index;
        }
      }
      if (ahead > 0) {
        done += Math.min(ahead, (replicas <= 1 ? replicas : Math.min(replicas, ahead * perResidual)) * HALF);
      }
    }
    sums.prefillBusySeconds += done - this.#done;
    this.#arrived = arrived;
    this.#done = done;
    const start = end - windowCohorts * STEP + HALF;
    const all = taken + left;
    const { windows } = this;
    if (taken > 0) {
      const at = this.#open(sampled, first, taken, taken / all);
      const { cells } = windows;
      const arrival = start + (arrivals / taken) * STEP;
      const begins = arrival + waited / taken;
      cells[at + ARRIVAL] = arrival;
      cells[at + START] = begins;
      cells[at + READY] = begins + takenWork / taken + this.#transferSeconds;
      cells[at + WORK] = takenWork;
      cells[at + IN_TIME] = inTime;
    }
    if (left > 0) {
      const at = this.#open(sampled, first, left, left / all);
      const { cells } = windows;
      const arrival = start + (leftArrivals / left) * STEP;
      cells[at + ARRIVAL] = arrival;
      cells[at + START] = NEVER;
      cells[at + READY] = arrival + giveUp;
      cells[at + WORK] = leftWork;
      cells[at + IN_TIME] = 0;
    }
  }

  /** A window, or the share of it that fares alike. @returns the position of its first cell. */
  #open({ classes, tokens, windowCohorts }: SampledMinute, first: number, count: number, share: number): number {
    const at = this.windows.push();
    const { cells } = this.windows;
    cells[at + COUNT] = count;
    const from = (first / windowCohorts) * CLASSES;
    for (let place = 0; place < CLASSES; place += 1) {
      cells[at + WINDOW_CLASSES + place] = share * (classes[from + place] ?? 0);
      cells[at + WINDOW_TOKENS + place] = share * (tokens[from + place] ?? 0);
    }
    this.inside += count;
    return at;
  }
}
