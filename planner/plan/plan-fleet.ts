import {
  dynamoNamespace,
  fail,
  type Plan,
  type PlanShard,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { type FoundSeries, type MetricsSource, metricsInput, type SeriesRequest } from '../metrics/index.ts';
import { completePlan } from './complete-plan.ts';
import type { PlanSetting } from './input.ts';
import type { PlaceableGraph } from './place.ts';
import { type Candidate, candidateOf, planGraph } from './plan-graph.ts';
import type { PlannedGraph } from './planned-graph.ts';
import { selectGraphs } from './select-graphs.ts';

export interface FleetRun {
  readonly source: MetricsSource;
  /** Graphs whose metrics are read at the same time; each is dropped as soon as it is planned. */
  readonly concurrency: number;
  /** Called after each graph. */
  readonly onPlanned: (done: number, all: number) => void;
}

/** A graph with its place in the order of the fleet, from 0. */
export interface PlacedPlan {
  readonly position: number;
  readonly planned: PlannedGraph;
}

/**
 * Plans a fleet graph by graph, so that the metrics of only a few are in memory at a time. The order in which graphs are
 * read has no part in the plan.
 * @returns a problem where the source fails as a whole, or where config and manifests contradict each other.
 */
export async function planFleet(setting: PlanSetting, run: FleetRun): Promise<Result<Plan>> {
  const planned = await planGraphs(setting, run, { index: 1, count: 1 });
  if (!planned.ok) return planned;
  const metrics = metricsInput([run.source.evidence()]);
  if (!metrics.ok) return metrics;
  return succeed(
    completePlan(
      planned.value.map((one) => one.planned),
      setting,
      metrics.value,
    ),
  );
}

/** Plans every graph of one part of the fleet on its own: each `count`-th, beginning with the one at `index`, from 1. */
export async function planGraphs(
  setting: PlanSetting,
  run: FleetRun,
  shard: PlanShard['shard'],
): Promise<Result<readonly PlacedPlan[]>> {
  const selected = selectGraphs(setting.config, setting.fleet);
  if (!selected.ok) return selected;
  const problems: Problem[] = [];
  const candidates: { readonly position: number; readonly candidate: Candidate }[] = [];
  for (const [position, graph] of selected.value.entries()) {
    const candidate = candidateOf(graph);
    if (!candidate.ok) problems.push(...candidate.error);
    else if (position % shard.count === shard.index - 1) candidates.push({ position, candidate: candidate.value });
  }
  if (problems.length > 0) return fail(...problems);

  const planned: PlacedPlan[] = [];
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    for (let index = next++; index < candidates.length && problems.length === 0; index = next++) {
      const one = candidates[index];
      if (one === undefined) return;
      const result = await planCandidate(one.candidate, setting, run.source);
      if (result.ok) planned[index] = { position: one.position, planned: result.value };
      else problems.push(...result.error);
      done += 1;
      run.onPlanned(done, candidates.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, run.concurrency) }, work));
  return problems.length > 0 ? fail(...problems) : succeed(planned);
}

async function planCandidate(
  candidate: Candidate,
  setting: PlanSetting,
  source: MetricsSource,
): Promise<Result<PlannedGraph>> {
  if (candidate.kind === 'held') return succeed(candidate.planned);
  const request = seriesRequest(candidate.graph, setting);
  const metrics: Result<FoundSeries> = await source.read(request);
  return metrics.ok ? planGraph(candidate.graph, metrics.value, setting) : metrics;
}
/** What a plan asks of a source for one graph: whole buckets up to the time that the plan speaks of. */
export function seriesRequest(
  graph: PlaceableGraph,
  { at, config }: Pick<PlanSetting, 'at' | 'config'>,
): SeriesRequest {
  const { view } = graph.member;
  const { bucketSeconds, historyHours } = config.metrics;
  const bucketMs = bucketSeconds * 1000;
  const endMs = Math.floor(at.getTime() / bucketMs) * bucketMs;
  const named = view.services.find((service) => service.modelName !== undefined);
  return {
    graph: {
      ...{ name: graph.name, namespace: graph.namespace, environment: graph.environment },
      dynamoNamespace: view.metricsNamespace ?? dynamoNamespace(graph.namespace, graph.name, false),
      model: graph.deployment.model ?? named?.modelName,
      services: view.services,
    },
    startMs: endMs - Math.round((historyHours * 3_600_000) / bucketMs) * bucketMs,
    ...{ endMs, bucketSeconds },
  };
}
