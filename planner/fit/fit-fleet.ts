import { DEFAULT_FORECAST, fail, forecastOf, type Problem, type Result, succeed } from '../../api/index.ts';
import type { MetricsSource } from '../metrics/index.ts';
import {
  candidateOf,
  type PlaceableGraph,
  type PlanSetting,
  placeOf,
  selectGraphs,
  seriesRequest,
} from '../plan/index.ts';
import { fitGraph, type GraphFit } from './fit-graph.ts';

/** One graph of the config and what became of it. */
export interface FleetFit {
  readonly graph: PlaceableGraph;
  readonly fit: GraphFit;
}

export interface FitRun {
  readonly source: MetricsSource;
  /** Called after each graph, one at a time, in the order of the fleet; the next graph waits for it. */
  readonly onFitted: (fitted: FleetFit, done: number, all: number) => Promise<Result<void>>;
}

/**
 * Fits every graph that the config names, one after the other, so that the metrics of only one are in memory. A graph with
 * too little history is refused with the reason, and the others go on.
 * @returns a problem where the source fails as a whole, or where config and manifests contradict each other.
 */
export async function fitFleet(
  setting: Pick<PlanSetting, 'at' | 'config' | 'fleet'>,
  { source, onFitted }: FitRun,
): Promise<Result<void>> {
  const selected = selectGraphs(setting.config, setting.fleet);
  if (!selected.ok) return selected;
  const problems: Problem[] = [];
  const graphs: { readonly graph: PlaceableGraph; readonly refusal: string | undefined }[] = [];
  for (const one of selected.value) {
    const { deployment } = one;
    const candidate = candidateOf(one);
    const place = placeOf(one);
    if (!candidate.ok) problems.push(...candidate.error);
    if (!candidate.ok || !place.ok || deployment === undefined) continue;
    const refusal = candidate.value.kind === 'held' ? candidate.value.planned.held[0]?.reason : undefined;
    graphs.push({ graph: { ...one, ...place.value, deployment }, refusal });
  }
  if (problems.length > 0) return fail(...problems);
  for (const [index, { graph, refusal }] of graphs.entries()) {
    const fit: Result<GraphFit> =
      refusal === undefined ? await fitOne(graph, setting, source) : succeed({ kind: 'refused', reason: refusal });
    if (!fit.ok) return fit;
    const taken = await onFitted({ graph, fit: fit.value }, index + 1, graphs.length);
    if (!taken.ok) return taken;
  }
  return succeed(undefined);
}

async function fitOne(
  graph: PlaceableGraph,
  setting: Pick<PlanSetting, 'at' | 'config'>,
  source: MetricsSource,
): Promise<Result<GraphFit>> {
  const request = seriesRequest(graph, setting);
  const metrics = await source.read(request);
  if (!metrics.ok) return metrics;
  if (metrics.value.kind === 'unavailable') return succeed({ kind: 'refused', reason: metrics.value.reason });
  const { model } = metrics.value.series;
  if (request.graph.model !== undefined && model.toLowerCase() !== request.graph.model.toLowerCase()) {
    const reason = `the metrics are of the model "${model}", and the graph serves "${request.graph.model}"`;
    return succeed({ kind: 'refused', reason });
  }
  const forecast = forecastOf(graph.deployment.strategy) ?? DEFAULT_FORECAST;
  const { name, namespace, environment } = graph;
  return succeed(fitGraph(metrics.value.series, { name, namespace, environment, forecast, at: setting.at }));
}
