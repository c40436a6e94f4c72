import { normalQuantile } from '../../queueing/index.ts';

/** Lengths of equal probability that stand for all; a power of two, so that one is drawn with a shift. */
export const LENGTHS = 1024;

const STANDARD_QUANTILES = Float64Array.from({ length: LENGTHS }, (_, index) =>
  normalQuantile((index + 0.5) / LENGTHS),
);

/**
 * Lengths of requests as a lognormal distribution spreads them: {@link LENGTHS} equally likely ones, shortest first, whose
 * mean is exact.
 * @param variation variance over the square of the mean; 0 for requests of one length
 */
export function requestLengths(mean: number, variation: number): Float64Array {
  const { lengths, sum } = unscaledLengths(variation);
  const scale = (mean * LENGTHS) / sum;
  return lengths.map((one) => one * scale);
}

interface UnscaledLengths {
  readonly variation: number;
  readonly lengths: Float64Array;
  readonly sum: number;
}

/** Of the newest variations: outputs mostly have the same one, and prompts the one of their bucket. */
const KEPT = 4;
let kept: readonly UnscaledLengths[] = [];

function unscaledLengths(variation: number): UnscaledLengths {
  const known = kept.find((one) => one.variation === variation);
  if (known !== undefined) return known;
  const sigma = Math.sqrt(Math.log1p(variation));
  const lengths = STANDARD_QUANTILES.map((quantile) => Math.exp(sigma * quantile));
  const made = { variation, lengths, sum: lengths.reduce((sum, one) => sum + one, 0) };
  kept = [made, ...kept.slice(0, KEPT - 1)];
  return made;
}
