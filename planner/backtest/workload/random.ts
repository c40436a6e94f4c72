/** Bound here, since a global is looked up at each use where tests run. */
const { imul } = Math;

/** Random numbers in [0, 1) that are the same in every run (mulberry32). */
export type RandomNumbers = () => number;

export function randomNumbers(seed: number): RandomNumbers {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed of its own for each part of what a seed stands for (the finalizer of MurmurHash3 over both). */
export function seedOf(seed: number, part: number): number {
  let mixed = imul(seed | 0, 0x9e3779b1) ^ imul((part + 1) | 0, 0x85ebca6b);
  mixed = imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
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

/** Means below this are drawn by multiplying, which takes as long as they are large. */
const SMALL_MEAN = 10;

/**
 * A count with this mean and variance.
 *
 * Source of the method for larger means: W. Hörmann, The transformed rejection method for generating Poisson random
 * variables (PTRS), Insurance: Mathematics and Economics 12 (1993).
 */
export function poissonNumber(random: RandomNumbers, mean: number): number {
  if (mean < SMALL_MEAN) {
    const end = Math.exp(-mean);
    let count = 0;
    for (let product = 1 - random(); product > end; product *= 1 - random()) count += 1;
    return count;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const vr = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = random() - 0.5;
    const v = 1 - random();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const density = Math.log((v * (1.1239 + 1.1328 / (b - 3.4))) / (a / (us * us) + b));
    if (density <= count * logMean - mean - logFactorial(count)) return count;
  }
}

/** Source: Stirling's series, with an error below 1e-9 from 10 on; exact below. */
function logFactorial(count: number): number {
  if (count < 10) {
    let product = 1;
    for (let factor = 2; factor <= count; factor += 1) product *= factor;
    return Math.log(product);
  }
  const x = count + 1;
  const inverse = 1 / (x * x);
  return (
    (x - 0.5) * Math.log(x) -
    x +
    0.5 * Math.log(2 * Math.PI) +
    (1 / 12 - inverse / 360 + (inverse * inverse) / 1260) / x
  );
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
