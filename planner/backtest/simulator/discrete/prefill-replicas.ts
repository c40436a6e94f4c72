/** Replicas that each prefill one prompt, by when they are done: a binary heap. */
export class PrefillReplicas {
  busy = 0;
  /** When the next one is done; infinite where none works. */
  next = Number.POSITIVE_INFINITY;
  #ends = new Float64Array(64);
  #slots = new Int32Array(64);

  start(end: number, slot: number): void {
    if (this.busy === this.#ends.length) this.#grow();
    const ends = this.#ends;
    const slots = this.#slots;
    let place = this.busy;
    this.busy += 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = ends[parent] ?? 0;
      if (above <= end) break;
      ends[place] = above;
      slots[place] = slots[parent] ?? 0;
      place = parent;
    }
    ends[place] = end;
    slots[place] = slot;
    this.next = ends[0] ?? 0;
  }

  /** The prompt that is done first. */
  finish(): number {
    const ends = this.#ends;
    const slots = this.#slots;
    const done = slots[0] ?? 0;
    this.busy -= 1;
    const size = this.busy;
    const end = ends[size] ?? 0;
    const slot = slots[size] ?? 0;
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && (ends[child + 1] ?? 0) < (ends[child] ?? 0)) child += 1;
      const below = ends[child] ?? 0;
      if (below >= end) break;
      ends[place] = below;
      slots[place] = slots[child] ?? 0;
      place = child;
    }
    ends[place] = end;
    slots[place] = slot;
    this.next = size === 0 ? Number.POSITIVE_INFINITY : (ends[0] ?? 0);
    return done;
  }

  clear(): void {
    this.busy = 0;
    this.next = Number.POSITIVE_INFINITY;
  }

  #grow(): void {
    const ends = new Float64Array(2 * this.#ends.length);
    ends.set(this.#ends);
    this.#ends = ends;
    const slots = new Int32Array(ends.length);
    slots.set(this.#slots);
    this.#slots = slots;
  }
}
