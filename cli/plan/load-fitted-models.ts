import {
  type Config,
  type FittedModel,
  fail,
  fittedModelPath,
  fittedModelSchema,
  forecastOf,
  type InputDigest,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { type FleetMember, type PlaceableGraph, placeKey, placeOf, selectGraphs } from '../../planner/index.ts';
import { type ReadDocument, readDocument } from './read-document.ts';

export interface LoadedFittedModels {
  /** By {@link placeKey}. */
  readonly models: ReadonlyMap<string, FittedModel>;
  /** In the order of the fleet. */
  readonly inputs: readonly InputDigest[];
}

/** Where the fitted model of a graph is: what its strategy names, else the usual place. */
export function fittedModelFile({ deployment, member, name, namespace, environment }: PlaceableGraph): string {
  const named = forecastOf(deployment.strategy)?.model;
  return named ?? fittedModelPath({ app: member.policy?.app, environment, namespace, deployment: name });
}

/**
 * Reads what `fit` wrote of the graphs whose strategy forecasts. A graph that was never fitted has none; a file that a
 * strategy names must be there, and a file of another graph is refused.
 */
export async function loadFittedModels(
  cwd: string,
  config: Config,
  fleet: readonly FleetMember[],
): Promise<Result<LoadedFittedModels>> {
  const selected = selectGraphs(config, fleet);
  // What does not fit together is said where the graphs are planned.
  const graphs = selected.ok ? selected.value.flatMap(forecastGraph) : [];
  const problems: Problem[] = [];
  const inputs: InputDigest[] = [];
  const models = new Map<string, FittedModel>();
  for (const graph of graphs) {
    const read = await readFittedModel(cwd, graph);
    if (!read.ok) {
      problems.push(...read.error);
    } else if (read.value !== undefined) {
      models.set(placeKey(graph), read.value.value);
      inputs.push(read.value.input);
    }
  }
  return problems.length > 0 ? fail(...problems) : succeed({ models, inputs });
}

function forecastGraph(graph: Parameters<typeof placeOf>[0]): readonly PlaceableGraph[] {
  const { deployment } = graph;
  if (deployment === undefined || forecastOf(deployment.strategy) === undefined) return [];
  const place = placeOf(graph);
  return place.ok ? [{ ...graph, ...place.value, deployment }] : [];
}

async function readFittedModel(
  cwd: string,
  graph: PlaceableGraph,
): Promise<Result<ReadDocument<FittedModel> | undefined>> {
  const file = fittedModelFile(graph);
  const isNamed = forecastOf(graph.deployment.strategy)?.model !== undefined;
  const read = await readDocument(cwd, file, fittedModelSchema);
  if (!read.ok) {
    const isMissing = read.error.every(({ code }) => code === 'not-found');
    if (isMissing && !isNamed) return succeed(undefined);
    const hint = 'run dynamo-gitops fit to write it';
    return isMissing ? fail(...read.error.map((problem) => ({ ...problem, hint }))) : read;
  }
  const fitted = read.value.value;
  const [mine, theirs] = [placeKey(graph), placeKey({ ...fitted, name: fitted.deployment })];
  if (mine === theirs) return read;
  const message = `is the fitted model of ${theirs}, not of ${mine}`;
  return fail({ code: 'conflict', file, message, hint: 'run dynamo-gitops fit to write a new one' });
}
