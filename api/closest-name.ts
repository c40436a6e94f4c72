/** The name that is most likely meant, or undefined where none is near. */
export function closestName(written: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, distance: editDistance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(Math.min(name.length, written.length) / 3)))
    .sort((first, second) => first.distance - second.distance);
  return near[0]?.name;
}

/** Insertions, deletions and replacements of one character between two texts (Levenshtein). */
function editDistance(first: string, second: string): number {
  let previous = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (const [row, character] of [...first].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...second].entries()) {
      const replaced = (previous[column] ?? 0) + (character === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[second.length] ?? 0;
}
