/** Rows in the beginning; a power of two, as all their later numbers. */
const ROWS = 64;

/**
 * Rows of numbers, first in first out, in columns that grow when they are full: one array a column, which the inmost loops
 * read without looking up where a row has it. A row is named by its number since the start.
 */
export abstract class CohortRing {
  /** Rows from `first` up to but not including `end` are there. */
  first = 0;
  end = 0;
  /** A row's place in each column is its number and this mask. */
  mask = ROWS - 1;

  /** Makes a row at the end, and returns its place; what is in it is what was there before. */
  push(): number {
    if (this.end - this.first > this.mask) this.#grow();
    const place = this.end & this.mask;
    this.end += 1;
    return place;
  }

  clear(): void {
    this.first = 0;
    this.end = 0;
  }

  /** Puts something made of each of another ring's columns in the place of its own. */
  protected abstract fill(from: this, made: (column: Float64Array) => Float64Array): void;

  /** Takes over the rows of another ring. */
  copy(from: this): void {
    this.fill(from, (column) => column.slice());
    this.first = from.first;
    this.end = from.end;
    this.mask = from.mask;
  }

  #grow(): void {
    const { first, end, mask } = this;
    const rows = mask + 1;
    this.fill(this, (column) => {
      const width = column.length / rows;
      const grown = new Float64Array(2 * column.length);
      for (let row = first; row < end; row += 1) {
        const from = (row & mask) * width;
        grown.set(column.subarray(from, from + width), (row & (2 * rows - 1)) * width);
      }
      return grown;
    });
    this.mask = 2 * rows - 1;
  }
}

/** @param width cells of a row */
export function newColumn(width = 1): Float64Array {
  return new Float64Array(ROWS * width);
}
