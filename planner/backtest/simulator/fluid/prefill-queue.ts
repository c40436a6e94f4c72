import type { MinuteSums, Tally } from '../tally.ts';
import { CohortRing } from './cohort-ring.ts';
import { COHORTS, type SampledMinute, WINDOW_COHORTS } from './sampled-minute.ts';
import { CLASSES } from './shape-table.ts';

/** Cells of a cohort on its way to its first token. */
const ARRIVAL = 0;
/** Work ahead of its middle request, counted from the start of the simulation. */
const POSITION = 1;
const WORK = 2;
export const COUNT = 3;
export const WAITED = 4;
/** When decode has its KV cache. */
export const READY = 5;
/** Row of the window that it arrived in. */
export const WINDOW = 6;

/** Cells of a window: its requests, and those and their prompt tokens by class. */
export const WINDOW_COUNT = 0;
export const WINDOW_CLASSES = 1;
export const WINDOW_TOKENS = WINDOW_CLASSES + CLASSES;

const STEP = 1 / COHORTS;

/**
 * Prompts before identical replicas that each work on one, first come, first served (Lindley's recursion over the work
 * that is left, in steps of a tenth of a second). Work drains with as many replicas as have some: where nobody waits, a
 * replica that is found at work has the mean residual left, so the work there is over that is how many are busy; and
 * a prompt waits until the work ahead of it is no more than what the other replicas are still busy with.
 */
export class PrefillQueue {
  /** Waiting, being prefilled and transferred, oldest first. */
  readonly cohorts = new CohortRing(WINDOW + 1);
  readonly windows = new CohortRing(WINDOW_TOKENS + CLASSES);
  /** Number of the first cohort that waits; those before it are underway. */
  head = 0;
  /** Requests that wait for a replica. */
  waiting = 0;
  /** Requests that a replica or the transfer has. */
  underway = 0;
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
    this.cohorts.clear();
    this.windows.clear();
    this.head = 0;
    this.waiting = 0;
    this.underway = 0;
    this.#arrived = 0;
    this.#done = 0;
    this.#replicas = 0;
  }

  /** Those that leave finish the prompt that they have. */
  setReplicas(replicas: number, sampled: SampledMinute, tally: Tally): void {
    const leaving = this.#replicas - replicas;
    if (leaving > 0) {
      const residual = sampled.table.residualPrefill;
      const left = this.#arrived - this.#done;
      const finished = Math.min(left, leaving * residual * Math.min(1, left / (this.#replicas * residual)));
      this.#done += finished;
      tally.prefillDraining += finished;
    }
    this.#replicas = replicas;
  }

  /** A window that ends at `end`, and begins with cohort `first` of the minute. */
  run(end: number, first: number, sampled: SampledMinute, tally: Tally, sums: MinuteSums): void {
    const window = this.#openWindow(first, sampled);
    const start = end - WINDOW_COHORTS * STEP;
    for (let index = 0; index < WINDOW_COHORTS; index += 1) {
      const count = sampled.count[first + index] ?? 0;
      if (count === 0 && this.#done >= this.#arrived && this.waiting === 0) continue;
      const middle = start + (index + 0.5) * STEP;
      this.#drain(middle, sampled, tally, sums);
      if (count > 0) this.#arrive(middle, count, sampled.work[first + index] ?? 0, window);
      this.#drain(middle + STEP / 2, sampled, tally, sums);
    }
  }

  #openWindow(first: number, { classes, tokens }: SampledMinute): number {
    const { windows } = this;
    const at = windows.push();
    const { cells } = windows;
    const from = (first / WINDOW_COHORTS) * CLASSES;
    let sum = 0;
    for (let place = 0; place < CLASSES; place += 1) {
      const count = classes[from + place] ?? 0;
      sum += count;
      cells[at + WINDOW_CLASSES + place] = count;
      cells[at + WINDOW_TOKENS + place] = tokens[from + place] ?? 0;
    }
    cells[at + WINDOW_COUNT] = sum;
    return windows.end - 1;
  }

  #arrive(time: number, count: number, work: number, window: number): void {
    const { cohorts } = this;
    const at = cohorts.push();
    const { cells } = cohorts;
    cells[at + ARRIVAL] = time;
    cells[at + POSITION] = this.#arrived + (count > 1 ? (work * (count - 1)) / (2 * count) : 0);
    cells[at + WORK] = work;
    cells[at + COUNT] = count;
    cells[at + WINDOW] = window;
    this.#arrived += work;
    this.waiting += count;
  }

  /** Half a step of work until `time`, and the cohorts that replicas begin with in it. */
  #drain(time: number, sampled: SampledMinute, tally: Tally, sums: MinuteSums): void {
    const left = this.#arrived - this.#done;
    const replicas = this.#replicas;
    const { residualPrefill } = sampled.table;
    const rate = replicas <= 1 ? replicas : Math.min(replicas, left / (residualPrefill + STEP / 4), (2 * left) / STEP);
    const drained = Math.min(left, (rate * STEP) / 2);
    this.#done += drained;
    sums.prefillBusySeconds += drained;
    if (this.head < this.cohorts.end) this.#begin(time, rate, sampled, tally);
  }

  #begin(time: number, rate: number, { table }: SampledMinute, tally: Tally): void {
    const { cohorts } = this;
    const { cells, end } = cohorts;
    const replicas = this.#replicas;
    const others = (replicas - 1) * table.residualPrefill;
    let { head } = this;
    for (; head < end; head += 1) {
      const at = cohorts.at(head);
      const arrival = cells[at + ARRIVAL] ?? 0;
      const count = cells[at + COUNT] ?? 0;
      const work = cells[at + WORK] ?? 0;
      const ahead = this.#done + others - (cells[at + POSITION] ?? 0);
      if (ahead >= 0 && replicas > 0) {
        const start = Math.max(arrival, time - (rate > 0 ? Math.min(ahead / rate, STEP / 2) : 0));
        cells[at + WAITED] = start - arrival;
        cells[at + READY] = start + work / count + this.#transferSeconds;
        this.underway += count;
      } else {
        if (time - arrival <= this.#giveUpSeconds) break;
        this.#done += work;
        cells[at + COUNT] = 0;
        cells[at + READY] = time;
        tally.abandoned += count * (1 - table.hopeless);
        tally.hopeless += count * table.hopeless;
      }
      this.waiting -= count;
    }
    this.head = head;
    if (head === end) this.waiting = 0;
  }
}
