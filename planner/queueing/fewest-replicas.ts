/**
 * The fewest replicas that are enough, at least `from`; undefined where even `most` are not.
 * @param isEnough stays true once it is
 */
export function fewestReplicas(
  from: number,
  most: number,
  isEnough: (replicas: number) => boolean,
): number | undefined {
  if (from > most) return undefined;
  let high = Math.max(1, from);
  let low = high - 1;
  for (let step = 1; !isEnough(high); step *= 2) {
    if (high >= most) return undefined;
    low = high;
    high = Math.min(most, high + step);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
