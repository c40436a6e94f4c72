import {
  CONFIG_FILE,
  type Config,
  fail,
  gpuQuotaOf,
  type InputDigest,
  isNamedBy,
  type NumberTarget,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { environmentOfPath } from '../../lint/ledger/index.ts';
import { type ManifestFile, markFilesOf, type ResolvedFleet, type ResolvedGraph } from '../../manifests/index.ts';
import { type FleetMember, type QuotaBudget, quotaBudgets } from '../../planner/index.ts';
import { type GraphPins, readGraphPins } from './graph-pins.ts';
import { placeFiles, type ServiceTarget, serviceTargets } from './located-numbers.ts';
import { addFiles, readResolvedFleet } from './read-resolved-fleet.ts';
import { scheduledFloors } from './scheduled-floors.ts';
import { withoutShared } from './shared-numbers.ts';

export interface LoadedFleet {
  readonly fleet: readonly FleetMember[];
  readonly quotas: readonly QuotaBudget[];
  /** Every manifest and every file of pins that was read. */
  readonly inputs: readonly InputDigest[];
  /** Where the numbers of the planned graphs stand, and why. */
  readonly targets: readonly GraphTargets[];
  /** Every manifest that was read, and what else renders the graphs, by file. */
  readonly sources: ReadonlyMap<string, ManifestFile>;
  /** What the repository leaves to other places, in words. */
  readonly notes: readonly string[];
  /** What people may change so that fewer numbers have to be, in words. */
  readonly advice: readonly string[];
}

export interface GraphTargets {
  readonly graph: ResolvedGraph;
  readonly services: readonly ServiceTarget[];
}

/**
 * Reads the manifests that the config names: every graph in them, and the numbers of those that are to be planned.
 * @param at the time of the plan, which decides which floor of an autoscaler counts; undefined: the one of all hours.
 */
export async function loadFleet(cwd: string, config: Config, at?: Date): Promise<Result<LoadedFleet>> {
  const read = await readResolvedFleet(cwd, config);
  const { fleet, sources, files } = read;
  const problems: Problem[] = [...read.problems.map((problem) => withSynthHint(problem, config)), ...fleet.problems];
  const planned = new Set(config.deployments.map((deployment) => deployment.name));
  const pinFiles = new Map<string, InputDigest>();
  const found: { readonly graph: ResolvedGraph; readonly pins: GraphPins | undefined; readonly isPlanned: boolean }[] =
    [];
  for (const graph of fleet.graphs) {
    const isPlanned = planned.has(graph.view.name);
    const pins = isPlanned ? await readGraphPins(cwd, graph.policy, graph.view.name) : succeed(undefined);
    if (!pins.ok) {
      problems.push(...pins.error);
      continue;
    }
    const pinned = pins.value?.manifest;
    if (pinned !== undefined) pinFiles.set(pinned.file, { file: pinned.file, digest: pinned.digest });
    found.push({ graph, pins: pins.value, isPlanned });
  }
  if (problems.length > 0) return fail(...problems);

  const marks = found
    .filter(({ isPlanned }) => isPlanned)
    .flatMap(({ graph }) => placeFiles(graph, mappedTargets(config, graph)).flatMap(markFilesOf));
  // They say which files are output; a plan does not depend on what else they say.
  const marked = new Map(sources);
  await addFiles(cwd, marked, new Set(), marks);
  const resolved: ResolvedFleet = { ...fleet, sources: marked };
  const advice: string[] = [];
  const timed = found.map((one) => {
    if (at === undefined || !one.isPlanned) return one;
    const floors = scheduledFloors(resolved, one.graph, config, one.pins !== undefined, at);
    advice.push(...floors.advice);
    return { ...one, graph: { ...one.graph, owners: floors.owners } };
  });
  const named = withoutShared(
    timed.flatMap(({ graph, pins, isPlanned }) => {
      const targets = isPlanned ? serviceTargets(resolved, graph, pins, mappedTargets(config, graph)) : [];
      return targets.map((target) => ({ graph, name: serviceLabel(graph, target.service), target }));
    }),
    marked,
  );
  const byGraph = new Map<ResolvedGraph, ServiceTarget[]>();
  for (const { graph, target } of named) byGraph.set(graph, [...(byGraph.get(graph) ?? []), target]);
  const targetsOf = (graph: ResolvedGraph): readonly ServiceTarget[] => byGraph.get(graph) ?? [];
  const members = timed.map(({ graph }): FleetMember => {
    const { view, file, policy, owners } = graph;
    const numbers = new Map(targetsOf(graph).map(({ service, number }) => [service, number]));
    return { view, file, policy, owners, numbers };
  });
  // What a graph is rendered from is an input, wherever it lies.
  const inScope = new Set(files.map(({ file }) => file));
  const through = named.flatMap(({ target: { number } }) => (number.kind === 'located' ? (number.through ?? []) : []));
  const others = [...new Set(through)].filter((file) => !inScope.has(file) && file !== CONFIG_FILE).sort();
  const manifests = [...files, ...others.flatMap((file) => sources.get(file) ?? [])];
  return succeed({
    fleet: members,
    quotas: quotasOf(files, config),
    inputs: [...manifests.map(({ file, digest }) => ({ file, digest })), ...pinFiles.values()],
    targets: timed.filter(({ isPlanned }) => isPlanned).map(({ graph }) => ({ graph, services: targetsOf(graph) })),
    ...{ sources, notes: fleet.notes, advice },
  });
}

function serviceLabel({ view, build }: ResolvedGraph, service: string): string {
  const name = [view.namespace, view.name, service].filter((part) => part !== undefined).join('/');
  return build === undefined ? name : `${name} (${build.name})`;
}

/** What the config says of where the numbers of a graph are. */
function mappedTargets({ deployments }: Config, { view, policy }: ResolvedGraph): ReadonlyMap<string, NumberTarget> {
  const graph = { name: view.name, namespace: view.namespace, environment: policy?.environment };
  const deployment = deployments.find((one) => isNamedBy(one, graph));
  return new Map(
    Object.entries(deployment?.services ?? {}).flatMap(([service, { target }]) =>
      target === undefined ? [] : [[service, target] as const],
    ),
  );
}

/** ResourceQuotas on GPUs, each of the environment whose folder it stands in. */
function quotasOf(files: readonly ManifestFile[], { manifests }: Config): readonly QuotaBudget[] {
  return files.flatMap(({ file, documents }) =>
    documents.flatMap(({ value }) => {
      const quota = gpuQuotaOf(value);
      return quota === undefined ? [] : quotaBudgets(quota, environmentOfPath(file, manifests));
    }),
  );
}

function withSynthHint(problem: Problem, { manifests }: Config): Problem {
  const isNamed = problem.file !== undefined && manifests.includes(problem.file);
  return problem.code === 'not-found' && isNamed
    ? { ...problem, hint: 'run dynamo-gitops synth first, or set manifests in the config' }
    : problem;
}
