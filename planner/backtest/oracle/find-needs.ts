import type { NeedPath } from './need-path.ts';
import { NeededReplicas, type NeedSearch } from './needed-replicas.ts';

/** What each of some minutes needs, for replays that share a workload. */
export function findNeeds(search: NeedSearch, first: number, end: number): NeedPath {
  const found = new NeededReplicas(search);
  const path = { first, prefill: new Uint16Array(end - first), decode: new Uint16Array(end - first) };
  for (let index = first; index < end; index += 1) {
    const { prefill, decode } = found.at(index);
    path.prefill[index - first] = prefill;
    path.decode[index - first] = decode;
  }
  return path;
}
