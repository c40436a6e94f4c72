import type { HeldItem } from '../../api/index.ts';
import { atMost, code, type Inline, separated } from '../markdown/index.ts';

/** Names that one line lists. */
const MAX_NAMED = 12;

/** Things that stay for the same cause, in the order in which the first of each came. */
export function grouped<T>(items: readonly T[], causeOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const cause = causeOf(item);
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** ``` `a`, `b` and 3 more``` */
export function names(items: readonly string[]): readonly Inline[] {
  const { shown, more } = atMost(items, MAX_NAMED);
  return [...separated(shown.map((name) => [code(name)])), more === 0 ? '' : ` and ${more} more`];
}

/** A line for each reason, with everything that is held for it. */
export function heldLines(
  held: readonly HeldItem[],
  label: (item: HeldItem) => string,
): readonly (readonly Inline[])[] {
  return grouped(held, ({ code: why, reason }) => `${why} ${reason}`).map((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const verb = group.length === 1 ? 'is' : 'are';
    return [...names(group.map(label)), ` ${verb} held (`, code(first.code), `): ${first.reason}`];
  });
}
