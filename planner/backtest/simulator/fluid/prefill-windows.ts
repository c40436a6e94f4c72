import { CohortRing, newColumn } from './cohort-ring.ts';
import { CLASSES } from './shape-table.ts';

/** Windows of requests on their way to their first token, oldest first; means over them, unless said otherwise. */
export class PrefillWindows extends CohortRing {
  arrival = newColumn();
  /** When a replica takes it up; {@link NEVER} where its clients give up before. */
  start = newColumn();
  /** When decode has the KV cache, or the clients give up. */
  ready = newColumn();
  count = newColumn();
  /** Seconds of one replica, all together. */
  work = newColumn();
  /** Requests that will be in time, if decode lets them in when they are ready. */
  inTime = newColumn();
  /** By output class: requests, and prompt tokens of all of them. */
  classes = newColumn(CLASSES);
  tokens = newColumn(CLASSES);

  protected override fill(from: PrefillWindows, made: (column: Float64Array) => Float64Array): void {
    this.arrival = made(from.arrival);
    this.start = made(from.start);
    this.ready = made(from.ready);
    this.count = made(from.count);
    this.work = made(from.work);
    this.inTime = made(from.inTime);
    this.classes = made(from.classes);
    this.tokens = made(from.tokens);
  }
}

export const NEVER = Number.MAX_VALUE;
