/** The newest so many numbers, sorted, so that any quantile of them is one look. */
export class SortedWindow {
  readonly #capacity: number;
  readonly #sorted: Float64Array;
  readonly #arrived: Float64Array;
  #count = 0;
  #oldest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#sorted = new Float64Array(capacity + 1);
    this.#arrived = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    if (this.#count === this.#capacity) {
      const gone = this.#placeOf(this.#arrived[this.#oldest] ?? 0);
      this.#sorted.copyWithin(gone, gone + 1, this.#count);
      this.#count -= 1;
    }
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place + 1, place, this.#count);
    this.#sorted[place] = value;
    this.#count += 1;
    this.#arrived[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /**
   * The split-conformal quantile: of n exchangeable errors the ⌈(n + 1) · level⌉-th is not exceeded by the next with at
   * least that probability (Vovk; Lei et al. 2018). Above the largest it is the largest; undefined while there are none.
   */
  quantile(level: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.ceil((this.#count + 1) * level - 1e-9);
    return this.#sorted[Math.min(this.#count, Math.max(1, rank)) - 1];
  }

  /**
   * How many of the numbers, from the smallest on, are such that this holds; it holds for all below one that it holds for.
   * @param near about where it ends.
   */
  countWhere(near: number, holds: (value: number) => boolean): number {
    let place = this.#placeOf(near);
    while (place < this.#count && holds(this.#sorted[place] ?? 0)) place += 1;
    while (place > 0 && !holds(this.#sorted[place - 1] ?? 0)) place -= 1;
    return place;
  }

  /** First place that holds no smaller number. */
  #placeOf(value: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
