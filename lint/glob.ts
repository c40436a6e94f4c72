/** Whether a text is what a pattern with stars means, each standing for any characters; in time that grows with both. */
export function isLike(pattern: string, text: string): boolean {
  let [at, star, from] = [0, -1, 0];
  let position = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at;
      from = position;
      at += 1;
    } else if (pattern[at] === text[position]) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      // The last star takes one more; an earlier one never needs to.
      from += 1;
      position = from;
      at = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Whether a path is what a pattern means: a star stays within a name, two of them stand for any number of names. */
export function isPathLike(pattern: string, path: string): boolean {
  const names = path.split('/');
  let ends = new Set([0]);
  for (const part of pattern.split('/')) {
    const next = new Set<number>();
    for (const end of ends) {
      const name = names[end];
      if (part === '**') for (let after = end; after <= names.length; after += 1) next.add(after);
      else if (name !== undefined && isLike(part, name)) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(names.length);
}
