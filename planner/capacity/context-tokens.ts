/** Lengths of requests as the context of a decode batch depends on them. */
export interface ContextLengths {
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Squared variation (variance ÷ mean²) of output lengths. */
  readonly oslVariation: number;
}

/**
 * Larger variations count as this one. It is that of a 95th percentile of 3.6 times the mean, and one of 3.9 times would be 14:
 * histograms do not tell percentiles as exactly as that, since each of their bounds is about twice the one before.
 */
export const MOST_CONTEXT_VARIATION = 4;

/**
 * Tokens in the KV cache for each request of a decode batch, on average: its prompt, and what it has put out by then. A request that is
 * found in a batch is likelier a long one, in proportion to its length, so that it has put out E[OSL²] ÷ 2 E[OSL] =
 * OSL · (1 + variation) ÷ 2 (mean age in a renewal process), and half of the mean output only if all outputs are equally long.
 */
export function contextTokens({ islTokens, oslTokens, oslVariation }: ContextLengths): number {
  return islTokens + (oslTokens * (1 + Math.min(MOST_CONTEXT_VARIATION, oslVariation))) / 2;
}
