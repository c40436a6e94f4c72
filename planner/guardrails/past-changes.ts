import type { History, ReplicaChange } from '../../api/index.ts';
import type { HistoryEvidence } from './guardrail.ts';
import type { GuardrailSetting } from './setting.ts';

const DAY_MS = 24 * 3_600_000;

interface GraphPlace {
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
}

/**
 * What the history says of a service of a graph at a time. A change that it dates later than that counts as one of just now:
 * clocks differ.
 * @param git the number in Git; undefined where the history follows another one of the service.
 */
export function historyEvidence(
  history: History | undefined,
  graph: GraphPlace,
  git: { readonly service: string; readonly replicas: number | undefined },
  setting: Pick<GuardrailSetting, 'stabilizationSeconds' | 'changesPerDay'>,
  atMs: number,
): HistoryEvidence {
  if (history === undefined) return { kind: 'not-given' };
  const neededMs = Math.max(setting.stabilizationSeconds * 1000, setting.changesPerDay === undefined ? 0 : DAY_MS);
  if (history.since !== undefined && Date.parse(history.since) > atMs - neededMs) {
    const reason = `the history starts at ${history.since}, and ${neededMs / 1000} s before the plan are needed`;
    return { kind: 'incomplete', reason };
  }
  const changes = changesOf(history, graph);
  const own = changes.filter(({ service }) => service === git.service);
  const last = own.reduce<ReplicaChange | undefined>(
    (latest, change) => (latest === undefined || Date.parse(change.at) >= Date.parse(latest.at) ? change : latest),
    undefined,
  );
  if (last !== undefined && git.replicas !== undefined && last.to !== git.replicas) {
    const reason = `the history ends with ${last.to} replicas of ${git.service}, and Git has ${git.replicas}; it is of another commit`;
    return { kind: 'incomplete', reason };
  }
  const ups = own
    .filter(({ from, to }) => to > from)
    .map(({ at }) => Date.parse(at))
    .filter((upMs) => upMs > atMs - setting.stabilizationSeconds * 1000);
  const recent = changes.filter(({ at }) => Date.parse(at) > atMs - DAY_MS);
  return {
    kind: 'seen',
    lastScaleUpMs: ups.length === 0 ? undefined : ups.reduce((latest, upMs) => Math.max(latest, upMs)),
    changesInDay: new Set(recent.map(({ commit }) => commit)).size,
  };
}

/** Replicas of a service that were added within the lead, and so may still be starting, where no status says. */
export function lately(
  history: History | undefined,
  graph: GraphPlace,
  service: string,
  leadSeconds: number,
  atMs: number,
): number {
  const added = (history === undefined ? [] : changesOf(history, graph))
    .filter((change) => change.service === service && Date.parse(change.at) > atMs - leadSeconds * 1000)
    .reduce((sum, { from, to }) => sum + to - from, 0);
  return Math.max(0, added);
}

/** Changes by graph, sorted out once for a history, since a fleet asks for each of its graphs. */
const BY_GRAPH = new WeakMap<History, ReadonlyMap<string, readonly ReplicaChange[]>>();

function changesOf(history: History, { name, namespace, environment }: GraphPlace): readonly ReplicaChange[] {
  const known = BY_GRAPH.get(history) ?? byGraph(history);
  BY_GRAPH.set(history, known);
  return known.get(`${environment}/${namespace}/${name}`) ?? [];
}

function byGraph({ changes }: History): ReadonlyMap<string, readonly ReplicaChange[]> {
  const found = new Map<string, ReplicaChange[]>();
  for (const change of changes) {
    const key = `${change.environment}/${change.namespace}/${change.deployment}`;
    const others = found.get(key);
    if (others === undefined) found.set(key, [change]);
    else others.push(change);
  }
  return found;
}
