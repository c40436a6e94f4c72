import { CohortRing } from './cohort-ring.ts';
import { CLASSES } from './shape-table.ts';

/**
 * Cohorts of requests that are decoded, oldest first. A row's cells:
 *
 * | cell | what |
 * |---|---|
 * | 0 | when they joined |
 * | 1 | tokens that each request of the pool had put out by then |
 * | 2 | share of them that is judged at all |
 * | 3 | share of all that is in time |
 * | 4 | how many they are |
 * | 8, 12, … | four for each output class |
 *
 * The four are: what the clock says when they leave, one over how long outputs are, how many requests, and all their prompt
 * tokens.
 */
export class DecodeCohorts extends CohortRing {
  /** By output class, the first cohort of which it has not left. */
  readonly heads = new Int32Array(CLASSES);

  constructor() {
    super(8 + CLASSES * 4);
  }

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
    const { first, end, mask, width, cells } = this;
    for (let row = first; row < end; row += 1) {
      const at = (row & mask) * width;
      cells[at + 4] = share * (cells[at + 4] ?? 0);
      for (let cell = at + 8; cell < at + width; cell += 4) {
        cells[cell + 2] = share * (cells[cell + 2] ?? 0);
        cells[cell + 3] = share * (cells[cell + 3] ?? 0);
      }
    }
  }
}
