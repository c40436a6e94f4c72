/**
 * For each stretch the levels that a cheapest plan may run, rising: the most that is needed over some stretches in a row, it
 * among them. While a number stays the same it is what the worst of that time needs: a bit more or less changes the price in
 * proportion, so that it is best there or where it is that of a neighbour, and then they are one time.
 */
export function worthwhileLevels(needed: readonly number[]): readonly (readonly number[])[] {
  const before = highestUpTo(needed);
  const after = highestUpTo([...needed].reverse()).reverse();
  return before.map((levels, index) => merged(levels, after[index] ?? []));
}

/** The most that is needed from each stretch on to this one: every number that this can be, rising. */
function highestUpTo(needed: readonly number[]): (readonly number[])[] {
  let falling: number[] = [];
  return needed.map((level) => {
    let kept = falling.length;
    while (kept > 0 && (falling[kept - 1] ?? 0) <= level) kept -= 1;
    falling = [...falling.slice(0, kept), level];
    return falling.toReversed();
  });
}

/** All that either has, once, rising as both are. */
export function merged(one: readonly number[], other: readonly number[]): readonly number[] {
  if (one === other) return one;
  const all: number[] = [];
  for (let [at, beside] = [0, 0]; at < one.length || beside < other.length; ) {
    const [mine, theirs] = [one[at] ?? Number.POSITIVE_INFINITY, other[beside] ?? Number.POSITIVE_INFINITY];
    all.push(Math.min(mine, theirs));
    if (mine <= theirs) at += 1;
    if (theirs <= mine) beside += 1;
  }
  return all;
}
