/** Rows of numbers, first in first out, in one buffer that grows when it is full. A row is named by its number since the start. */
export class CohortRing {
  readonly width: number;
  cells: Float64Array;
  /** Rows from `first` up to but not including `end` are there. */
  first = 0;
  end = 0;
  #rows: number;

  constructor(width: number, rows = 256) {
    this.width = width;
    this.#rows = rows;
    this.cells = new Float64Array(width * rows);
  }

  /** Position of a row's first cell. */
  at(row: number): number {
    return (row & (this.#rows - 1)) * this.width;
  }

  /** Makes a row at the end, and returns the position of its first cell; what is in it is what was there before. */
  push(): number {
    if (this.end - this.first === this.#rows) this.#grow();
    const position = this.at(this.end);
    this.end += 1;
    return position;
  }

  /** A ring with the same rows. */
  copy(): CohortRing {
    const copied = new CohortRing(this.width, this.#rows);
    copied.cells.set(this.cells);
    copied.first = this.first;
    copied.end = this.end;
    return copied;
  }

  clear(): void {
    this.first = 0;
    this.end = 0;
  }

  #grow(): void {
    const { width, cells, first, end } = this;
    const rows = this.#rows;
    const grown = new Float64Array(2 * rows * width);
    for (let row = first; row < end; row += 1) {
      const from = (row & (rows - 1)) * width;
      grown.set(cells.subarray(from, from + width), (row & (2 * rows - 1)) * width);
    }
    this.cells = grown;
    this.#rows = 2 * rows;
  }
}
