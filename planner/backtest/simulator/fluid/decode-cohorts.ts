import { CohortRing, newColumn } from './cohort-ring.ts';
import { CLASSES } from './shape-table.ts';

/** Cohorts of requests that are decoded, oldest first. */
export class DecodeCohorts extends CohortRing {
  /** When they joined, and tokens that each request of the pool had put out by then. */
  joined = newColumn();
  joinClock = newColumn();
  /** Share of its requests that is judged at all, and of all of them the share that is in time. */
  judged = newColumn();
  inTime = newColumn();
  requests = newColumn();
  /**
   * By output class: what the clock says when they leave (how long outputs are, until it is known when they joined), one over
   * how long outputs are, how many requests, and all their prompt tokens.
   */
  leaves = newColumn(CLASSES);
  perOutput = newColumn(CLASSES);
  counts = newColumn(CLASSES);
  prompts = newColumn(CLASSES);
  /** By output class, the first cohort of which it has not left. */
  readonly heads = new Int32Array(CLASSES);

  override clear(): void {
    super.clear();
    this.heads.fill(0);
  }

  override copy(from: this): void {
    super.copy(from);
    this.heads.set(from.heads);
  }

  /** Keeps a share of all requests. */
  scale(share: number): void {
    for (let row = this.first; row < this.end; row += 1) {
      const place = row & this.mask;
      this.requests[place] = share * (this.requests[place] ?? 0);
      for (let cell = place * CLASSES; cell < (place + 1) * CLASSES; cell += 1) {
        this.counts[cell] = share * (this.counts[cell] ?? 0);
        this.prompts[cell] = share * (this.prompts[cell] ?? 0);
      }
    }
  }

  protected override fill(from: DecodeCohorts, made: (column: Float64Array) => Float64Array): void {
    this.joined = made(from.joined);
    this.joinClock = made(from.joinClock);
    this.judged = made(from.judged);
    this.inTime = made(from.inTime);
    this.requests = made(from.requests);
    this.leaves = made(from.leaves);
    this.perOutput = made(from.perOutput);
    this.counts = made(from.counts);
    this.prompts = made(from.prompts);
  }
}
