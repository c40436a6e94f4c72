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
const MINUTE_COHORTS = 60 * COHORTS;

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

  /** Takes over what another queue has and does. */
  copy(from: PrefillQueue): void {
    this.windows.copy(from.windows);
    this.inside = from.inside;
    this.#ahead = from.#ahead;
    this.#replicas = from.#replicas;
  }

  /** Requests that wait for a replica, or for decode. */
  waiting(time: number): number {
    const { first, end, mask, width, cells } = this.windows;
    let waiting = 0;
    for (let row = first; row < end; row += 1) {
      const at = (row & mask) * width;
      if ((cells[at + 1] ?? 0) > time || (cells[at + 2] ?? 0) < time) waiting += cells[at + 3] ?? 0;
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
    const { first, end, mask, width, cells } = this.windows;
    let ahead = this.#ahead;
    for (let row = first; row < end; row += 1) {
      const at = (row & mask) * width;
      const begins = cells[at + 1] ?? 0;
      if (begins > time && begins < NEVER) ahead -= cells[at + 4] ?? 0;
    }
    ahead = max(0, ahead);
    const others = (this.#replicas - 1) * table.residualPrefill;
    for (let row = first; row < end; row += 1) {
      const at = (row & mask) * width;
      if ((cells[at + 1] ?? 0) <= time) continue;
      const arrival = cells[at] ?? 0;
      const count = cells[at + 3] ?? 0;
      const work = cells[at + 4] ?? 0;
      const start = time + (this.#replicas === 0 ? NEVER : max(0, ahead + work / 2 - others) / this.#replicas);
      if (start - arrival > this.#giveUpSeconds) {
        cells[at + 1] = NEVER;
        cells[at + 2] = arrival + this.#giveUpSeconds;
        continue;
      }
      ahead += work;
      cells[at + 1] = start;
      cells[at + 2] = start + work / count + this.#transferSeconds;
      cells[at + 5] = count * table.inTime(start - arrival);
    }
    this.#ahead = ahead;
  }

  /** Lets the windows of a minute that begins at `start` arrive, one after another, and its time pass. */
  minute(start: number, sampled: SampledMinute, sums: MinuteSums): void {
    if (sampled.requests === 0 && this.inside === 0) return;
    const { table, cohorts, windowCohorts, windows: arriving } = sampled;
    const replicas = this.#replicas;
    const others = (replicas - 1) * table.residualPrefill;
    const perReplica = replicas === 0 ? NEVER : 1 / replicas;
    // What drains in half a step: a part of what is there, or what all replicas do.
    const kept = replicas <= 1 ? 0 : max(0, 1 - HALF / (table.meanPrefill / 2 + STEP / 4));
    const drained = replicas * HALF;
    const hopeful = 1 - table.hopeless;
    const giveUp = this.#giveUpSeconds;
    const transfer = this.#transferSeconds;
    const step = STEP;
    const seconds = windowCohorts * step;
    const tiny = TINY;
    const windows = MINUTE_COHORTS / windowCohorts;
    let ahead = this.#ahead;
    let busy = sums.prefillBusySeconds;
    for (let window = 0; window < windows; window += 1) {
      const from = window * windowCohorts;
      const before = ahead;
      let waited = 0;
      let inTime = 0;
      let left = 0;
      let leftWork = 0;
      let leftArrivals = 0;
      for (let index = from; index < from + windowCohorts; index += 1) {
        const cell = 3 * index;
        const count = cohorts[cell] ?? 0;
        ahead = max(ahead * kept, ahead - drained);
        if (count > 0) {
          // The middle one of them waits for half of the others.
          const first = ahead - others + (cohorts[cell + 2] ?? 0);
          const wait = first > 0 ? first * perReplica : 0;
          if (wait <= giveUp) {
            waited += count * wait;
            inTime += count * (wait === 0 ? hopeful : table.inTime(wait));
            ahead += cohorts[cell + 1] ?? 0;
          } else {
            left += count;
            leftWork += cohorts[cell + 1] ?? 0;
            leftArrivals += count * (index - from);
          }
        }
        ahead = max(ahead * kept, ahead - drained);
      }
      const all = arriving.count[window] ?? 0;
      const taken = left === 0 ? all : all - left;
      const takenWork = (arriving.work[window] ?? 0) - leftWork;
      const arrivals = (arriving.position[window] ?? 0) - leftArrivals;
      busy += max(0, before + takenWork - ahead);
      const first = start + window * seconds + HALF;
      if (taken > tiny) {
        const arrival = first + (arrivals / taken) * step;
        const begins = arrival + waited / taken;
        const ready = begins + takenWork / taken + transfer;
        this.#open(sampled, window, taken, taken / all, arrival, begins, ready, takenWork, inTime);
      }
      if (left > 0) {
        const arrival = first + (leftArrivals / left) * step;
        this.#open(sampled, window, left, left / all, arrival, NEVER, arrival + giveUp, leftWork, 0);
      }
    }
    this.#ahead = ahead;
    sums.prefillBusySeconds = busy;
  }

  /** A window, or the share of it that fares alike. */
  #open(
    { windows: { classes, tokens } }: SampledMinute,
    window: number,
    count: number,
    share: number,
    arrival: number,
    begins: number,
    ready: number,
    work: number,
    inTime: number,
  ): void {
    const { windows } = this;
    const at = windows.push();
    const { cells } = windows;
    cells[at] = arrival;
    cells[at + 1] = begins;
    cells[at + 2] = ready;
    cells[at + 3] = count;
    cells[at + 4] = work;
    cells[at + 5] = inTime;
    const width = CLASSES;
    const from = window * width;
    const ofClasses = at + 6;
    for (let place = 0; place < width; place += 1) {
      cells[ofClasses + place] = share * (classes[from + place] ?? 0);
      cells[ofClasses + width + place] = share * (tokens[from + place] ?? 0);
    }
    this.inside += count;
  }
}
