import { type HeldItem, isDnsLabel, type Result, succeed } from '../../api/index.ts';
import { citeQueries, type FoundSeries } from '../metrics/index.ts';
import { judgeMetrics } from '../quality/index.ts';
import type { StrategyContext } from '../strategies/index.ts';
import { declaredSla } from './declared-sla.ts';
import { guardGraph, limitsOf } from './guard-graph.ts';
import type { PlanSetting } from './input.ts';
import { type PlaceableGraph, placeKey, placeOf } from './place.ts';
import { heldItem, type PlannedGraph } from './planned-graph.ts';
import { qualityQuestion } from './quality-question.ts';
import type { SelectedGraph } from './select-graphs.ts';
import { sizeGraph } from './size-graph.ts';

/** A graph whose metrics are worth reading, or one whose numbers stay whatever they say. */
export type Candidate =
  | { readonly kind: 'candidate'; readonly graph: PlaceableGraph }
  | { readonly kind: 'held'; readonly planned: PlannedGraph };

/**
 * Whether a graph can be planned at all.
 * @returns a problem where neither manifest nor config says where it runs.
 */
export function candidateOf(graph: SelectedGraph): Result<Candidate> {
  const held = (code: HeldItem['code'], reason: string): Result<Candidate> =>
    succeed({ kind: 'held', planned: wholly(graph, code, reason) });
  const { deployment } = graph;
  if (deployment === undefined) return held('not-planned', 'no deployment of the config names it');
  const place = placeOf(graph);
  if (!place.ok) return place;
  if (!isDnsLabel(place.value.namespace)) {
    const reason = `${JSON.stringify(place.value.namespace)} is not a namespace that Kubernetes accepts`;
    return held('invalid-deployment', reason);
  }
  return succeed({ kind: 'candidate', graph: { ...graph, ...place.value, deployment } });
}

/** Plans one graph on its own, before it shares a budget with others. Pure. */
export function planGraph(graph: PlaceableGraph, metrics: FoundSeries, setting: PlanSetting): Result<PlannedGraph> {
  const limits = limitsOf(graph);
  if (!limits.ok) return limits;
  const judged = judgeMetrics(metrics, qualityQuestion(graph, setting));
  const sized = sizeGraph(strategyContext(graph, judged.metrics, setting));
  if (!sized.ok) return sized;
  if (sized.value.kind === 'held') return succeed(wholly(graph, sized.value.code, sized.value.reason));
  const noted = sized.value.services.map((one) => ({
    ...one,
    reasons: citeQueries([...judged.notes, ...one.reasons], metrics),
  }));
  return succeed({ graph, ...guardGraph(graph, noted, limits.value, judged.doubts, setting) });
}

function wholly(graph: SelectedGraph, code: HeldItem['code'], reason: string): PlannedGraph {
  return { graph, services: [], held: [heldItem(graph, null, code, reason)] };
}

function strategyContext(graph: PlaceableGraph, metrics: FoundSeries, setting: PlanSetting): StrategyContext {
  const { name, namespace, environment, member, deployment, configPath } = graph;
  return {
    graph: { name, namespace, environment },
    ...{ view: member.view, owners: member.owners, deployment, configPath, metrics },
    sla: declaredSla(member.policy?.sla, deployment.sla, name, configPath),
    atMs: setting.at.getTime(),
    profiles: setting.profiles,
    fitted: setting.fitted?.get(placeKey(graph)),
    ...{ status: setting.status, history: setting.history, parentGraph: setting.parentGraph },
  };
}
