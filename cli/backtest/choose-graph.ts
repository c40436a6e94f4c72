import { fail, type Result, succeed } from '../../api/index.ts';
import { candidateOf, type PlaceableGraph, type PlanSetting, selectGraphs } from '../../planner/index.ts';

/** The graph that is named, or the only one that the config has. */
export function chooseGraph(
  { config, fleet }: Pick<PlanSetting, 'config' | 'fleet'>,
  said: string | undefined,
): Result<PlaceableGraph> {
  const selected = selectGraphs(config, fleet);
  if (!selected.ok) return selected;
  const graphs: PlaceableGraph[] = [];
  for (const one of selected.value) {
    if (one.deployment === undefined) continue;
    const candidate = candidateOf(one);
    if (!candidate.ok) return candidate;
    if (candidate.value.kind === 'candidate') graphs.push(candidate.value.graph);
  }
  const [name = '', namespace, environment, ...rest] = (said ?? '').split('/').reverse();
  const mine = graphs.filter(
    (graph) =>
      rest.length === 0 &&
      (said === undefined || graph.name === name) &&
      (namespace === undefined || graph.namespace === namespace) &&
      (environment === undefined || graph.environment === environment),
  );
  const [only, second] = mine;
  if (only !== undefined && second === undefined) return succeed(only);
  const words = graphs.map((graph) => `${graph.environment}/${graph.namespace}/${graph.name}`).sort();
  const hint = words.length === 0 ? 'add one to deployments of the config' : `there are: ${words.join(', ')}`;
  if (said === undefined) {
    const message = only === undefined ? 'the config has no deployment' : `the config has ${mine.length} deployments`;
    return fail({ code: 'usage', message, hint: only === undefined ? hint : `choose with --deployment; ${hint}` });
  }
  const what = only === undefined ? 'names no graph of the config' : `names ${mine.length} graphs of the config`;
  return fail({ code: 'not-found', message: `--deployment ${JSON.stringify(said)} ${what}`, hint });
}
