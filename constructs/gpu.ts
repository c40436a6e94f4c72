/** A whole number, as far as types can tell: a literal with a fraction, a sign or the value 0 is refused by the compiler. */
export type WholeNumber<N extends number> = `${N}` extends '0' | `-${string}` | `${string}.${string}` ? never : N;

/**
 * GPUs of one pod: `Gpu.count(4)`.
 *
 * cdk8s-plus has no such value, and writing the limit by hand goes wrong quietly: v1alpha1 takes only text, and a
 * fraction of a GPU does not exist.
 */
export class Gpu {
  /** @throws RangeError for anything but a whole number of at least 1. */
  static count<const N extends number>(count: N & WholeNumber<N>): Gpu {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`Gpu.count(${count}): a pod takes whole GPUs, at least 1; leave "gpus" out for none`);
    }
    return new Gpu(count);
  }

  readonly #count: number;

  private constructor(count: number) {
    this.#count = count;
  }

  /** GPUs of one pod. */
  get perPod(): number {
    return this.#count;
  }
}
