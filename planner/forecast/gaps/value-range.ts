/** What each bucket of a history may have held: the same number twice where it was measured. */
export interface ValueRange {
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

export function isKnown({ lowest, highest }: ValueRange, index: number): boolean {
  return lowest[index] === highest[index];
}

/** The lowest and the highest mean that a history may have. */
export function meanRange({ lowest, highest }: ValueRange): { readonly lowest: number; readonly highest: number } {
  let [low, high] = [0, 0];
  for (let index = 0; index < lowest.length; index += 1) {
    low += lowest[index] ?? 0;
    high += highest[index] ?? 0;
  }
  const count = Math.max(1, lowest.length);
  return { lowest: low / count, highest: high / count };
}
