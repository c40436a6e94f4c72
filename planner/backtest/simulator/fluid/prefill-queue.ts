import type { MinuteSums, Tally } from '../tally.ts';
import { CohortRing } from './cohort-ring.ts';
import { COHORTS, type SampledMinute } from './sampled-minute.ts';
import { CLASSES, type ShapeTable } from './shape-table.ts';

/** Cells of a window of requests on their way to their first token: means over them, unless said otherwise. */
export const ARRIVAL = 0;
/** Work ahead, counted from the start of the simulation. */
const POSITION = 1;
const START = 2;
/** When decode has the KV cache. */
export const READY = 3;
export const COUNT = 4;
/** Seconds of one replica, all together. */
const WORK = 5;
/** Requests that will be in time, if decode lets them in when they are ready. */
export const IN_TIME = 6;
/** By output class: requests, and prompt tokens of all of them. */
export const WINDOW_CLASSES = 7;
export const WINDOW_TOKENS = WINDOW_CLASSES + CLASSES;

const STEP = 1 / COHORTS;
const HALF = STEP / 2;

/**
 * Prompts before identical replicas that each work on one, first come, first served (Lindley's recursion over the work
 * that is left, in steps of a tenth of a second). Work drains with as many replicas as have some: where nobody waits, a
 * replica that is found at work has the mean residual left, so the work there is over that is how many are busy; and
 * a prompt waits until the work ahead of it is no more than what the other replicas are still busy with. A client that
 * would wait too long gives up when it comes.
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
    const { windows } = this;
    const { cells } = windows;
    let skipped = 0;
    for (let row = windows.first; row < windows.end; row += 1) {
      const at = windows.at(row);
      const count = cells[at + COUNT] ?? 0;
      if (count === 0 || (cells[at + START] ?? 0) <= time) continue;
      const position = (cells[at + POSITION] ?? 0) - skipped;
      const start = time + this.#wait(position - this.#done, table);
      const waited = start - (cells[at + ARRIVAL] ?? 0);
      const work = cells[at + WORK] ?? 0;
      if (waited > this.#giveUpSeconds) {
        tally.abandoned += count * (1 - table.hopeless);
        tally.hopeless += count * table.hopeless;
        this.inside -= count;
        skipped += work;
        cells[at + COUNT] = 0;
        cells[at + START] = time;
        cells[at + READY] = time;
        continue;
      }
      cells[at + POSITION] = position;
      cells[at + START] = start;
      cells[at + READY] = start + work / count + this.#transferSeconds;
      cells[at + IN_TIME] = count * table.inTime(waited);
    }
    this.#arrived -= skipped;
  }

  #wait(ahead: number, { residualPrefill }: ShapeTable): number {
    const replicas = this.#replicas;
    if (replicas === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, ahead - (replicas - 1) * residualPrefill) / replicas;
  }

  /** Lets window `first` ÷ `windowCohorts` of the minute arrive, and its time pass, which ends at `end`. */
  run(end: number, first: number, sampled: SampledMinute, tally: Tally, sums: MinuteSums): void {
    const { table, count: counts, work: works, windowCohorts } = sampled;
    const { inTime: inTimeAfter, hopeless, residualPrefill } = table;
    const replicas = this.#replicas;
    const others = (replicas - 1) * residualPrefill;
    const perReplica = replicas === 0 ? Number.POSITIVE_INFINITY : 1 / replicas;
    const perResidual = 1 / (residualPrefill + STEP / 4);
    const giveUp = this.#giveUpSeconds;
    let arrived = this.#arrived;
    let done = this.#done;
    let [all, taken, work, waited, positions, arrivals, inTime] = [0, 0, 0, 0, 0, 0, 0];
    for (let index = 0; index < windowCohorts; index += 1) {
      const count = counts[first + index] ?? 0;
      let left = arrived - done;
      if (left > 0) {
        done += Math.min(left, (replicas <= 1 ? replicas : Math.min(replicas, left * perResidual)) * HALF);
        left = arrived - done;
      }
      if (count > 0) {
        all += count;
        const own = works[first + index] ?? 0;
        const before = count > 1 ? (own * (count - 1)) / (2 * count) : 0;
        const ahead = left + before - others;
        const wait = ahead > 0 || replicas === 0 ? ahead * perReplica : 0;
        if (wait <= giveUp) {
          taken += count;
          work += own;
          waited += count * wait;
          positions += count * (arrived + before);
          arrivals += count * index;
          inTime += count * inTimeAfter(wait);
          arrived += own;
          left += own;
        }
      }
      if (left > 0) done += Math.min(left, (replicas <= 1 ? replicas : Math.min(replicas, left * perResidual)) * HALF);
    }
    sums.prefillBusySeconds += done - this.#done;
    this.#arrived = arrived;
    this.#done = done;
    if (all > taken) {
      tally.abandoned += (all - taken) * (1 - hopeless);
      tally.hopeless += (all - taken) * hopeless;
    }
    if (taken === 0) return;
    this.inside += taken;
    const at = this.windows.push();
    const { cells } = this.windows;
    const arrival = end - windowCohorts * STEP + (arrivals / taken) * STEP + HALF;
    const start = arrival + waited / taken;
    cells[at + ARRIVAL] = arrival;
    cells[at + POSITION] = positions / taken;
    cells[at + START] = start;
    cells[at + READY] = start + work / taken + this.#transferSeconds;
    cells[at + COUNT] = taken;
    cells[at + WORK] = work;
    cells[at + IN_TIME] = inTime;
    const from = (first / windowCohorts) * CLASSES;
    const share = taken / all;
    for (let place = 0; place < CLASSES; place += 1) {
      cells[at + WINDOW_CLASSES + place] = share * (sampled.classes[from + place] ?? 0);
      cells[at + WINDOW_TOKENS + place] = share * (sampled.tokens[from + place] ?? 0);
    }
  }
}
