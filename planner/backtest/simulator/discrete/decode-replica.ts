import type { DecodeModel } from '../../../capacity/index.ts';

/**
 * One decode replica with continuous batching: all requests of the batch get a token in each step, and requests join and
 * leave between steps. A step takes α + β·batch + γ·(tokens in the KV cache), which grow by one a request and step.
 */
export class DecodeReplica {
  batch = 0;
  /** Time of a step as the batch is now, seconds. */
  stepSeconds: number;
  /** When the next request has its last token; infinite where there is none. */
  next = Number.POSITIVE_INFINITY;
  /** Tokens in the KV cache when the newest step ended. */
  kvTokens = 0;
  /** Prompt and half of the output of each request. */
  reservedTokens = 0;
  /** Since when it takes no more requests; infinite while it does. */
  drainingSince = Number.POSITIVE_INFINITY;
  /** End of the newest step, and how many there were. */
  #end = 0;
  #steps = 0;
  /** A binary heap of requests by the step of their last token. */
  readonly #lasts: Int32Array;
  readonly #slots: Int32Array;
  readonly #fixed: number;
  readonly #perRequest: number;
  readonly #perKvToken: number;

  constructor(model: DecodeModel, mostBatch: number) {
    this.#lasts = new Int32Array(mostBatch);
    this.#slots = new Int32Array(mostBatch);
    this.#fixed = model.fixedMs / 1000;
    this.#perRequest = model.perRequestMs / 1000;
    this.#perKvToken = model.perKvTokenMs / 1000;
    this.stepSeconds = this.#fixed;
  }

  /** Lets a request in after the step that runs at `time`. */
  join(time: number, slot: number, islTokens: number, oslTokens: number): void {
    if (this.batch === 0) {
      this.#end = time;
      this.#steps = 0;
    } else if (time > this.#end) {
      // Steps grow evenly, so that n of them take n·step + growth·n(n−1)/2.
      const growth = this.#perKvToken * this.batch;
      const half = this.stepSeconds - growth / 2;
      const left = time - this.#end;
      const steps = growth === 0 ? left / half : (Math.sqrt(half * half + 2 * growth * left) - half) / growth;
      this.#advance(Math.ceil(steps));
    }
    const lasts = this.#lasts;
    const slots = this.#slots;
    const last = this.#steps + oslTokens;
    let place = this.batch;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = lasts[parent] ?? 0;
      if (above <= last) break;
      lasts[place] = above;
      slots[place] = slots[parent] ?? 0;
      place = parent;
    }
    lasts[place] = last;
    slots[place] = slot;
    this.batch += 1;
    this.kvTokens += islTokens;
    this.reservedTokens += islTokens + oslTokens / 2;
    this.#look();
  }

  /** Takes the request that is done at `next` out. */
  finish(): number {
    const lasts = this.#lasts;
    const slots = this.#slots;
    this.#advance((lasts[0] ?? 0) - this.#steps);
    const done = slots[0] ?? 0;
    this.batch -= 1;
    const size = this.batch;
    const last = lasts[size] ?? 0;
    const slot = slots[size] ?? 0;
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && (lasts[child + 1] ?? 0) < (lasts[child] ?? 0)) child += 1;
      const below = lasts[child] ?? 0;
      if (below >= last) break;
      lasts[place] = below;
      slots[place] = slots[child] ?? 0;
      place = child;
    }
    lasts[place] = last;
    slots[place] = slot;
    return done;
  }

  /** To be called after {@link finish}, with what the finished request had. */
  release(islTokens: number, oslTokens: number): void {
    this.kvTokens -= islTokens + oslTokens;
    this.reservedTokens -= islTokens + oslTokens / 2;
    if (this.batch === 0) {
      this.kvTokens = 0;
      this.reservedTokens = 0;
    }
    this.#look();
  }

  #advance(steps: number): void {
    if (steps <= 0) return;
    const growth = this.#perKvToken * this.batch;
    this.#end += steps * this.stepSeconds + (growth * steps * (steps - 1)) / 2;
    this.#steps += steps;
    this.kvTokens += steps * this.batch;
    this.stepSeconds += growth * steps;
  }

  #look(): void {
    const { batch } = this;
    const step = this.#fixed + this.#perRequest * batch + this.#perKvToken * this.kvTokens;
    this.stepSeconds = step;
    if (batch === 0) {
      this.next = Number.POSITIVE_INFINITY;
      return;
    }
    const steps = (this.#lasts[0] ?? 0) - this.#steps;
    this.next = this.#end + steps * step + (this.#perKvToken * batch * steps * (steps - 1)) / 2;
  }
}
