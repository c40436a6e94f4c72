/** The element at an index that the caller knows to exist; anything else is a bug, not bad input. */
export function at<T>(values: ArrayLike<T>, index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`index ${index} is outside a list of ${values.length}`);
  return value;
}

/** Rounds halves to the even neighbour, as IEEE 754 and numpy do. `Math.round` would move grid cells at exact halves. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Keeps a number inside bounds. NaN becomes the lower bound, as the nested `min` and `max` of Dynamo's planner make it:
 * a prompt of unknown length counts as the shortest that was profiled.
 */
export function clamp(value: number, lowest: number, highest: number): number {
  if (!(value > lowest)) return lowest;
  return value < highest ? value : highest;
}
