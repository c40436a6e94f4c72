/** An increase that wants part of a budget's room. */
export interface Increase {
  /** Increases of one graph are merged together, so its own decreases make room for them. */
  readonly graph: number;
  readonly replicas: number;
  readonly gpusPerReplica: number;
}

/**
 * Divides `room` GPUs over increases that want more than there is. Replicas are granted one at a time, to the increase
 * that would still be furthest from its request; the first in order wins a tie. So all increases grow in proportion to
 * their requests, prefill and decode of one graph keep their ratio as closely as whole replicas allow, and no room is
 * left that any of them could use.
 *
 * `released` holds the GPUs that each graph gives up itself in the same change; only that graph may use them.
 * @returns the replicas granted, an entry for each increase.
 */
export function shareRoom(
  increases: readonly Increase[],
  room: number,
  released: ReadonlyMap<number, number>,
): readonly number[] {
  const granted = increases.map(() => 0);
  const own = new Map(released);
  let shared = room;
  const open = new Set(increases.keys());
  while (open.size > 0) {
    const next = leastServed(increases, granted, open);
    const increase = increases[next];
    const count = granted[next];
    if (increase === undefined || count === undefined) break;
    const ownRoom = own.get(increase.graph) ?? 0;
    if (count >= increase.replicas || increase.gpusPerReplica > ownRoom + shared) {
      // Room only shrinks, so what does not fit now never will.
      open.delete(next);
      continue;
    }
    granted[next] = count + 1;
    const fromOwn = Math.min(ownRoom, increase.gpusPerReplica);
    own.set(increase.graph, ownRoom - fromOwn);
    shared -= increase.gpusPerReplica - fromOwn;
  }
  return granted;
}

function leastServed(increases: readonly Increase[], granted: readonly number[], open: ReadonlySet<number>): number {
  let [best, bestShare] = [-1, Number.POSITIVE_INFINITY];
  for (const index of open) {
    const share = ((granted[index] ?? 0) + 1) / (increases[index]?.replicas ?? 1);
    if (share < bestShare) [best, bestShare] = [index, share];
  }
  return best;
}
