import {
  DEFAULT_FORECAST,
  type FittedLatePrice,
  type ForecastSetting,
  fail,
  forecastOf,
  type PlanReason,
  type Problem,
  type Result,
  type StrategySettings,
  succeed,
} from '../../api/index.ts';
import type { MetricsSource, TrafficSeries } from '../metrics/index.ts';
import {
  candidateOf,
  type PlaceableGraph,
  type PlanSetting,
  placeOf,
  qualityQuestion,
  selectGraphs,
  seriesRequest,
} from '../plan/index.ts';
import { judgeMetrics, type MetricsNeeds } from '../quality/index.ts';
import { counted } from '../quantity.ts';
import { metricsNeeds } from '../strategies/index.ts';
import { fitGraph, type GraphFit } from './fit-graph.ts';

/** One graph of the config and what became of it. */
export interface FleetFit {
  readonly graph: PlaceableGraph;
  readonly fit: GraphFit;
}

/** What a late request costs a graph, as its own history speaks for it. */
export type PriceFit =
  | { readonly kind: 'fitted'; readonly price: FittedLatePrice }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Its strategy has no price, or the config sets it. */
  | { readonly kind: 'none' };

export interface FitRun {
  readonly source: MetricsSource;
  /** Chooses the price of a graph by what was measured of it. */
  readonly priceOf: (graph: PlaceableGraph, series: TrafficSeries) => PriceFit;
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
  { source, priceOf, onFitted }: FitRun,
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
      refusal === undefined
        ? await fitOne(graph, setting, { source, priceOf })
        : succeed({ kind: 'refused', reason: refusal });
    if (!fit.ok) return fit;
    const taken = await onFitted({ graph, fit: fit.value }, index + 1, graphs.length);
    if (!taken.ok) return taken;
  }
  return succeed(undefined);
}

async function fitOne(
  graph: PlaceableGraph,
  setting: Pick<PlanSetting, 'at' | 'config'>,
  { source, priceOf }: Pick<FitRun, 'source' | 'priceOf'>,
): Promise<Result<GraphFit>> {
  const request = seriesRequest(graph, setting);
  const metrics = await source.read(request);
  if (!metrics.ok) return metrics;
  if (metrics.value.kind === 'unavailable') return succeed({ kind: 'refused', reason: metrics.value.reason });
  const forecast = forecastOf(graph.deployment.strategy) ?? DEFAULT_FORECAST;
  const { name, namespace, environment } = graph;
  // What a plan would not be made on, a model is not learned from.
  const judged = judgeMetrics(
    metrics.value,
    qualityQuestion(graph, fitNeeds(graph.deployment.strategy, forecast), setting),
  );
  if (judged.metrics.kind === 'unavailable') return succeed({ kind: 'refused', reason: judged.metrics.reason });
  const fit = fitGraph(judged.metrics.series, { name, namespace, environment, forecast, at: setting.at });
  if (fit.kind === 'refused') return succeed(fit);
  const notes = judged.notes.flatMap(cutWords);
  const priced = priceOf(graph, metrics.value.series);
  switch (priced.kind) {
    case 'fitted':
      return succeed({ ...fit, notes, model: { ...fit.model, latePrice: priced.price } });
    case 'refused':
      return succeed({ ...fit, notes, refusedPrice: priced.reason });
    case 'none':
      return succeed({ ...fit, notes });
  }
}

/** What was cut from the metrics; what else was noticed is a plan's business. */
function cutWords({ name, value, explanation }: PlanReason): readonly string[] {
  if (name === 'impossibleValues') return [explanation];
  if (name !== 'missingBuckets' || value === null) return [];
  const lost = `${counted(value, 'bucket')} without data, or with too few scrapes`;
  return [`${lost}; short gaps hold what their neighbours say, and longer ones teach nothing`];
}

/** What the strategy needs, of all the history; where it forecasts nothing itself, what forecasts are made of. */
function fitNeeds(strategy: StrategySettings, { leadSeconds, holdSeconds }: ForecastSetting): MetricsNeeds {
  const own = metricsNeeds(strategy);
  const memorySeconds = Number.POSITIVE_INFINITY;
  if (own?.required.includes('requestCount')) {
    return { required: own.required, used: own.used, decidingSeconds: own.decidingSeconds, memorySeconds };
  }
  const decidingSeconds = Math.min(leadSeconds, holdSeconds);
  return { required: ['requestCount', 'islTokens', 'oslTokens'], used: [], decidingSeconds, memorySeconds };
}
