/**
 * Squared variation of output lengths where nothing measures it. Of public traces it is 0.5 (Mooncake), 0.6 (Azure 2023,
 * conversation), 1.1 (ServeGen deepseek-r1) and 1.4 (ServeGen m-large).
 */
const OUTPUT_VARIATION = 1;

/**
 * Tokens in the KV cache for each request of a decode batch, on average: its prompt, and what it has put out by then. A request that is
 * found in a batch is likelier a long one, in proportion to its length, so that it has put out E[OSL²] ÷ 2 E[OSL] =
 * OSL · (1 + variation) ÷ 2 (mean age in a renewal process), and half of the mean output only if all outputs are equally long.
 */
export function contextTokens({
  islTokens,
  oslTokens,
}: {
  readonly islTokens: number;
  readonly oslTokens: number;
}): number {
  return islTokens + (oslTokens * (1 + OUTPUT_VARIATION)) / 2;
}
