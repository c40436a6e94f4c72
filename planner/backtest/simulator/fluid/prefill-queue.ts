import { CohortRing } from './cohort-ring.ts';
import { COHORTS, type SampledMinute } from './sampled-minute.ts';
import { CLASSES } from './shape-table.ts';
import type { MinuteSums, Tally } from './tally.ts';

/** Cells of a cohort on its way to its first token. */
const ARRIVAL = 0;
/** Work ahead of its middle request, counted from the start of the simulation. */
const POSITION = 1;
const WORK = 2;
export const COUNT = 3;
export const TOKENS = 4;
export const WAITED = 5;
/** When decode has its KV cache. */
export const READY = 6;
export const FIRST_CLASS = 7;

const STEP = 1 / COHORTS;

/**
 * Prompts before identical replicas that each work on one, first come, first served (Lindley's recursion over the work
 * that is left, in steps of a tenth of a second). Work drains with as many replicas as have some: where nobody waits, a
 * replica that is found at work has the mean residual left, so the work there is over that is how many are busy; and
 * a prompt waits until the work ahead of it is no more than what the other replicas are still busy with.
 */
export class PrefillQueue {
  /** Waiting, being prefilled and transferred, oldest first. */
  readonly cohorts = new CohortRing(FIRST_CLASS + CLASSES);
  /** Requests that wait for a replica. */
  waiting = 0;
  /** Requests that a replica or the transfer has. */
  underway = 0;
  #arrived = 0;
  #done = 0;
  /** First cohort that waits. */
  #head = 0;
  #replicas = 0;

  readonly #transferSeconds: number;
  readonly #giveUpSeconds: number;

  constructor(transferSeconds: number, giveUpSeconds: number) {
    this.#transferSeconds = transferSeconds;
    this.#giveUpSeconds = giveUpSeconds;
  }

  reset(): void {
    this.cohorts.clear();
    this.waiting = 0;
    this.underway = 0;
    this.#arrived = 0;
    this.#done = 0;
    this.#head = 0;
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

  /** A tenth of a second that ends at `time`; cohort `index` of the minute arrives in its middle. */
  step(time: number, index: number, sampled: SampledMinute, tally: Tally, sums: MinuteSums): void {
    const middle = time - STEP / 2;
    this.#drain(middle, sampled, tally, sums);
    const count = sampled.count[index] ?? 0;
    if (count > 0) this.#arrive(middle, index, count, sampled);
    this.#drain(time, sampled, tally, sums);
  }

  #arrive(time: number, index: number, count: number, sampled: SampledMinute): void {
    const { cohorts } = this;
    const at = cohorts.push();
    const { cells } = cohorts;
    const work = sampled.work[index] ?? 0;
    cells[at + ARRIVAL] = time;
    cells[at + POSITION] = this.#arrived + (count > 1 ? (work * (count - 1)) / (2 * count) : 0);
    cells[at + WORK] = work;
    cells[at + COUNT] = count;
    cells[at + TOKENS] = sampled.tokens[index] ?? 0;
    const from = index * CLASSES;
    for (let place = 0; place < CLASSES; place += 1) {
      cells[at + FIRST_CLASS + place] = sampled.classes[from + place] ?? 0;
    }
    this.#arrived += work;
    this.waiting += count;
  }

  /** Half a step of work, and the cohorts that replicas begin with in it. */
  #drain(time: number, sampled: SampledMinute, tally: Tally, sums: MinuteSums): void {
    const left = this.#arrived - this.#done;
    if (left <= 0 && this.waiting === 0) return;
    const replicas = this.#replicas;
    const { residualPrefill, hopeless } = sampled.table;
    const rate = replicas <= 1 ? replicas : Math.min(replicas, left / (residualPrefill + STEP / 4), (2 * left) / STEP);
    const drained = Math.min(left, (rate * STEP) / 2);
    this.#done += drained;
    sums.prefillBusySeconds += drained;
    if (this.waiting === 0) return;
    const { cohorts } = this;
    const started = replicas === 0 ? Number.NEGATIVE_INFINITY : this.#done + (replicas - 1) * residualPrefill;
    while (this.#head < cohorts.end) {
      const at = cohorts.at(this.#head);
      const { cells } = cohorts;
      const arrival = cells[at + ARRIVAL] ?? 0;
      const count = cells[at + COUNT] ?? 0;
      const ahead = started - (cells[at + POSITION] ?? 0);
      if (ahead < 0) {
        if (time - arrival <= this.#giveUpSeconds) break;
        this.#done += cells[at + WORK] ?? 0;
        cells[at + COUNT] = 0;
        cells[at + READY] = time;
        tally.abandoned += count * (1 - hopeless);
        tally.hopeless += count * hopeless;
      } else {
        const start = Math.max(arrival, time - (rate > 0 ? Math.min(ahead / rate, STEP / 2) : 0));
        cells[at + WAITED] = start - arrival;
        cells[at + READY] = start + (cells[at + WORK] ?? 0) / count + this.#transferSeconds;
        this.underway += count;
      }
      this.waiting -= count;
      this.#head += 1;
    }
    if (this.#head === cohorts.end) this.waiting = 0;
  }

  /** Number of the first cohort that waits: those before it are underway. */
  get head(): number {
    return this.#head;
  }
}
