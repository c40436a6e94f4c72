import { normalQuantile } from '../../queueing/index.ts';

/** Lengths of equal probability that stand for all; a power of two, so that one is drawn with a shift. */
export const LENGTHS = 1024;

const STANDARD_QUANTILES = Float64Array.from({ length: LENGTHS }, (_, index) =>
  normalQuantile((index + 0.5) / LENGTHS),
);

/**
 * Lengths of requests as a lognormal distribution spreads them: {@link LENGTHS} equally likely ones, shortest first, whose
 * mean is exact. Written into `into`, where given.
 * @param variation variance over the square of the mean; 0 for requests of one length
 */
export function requestLengths(mean: number, variation: number, into = new Float64Array(LENGTHS)): Float64Array {
  const sigma = Math.sqrt(Math.log1p(variation));
  let sum = 0;
  for (let index = 0; index < LENGTHS; index += 1) {
    const one = Math.exp(sigma * (STANDARD_QUANTILES[index] ?? 0));
    into[index] = one;
    sum += one;
  }
  const scale = (mean * LENGTHS) / sum;
  for (let index = 0; index < LENGTHS; index += 1) into[index] = (into[index] ?? 0) * scale;
  return into;
}
