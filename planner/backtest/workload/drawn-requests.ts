import { LENGTHS } from './lengths.ts';
import { randomNumbers, seedOf } from './random.ts';

/** Bound here, since a global is looked up at each use where tests run. */
const { log } = Math;

/** Requests of one second, in the order of their arrival. What is drawn again overwrites what was there. */
export class DrawnRequests {
  /** Since the start of the second, seconds. */
  arrival = new Float64Array(64);
  /** Which of the equally likely prompt and output lengths they have. */
  prompt = new Uint16Array(64);
  output = new Uint16Array(64);

  /** The same requests for the same seed, second and count. */
  draw(seed: number, second: number, count: number): void {
    if (count > this.arrival.length) this.#grow(count);
    const { arrival, prompt, output } = this;
    const random = randomNumbers(seedOf(seed, 1 + second));
    // Gaps between the points of a Poisson process, over what they add up to, part a second as uniform points do.
    let sum = 0;
    for (let index = 0; index < count; index += 1) {
      sum -= log(1 - random());
      arrival[index] = sum;
    }
    const scale = 1 / (sum - log(1 - random()));
    for (let index = 0; index < count; index += 1) {
      arrival[index] = (arrival[index] ?? 0) * scale;
      // Truncated by the operator: what is known to be a whole number is divided as one.
      const lengths = (random() * (LENGTHS * LENGTHS)) | 0;
      prompt[index] = lengths % LENGTHS;
      output[index] = (lengths / LENGTHS) | 0;
    }
  }

  #grow(count: number): void {
    this.arrival = new Float64Array(2 * count);
    this.prompt = new Uint16Array(2 * count);
    this.output = new Uint16Array(2 * count);
  }
}
