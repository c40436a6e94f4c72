/** An increase that wants part of a budget's room. */
export interface Increase {
  /** Increases of one graph are merged together, so its own decreases make room for them. */
  readonly graph: number;
  /** Graphs of a higher priority are served first. */
  readonly priority: number;
  /** Replicas that are there already; with `replicas` more the demand is met. */
  readonly current: number;
  readonly replicas: number;
  readonly gpusPerReplica: number;
}

/**
 * Divides `room` GPUs over increases that want more than there is: by priority, and among equals to the graph of which a GPU
 * meets the largest share of its demand; the first in order wins a tie. A graph meets as much of its demand as the service
 * that meets the least, so that it is served in steps that raise all its worst services together, and prefill and decode
 * keep their ratio as closely as whole replicas allow. What is left of the room then goes to whoever can use it, so that no
 * room is left that any of them could use.
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
  const grant = (members: readonly number[]): void => {
    for (const index of members) {
      const { graph = 0, gpusPerReplica = 0 } = increases[index] ?? {};
      const fromOwn = Math.min(own.get(graph) ?? 0, gpusPerReplica);
      granted[index] = (granted[index] ?? 0) + 1;
      own.set(graph, (own.get(graph) ?? 0) - fromOwn);
      shared -= gpusPerReplica - fromOwn;
    }
  };
  const open = new Map<number, readonly number[]>();
  for (const [index, { graph }] of increases.entries()) open.set(graph, [...(open.get(graph) ?? []), index]);
  const steps = new Map<number, Step | undefined>();
  for (;;) {
    let best: Step | undefined;
    for (const [graph, members] of open) {
      if (!steps.has(graph)) steps.set(graph, nextStep(increases, granted, members));
      const step = steps.get(graph);
      if (step === undefined || step.gpus > shared + (own.get(graph) ?? 0)) continue;
      if (best === undefined || isBefore(step, best)) best = step;
    }
    if (best === undefined) break;
    grant(best.members);
    steps.delete(best.graph);
  }
  for (const index of leftovers(increases, granted)) {
    const { graph = 0, replicas = 0, gpusPerReplica = 0 } = increases[index] ?? {};
    while ((granted[index] ?? 0) < replicas && gpusPerReplica <= shared + (own.get(graph) ?? 0)) grant([index]);
  }
  return granted;
}

/** One replica more for each of the services of a graph that meet the least of their demand. */
interface Step {
  readonly graph: number;
  readonly priority: number;
  readonly members: readonly number[];
  readonly gpus: number;
  /** Share of the graph's demand that a GPU of this step meets. */
  readonly value: number;
}

function nextStep(
  increases: readonly Increase[],
  granted: readonly number[],
  members: readonly number[],
): Step | undefined {
  const shares = members.map((index) => share(increases[index], granted[index] ?? 0));
  const worst = Math.min(...shares);
  if (!(worst < 1)) return undefined;
  const raised = members.filter((_, position) => shares[position] === worst);
  const after = Math.min(
    ...members.map((index) => share(increases[index], (granted[index] ?? 0) + (raised.includes(index) ? 1 : 0))),
  );
  const gpus = raised.reduce((sum, index) => sum + (increases[index]?.gpusPerReplica ?? 0), 0);
  const { graph = 0, priority = 0 } = increases[members[0] ?? 0] ?? {};
  return { graph, priority, members: raised, gpus, value: (after - worst) / gpus };
}

/** Share of the wanted replicas that is there. */
function share(increase: Increase | undefined, granted: number): number {
  return increase === undefined ? 1 : (increase.current + granted) / (increase.current + increase.replicas);
}

function isBefore(step: Step, best: Step): boolean {
  return step.priority === best.priority ? step.value > best.value : step.priority > best.priority;
}

/** Increases that still want something, those of a higher priority first, then those that meet the least. */
function leftovers(increases: readonly Increase[], granted: readonly number[]): readonly number[] {
  return [...increases.keys()]
    .filter((index) => (granted[index] ?? 0) < (increases[index]?.replicas ?? 0))
    .toSorted(
      (a, b) =>
        (increases[b]?.priority ?? 0) - (increases[a]?.priority ?? 0) ||
        share(increases[a], granted[a] ?? 0) - share(increases[b], granted[b] ?? 0) ||
        a - b,
    );
}
