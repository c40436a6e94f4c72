import { type HeldItem, isDnsLabel, type Result, succeed } from '../../api/index.ts';
import type { ReplicaLimits } from '../guardrails/index.ts';
import { citeQueries, cutSeries, type FoundSeries } from '../metrics/index.ts';
import { type JudgedMetrics, judgeMetrics, type MetricsNeeds } from '../quality/index.ts';
import { metricsNeeds, type SizedService, type StrategyContext, serviceMetricsNeeds } from '../strategies/index.ts';
import { declaredSla } from './declared-sla.ts';
import { guardGraph, type JudgedService } from './guard-graph.ts';
import type { PlanSetting } from './input.ts';
import { limitsOf } from './limits-of.ts';
import { type OwnStrategy, ownStrategies } from './own-strategies.ts';
import { type PlaceableGraph, placeKey, placeOf } from './place.ts';
import { heldItem, type PlannedGraph } from './planned-graph.ts';
import { qualityQuestion } from './quality-question.ts';
import type { SelectedGraph } from './select-graphs.ts';
import { sizeGraph, sizeService } from './size-graph.ts';

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
  const own = ownStrategies(graph, metrics);
  if (!own.ok) return own;
  const sized = sizedByGraph(graph, metrics, own.value, { setting, limits: limits.value });
  if (!sized.ok) return sized;
  const alone = own.value.map((one) => sizedAlone(graph, metrics, one, { setting, limits: limits.value }));
  const all = [sized.value, ...alone];
  const guarded = guardGraph(
    graph,
    all.flatMap(({ services }) => services),
    limits.value,
    setting,
  );
  const held = [...all.flatMap((one) => one.held), ...guarded.held];
  // What nobody asked to plan is not held back by anything.
  const isAsked = ({ service }: HeldItem): boolean =>
    own.value.find((one) => one.service.name === service)?.isAsked ?? true;
  return succeed({ graph, services: guarded.services, held: held.filter(isAsked) });
}

interface LimitedSetting {
  readonly setting: PlanSetting;
  readonly limits: ReadonlyMap<string, ReplicaLimits>;
}

interface JudgedSizes {
  readonly services: readonly JudgedService[];
  readonly held: readonly HeldItem[];
}

/** The graph's strategy. Where it is held, so are all services that have none of their own. */
function sizedByGraph(
  graph: PlaceableGraph,
  metrics: FoundSeries,
  own: readonly OwnStrategy[],
  { setting, limits }: LimitedSetting,
): Result<JudgedSizes> {
  const judged = judgedFor(metricsNeeds(graph.deployment.strategy), graph, metrics, setting);
  const sized = sizeGraph(strategyContext(graph, judged, setting, limits));
  if (!sized.ok) return sized;
  if (sized.value.kind === 'held') {
    const others = graph.member.view.services
      .map(({ name }) => name)
      .filter((name) => !own.some(({ service }) => service.name === name));
    const { code, reason } = sized.value;
    return succeed({ services: [], held: [heldItem(graph, null, code, reason, others)] });
  }
  const { services, held = [] } = sized.value;
  return succeed({
    services: services.map((one) => withJudgement(one, judged, metrics, graph)),
    held: held.map(({ service, code, reason }) => heldItem(graph, service, code, reason)),
  });
}

/** A service's own strategy, which holds nothing but that service. */
function sizedAlone(
  graph: PlaceableGraph,
  metrics: FoundSeries,
  { service, strategy }: OwnStrategy,
  { setting, limits }: LimitedSetting,
): JudgedSizes {
  const needs = serviceMetricsNeeds(strategy);
  const recent = needs === undefined ? metrics : recentMetrics(metrics, needs, setting.at.getTime());
  const judged = judgedFor(needs, graph, recent, setting);
  const sized = sizeService(strategy, service, strategyContext(graph, judged, setting, limits));
  return sized.kind === 'held'
    ? { services: [], held: [heldItem(graph, service.name, sized.code, sized.reason)] }
    : { services: [withJudgement(sized, judged, metrics, graph)], held: [] };
}

/** Buckets before those with a part in a decision, which show how well the graph is measured. */
const LOOK_BACK = 60;

/** A week of minutes is looked through once for the graph, and not again for each service that forgets it within minutes. */
function recentMetrics(found: FoundSeries, needs: MetricsNeeds, atMs: number): FoundSeries {
  if (found.kind === 'unavailable') return found;
  const { series } = found;
  const seconds = Math.max(needs.decidingSeconds, needs.memorySeconds) + LOOK_BACK * series.bucketSeconds;
  const recent = cutSeries(series, atMs - seconds * 1000, atMs);
  return recent.length === 0 ? found : { kind: 'series', series: recent };
}

/** A strategy that does not look at metrics is not stopped by them. */
function judgedFor(
  needs: MetricsNeeds | undefined,
  graph: PlaceableGraph,
  metrics: FoundSeries,
  setting: PlanSetting,
): JudgedMetrics {
  if (needs === undefined) return { metrics, doubts: [], notes: [] };
  return judgeMetrics(metrics, qualityQuestion(graph, needs, setting));
}

function withJudgement(
  sized: SizedService,
  judged: JudgedMetrics,
  metrics: FoundSeries,
  { member, deployment, name, configPath }: PlaceableGraph,
): JudgedService {
  const sla = declaredSla(member.policy?.sla, deployment.sla, name, configPath);
  const { loss } = judged;
  const isBounded = sized.atWorst !== undefined && judged.doubts.length === 0;
  return {
    ...sized,
    // What nobody can tell the most of may have been anything.
    doubts: loss === undefined || isBounded ? judged.doubts : [...judged.doubts, loss.words],
    ...(loss !== undefined && isBounded ? { loss: loss.words } : {}),
    ...{ reasons: citeQueries([...judged.notes, ...sized.reasons], metrics) },
    sla: sla.ok ? sla.value : undefined,
    series: judged.metrics.kind === 'series' ? judged.metrics.series : undefined,
  };
}

function wholly(graph: SelectedGraph, code: HeldItem['code'], reason: string): PlannedGraph {
  return { graph, services: [], held: [heldItem(graph, null, code, reason)] };
}

function strategyContext(
  graph: PlaceableGraph,
  { metrics, doubts, loss }: JudgedMetrics,
  setting: PlanSetting,
  limits: ReadonlyMap<string, ReplicaLimits>,
): StrategyContext {
  const { name, namespace, environment, member, deployment, configPath } = graph;
  return {
    graph: { name, namespace, environment },
    ...{ view: member.view, owners: member.owners, deployment, configPath, metrics },
    // While no number is lowered anyway, the most that it could be is nobody's question.
    lost: doubts.length > 0 ? undefined : loss?.marks,
    ceilings: new Map(
      [...limits].flatMap(([service, { max }]) => (max === undefined ? [] : [[service, max.replicas]])),
    ),
    sla: declaredSla(member.policy?.sla, deployment.sla, name, configPath),
    atMs: setting.at.getTime(),
    profiles: setting.profiles,
    fitted: setting.fitted?.get(placeKey(graph)),
    ...{ status: setting.status, history: setting.history, parentGraph: setting.parentGraph },
  };
}
