/** Requests inside, each in a slot that is used again when it has left. Times are seconds. */
export class Requests {
  arrival: Float64Array;
  prefillSeconds: Float64Array;
  islTokens: Float64Array;
  /** Whole tokens. */
  oslTokens: Int32Array;
  /** When its first token came. */
  firstToken: Float64Array;
  inside = 0;
  #free: Int32Array;
  #size: number;

  constructor(size = 1024) {
    this.#size = size;
    this.arrival = new Float64Array(size);
    this.prefillSeconds = new Float64Array(size);
    this.islTokens = new Float64Array(size);
    this.oslTokens = new Int32Array(size);
    this.firstToken = new Float64Array(size);
    this.#free = Int32Array.from({ length: size }, (_, slot) => slot);
  }

  take(): number {
    if (this.inside === this.#size) this.#grow();
    const slot = this.#free[this.inside] ?? 0;
    this.inside += 1;
    return slot;
  }

  release(slot: number): void {
    this.inside -= 1;
    this.#free[this.inside] = slot;
  }

  clear(): void {
    this.inside = 0;
    for (let slot = 0; slot < this.#size; slot += 1) this.#free[slot] = slot;
  }

  #grow(): void {
    const size = 2 * this.#size;
    const copied = (cells: Float64Array): Float64Array => {
      const grown = new Float64Array(size);
      grown.set(cells);
      return grown;
    };
    this.arrival = copied(this.arrival);
    this.prefillSeconds = copied(this.prefillSeconds);
    this.islTokens = copied(this.islTokens);
    this.firstToken = copied(this.firstToken);
    const oslTokens = new Int32Array(size);
    oslTokens.set(this.oslTokens);
    this.oslTokens = oslTokens;
    // Every slot is taken, so all that is free is new.
    this.#free = Int32Array.from({ length: size }, (_, slot) => slot);
    this.#size = size;
  }
}

/** Slots that wait in line. */
export class SlotLine {
  length = 0;
  #first = 0;
  #slots = new Int32Array(1024);

  push(slot: number): void {
    const size = this.#slots.length;
    if (this.length === size) {
      const grown = new Int32Array(2 * size);
      for (let index = 0; index < size; index += 1) grown[index] = this.#slots[(this.#first + index) & (size - 1)] ?? 0;
      this.#slots = grown;
      this.#first = 0;
    }
    this.#slots[(this.#first + this.length) & (this.#slots.length - 1)] = slot;
    this.length += 1;
  }

  /** The slot that waits longest; there must be one. */
  first(): number {
    return this.#slots[this.#first] ?? 0;
  }

  shift(): number {
    const slot = this.first();
    this.#first = (this.#first + 1) & (this.#slots.length - 1);
    this.length -= 1;
    return slot;
  }

  clear(): void {
    this.length = 0;
    this.#first = 0;
  }
}
