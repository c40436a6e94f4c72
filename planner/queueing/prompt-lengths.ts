import { normalQuantile } from './normal.ts';

/** Prompts of equal probability that stand for all: enough for a percentile of 99 %. */
const SAMPLES = 200;

const STANDARD_QUANTILES = Array.from({ length: SAMPLES }, (_, index) => normalQuantile((index + 0.5) / SAMPLES));

/**
 * Prompt lengths as a lognormal distribution spreads them, which real ones are close to: equally likely lengths, shortest
 * first, whose mean is exact.
 * @param squaredVariation variance over the square of the mean; 0 for prompts of one length
 */
export function promptLengths(meanTokens: number, squaredVariation: number): readonly number[] {
  if (squaredVariation === 0) return [meanTokens];
  const sigma = Math.sqrt(Math.log1p(squaredVariation));
  const spread = STANDARD_QUANTILES.map((z) => Math.exp(sigma * z));
  const scale = (meanTokens * SAMPLES) / spread.reduce((sum, length) => sum + length, 0);
  return spread.map((length) => length * scale);
}

/** 95 % of a standard normal variable's values are below it. */
const Z95 = normalQuantile(0.95);

/**
 * Squared variation of lognormal lengths with this mean and 95th percentile. A percentile that no such distribution has
 * gives the largest that it can be: more than e^(1.645²/2) ≈ 3.9 times the mean.
 */
export function squaredVariationOf(meanTokens: number, p95Tokens: number): number {
  const ratio = Math.log(p95Tokens / meanTokens);
  if (ratio <= 0) return 0;
  // ln(p95 ÷ mean) = z·σ − σ²/2, of which the smaller root is the spread that both were measured of.
  const root = Z95 * Z95 - 2 * ratio;
  const sigma = root <= 0 ? Z95 : Z95 - Math.sqrt(root);
  return Math.expm1(sigma * sigma);
}

/**
 * Squared variation of lengths where nothing measures it. Outputs of public traces are around it: 0.5 (Mooncake), 0.6 (Azure
 * 2023, conversation), 1.1 (ServeGen deepseek-r1) and 1.4 (ServeGen m-large).
 */
export const ASSUMED_LENGTH_VARIATION = 1;

/** The same as {@link squaredVariationOf} where both were measured, else {@link ASSUMED_LENGTH_VARIATION}. */
export function lengthVariation(meanTokens: number, p95Tokens: number): number {
  return meanTokens > 0 && p95Tokens > 0 ? squaredVariationOf(meanTokens, p95Tokens) : ASSUMED_LENGTH_VARIATION;
}
