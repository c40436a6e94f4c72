/** Random numbers in [0, 1) that are the same in every run (mulberry32). */
export type RandomNumbers = () => number;

export function randomNumbers(seed: number): RandomNumbers {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed of its own for each part of what a seed stands for (the finalizer of MurmurHash3 over both). */
export function seedOf(seed: number, part: number): number {
  let mixed = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul((part + 1) | 0, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** A standard normal number. Source: G. E. P. Box and M. E. Muller (1958). */
export function normalNumber(random: RandomNumbers): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Source: G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000). */
export function gammaNumber(random: RandomNumbers, shape: number): number {
  if (shape < 1) return gammaNumber(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normalNumber(random);
    const root = 1 + c * z;
    if (root <= 0) continue;
    const v = root * root * root;
    if (Math.log(1 - random()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Means above this are drawn from a rounded normal, whose error is then far below what is counted. */
const LARGE_MEAN = 64;

/** A count with this mean and variance. */
export function poissonNumber(random: RandomNumbers, mean: number): number {
  if (mean > LARGE_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normalNumber(random)));
  const end = Math.exp(-mean);
  let product = 1 - random();
  let count = 0;
  while (product > end) {
    product *= 1 - random();
    count += 1;
  }
  return count;
}

/**
 * A count of arrivals: Poisson where `dispersion` is at most 1, else with a variance of `dispersion` times the mean
 * (negative binomial, as a Poisson count whose rate is gamma distributed).
 */
export function arrivalCount(random: RandomNumbers, mean: number, dispersion: number): number {
  if (mean === 0) return 0;
  if (dispersion <= 1 + 1e-9) return poissonNumber(random, mean);
  const excess = dispersion - 1;
  return poissonNumber(random, gammaNumber(random, mean / excess) * excess);
}
