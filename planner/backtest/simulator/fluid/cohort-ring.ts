/** Rows in the beginning; a power of two, as all their later numbers. */
const ROWS = 64;

/**
 * Rows of numbers, first in first out, one after another in an array that grows when it is full: one array for all columns,
 * so that the inmost loops look up one place, and what they read together lies together. A row is named by its number
 * since the start; its cells by plain numbers, since a constant of a module is looked up at each use.
 */
export class CohortRing {
  /** Rows from `first` up to but not including `end` are there. */
  first = 0;
  end = 0;
  /** A row's cells begin at its number and this mask, times `width`. */
  mask = ROWS - 1;
  readonly width: number;
  cells: Float64Array;

  /** @param width cells of a row */
  constructor(width: number) {
    this.width = width;
    this.cells = new Float64Array(ROWS * width);
  }

  /** Makes a row at the end, and returns where its cells begin; what is in them is what was there before. */
  push(): number {
    if (this.end - this.first > this.mask) this.#grow();
    const row = this.end & this.mask;
    this.end += 1;
    return row * this.width;
  }

  clear(): void {
    this.first = 0;
    this.end = 0;
  }

  /** Takes over the rows of another ring. */
  copy(from: this): void {
    if (this.cells.length === from.cells.length) this.cells.set(from.cells);
    else this.cells = from.cells.slice();
    this.first = from.first;
    this.end = from.end;
    this.mask = from.mask;
  }

  #grow(): void {
    const { first, end, mask, width, cells } = this;
    const grown = new Float64Array(2 * cells.length);
    const grownMask = 2 * mask + 1;
    for (let row = first; row < end; row += 1) {
      const from = (row & mask) * width;
      grown.set(cells.subarray(from, from + width), (row & grownMask) * width);
    }
    this.cells = grown;
    this.mask = grownMask;
  }
}
