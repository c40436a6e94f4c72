import type { ReplicaPair } from '../../budget/shrink-pair.ts';

/** What each minute of a stretch needs; made once for a workload, whatever the policies and their leads. */
export interface NeedPath {
  /** Index of the first minute in the workload. */
  readonly first: number;
  readonly prefill: Uint16Array;
  readonly decode: Uint16Array;
}

/** One of each where the path does not reach. */
export function neededAt({ first, prefill, decode }: NeedPath, index: number): ReplicaPair {
  return { prefill: prefill[index - first] ?? 1, decode: decode[index - first] ?? 1 };
}

/** A stretch of time in which the same is needed. */
export interface NeedStretch {
  readonly seconds: number;
  readonly needed: ReplicaPair;
}

/** Joins neighbours that need the same: a change is never worth more in between. */
export function joinedStretches(path: Iterable<NeedStretch>): readonly NeedStretch[] {
  const joined: NeedStretch[] = [];
  for (const one of path) {
    const last = joined.at(-1);
    const isSame = last?.needed.prefill === one.needed.prefill && last.needed.decode === one.needed.decode;
    if (isSame) joined[joined.length - 1] = { ...last, seconds: last.seconds + one.seconds };
    else joined.push(one);
  }
  return joined;
}
