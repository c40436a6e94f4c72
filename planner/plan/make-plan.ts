import {
  fail,
  type HeldItem,
  isDnsLabel,
  isWorkerRole,
  type Plan,
  type PlanTarget,
  type Problem,
  type Result,
  SCHEMA_VERSION,
  sealPlan,
  succeed,
} from '../../api/index.ts';
import { type BudgetCut, type BudgetedGraph, fitBudgets, type Known, ledgerEntry } from '../budget/index.ts';
import { type FoundSeries, findSeries } from '../metrics/index.ts';
import { type StrategyContext, workerGpus } from '../strategies/index.ts';
import { currentReplicas } from './current-number.ts';
import { declaredSla } from './declared-sla.ts';
import { guardService, limitsOf } from './guard-service.ts';
import type { PlanInput, PlanSetting } from './input.ts';
import { type Place, type PlaceableGraph, placeOf } from './place.ts';
import { compare, type SelectedGraph, selectGraphs } from './select-graphs.ts';
import { sizeGraph } from './size-graph.ts';

/**
 * Metrics, manifests and config to targets with their reasons. Pure and deterministic: nothing but the input decides, and
 * the order of graphs in it does not.
 * @returns a problem where config and manifests contradict each other; whatever else stands in the way of a number holds
 * that number, with the reason, and leaves the rest alone.
 */
export function makePlan({ series, ...setting }: PlanInput): Result<Plan> {
  const selected = selectGraphs(setting.config, setting.fleet);
  if (!selected.ok) return selected;
  const problems: Problem[] = [];
  const graphs = selected.value.flatMap((graph): readonly PlannedGraph[] => {
    const planned = planGraph(graph, (place) => findSeries(series, { ...place, name: graph.name }), setting);
    if (planned.ok) return [planned.value];
    problems.push(...planned.error);
    return [];
  });
  return problems.length > 0 ? fail(...problems) : succeed(completePlan(graphs, setting));
}

/** What the strategy and the guardrails say of one graph, before it shares a budget with others. */
export interface PlannedGraph {
  readonly graph: SelectedGraph;
  readonly services: readonly { readonly target: PlanTarget; readonly min: number }[];
  readonly held: readonly HeldItem[];
}

/** Fits what the graphs want, each on its own, into the budgets that they share. `graphs` is all of the fleet. */
export function completePlan(graphs: readonly PlannedGraph[], setting: PlanSetting): Plan {
  const budgets = setting.config.budgets.toSorted((a, b) => compare(a.name, b.name));
  const fitted = fitBudgets(graphs.map(budgetedGraph), budgets);
  const final = graphs.map((planned, index) =>
    afterBudgets(
      planned,
      fitted.cuts.filter((cut) => cut.graph === index),
    ),
  );
  const atMs = setting.at.getTime();
  return sealPlan({
    schemaVersion: SCHEMA_VERSION,
    kind: 'plan',
    createdAt: setting.at.toISOString(),
    expiresAt: new Date(atMs + setting.config.proposals.expiresAfterHours * 3_600_000).toISOString(),
    inputs: setting.inputs,
    targets: final.flatMap(({ services }) => services.map(({ target }) => target)),
    held: final.flatMap(({ held }) => held),
    ledger: budgets.map((budget) => ledgerEntry(budget, fitted.graphs)),
  });
}

/** Plans one graph on its own. `metricsOf` is asked only for a graph that is to be planned. */
export function planGraph(
  graph: SelectedGraph,
  metricsOf: (place: Place) => FoundSeries,
  setting: PlanSetting,
): Result<PlannedGraph> {
  const holdAll = (code: HeldItem['code'], reason: string): Result<PlannedGraph> =>
    succeed({ graph, services: [], held: [heldItem(graph, null, code, reason)] });
  const { deployment } = graph;
  if (deployment === undefined) return holdAll('not-planned', 'no deployment of the config names it');
  const place = placeOf(graph);
  if (!place.ok) return place;
  if (!isDnsLabel(place.value.namespace)) {
    const reason = `${JSON.stringify(place.value.namespace)} is not a namespace that Kubernetes accepts`;
    return holdAll('invalid-deployment', reason);
  }
  const placed: PlaceableGraph = { ...graph, ...place.value, deployment };
  const limits = limitsOf(placed);
  if (!limits.ok) return limits;
  const sized = sizeGraph(strategyContext(placed, metricsOf(place.value), setting));
  if (!sized.ok) return sized;
  if (sized.value.kind === 'held') return holdAll(sized.value.code, sized.value.reason);
  const services: { readonly target: PlanTarget; readonly min: number }[] = [];
  const held: HeldItem[] = [];
  for (const one of sized.value.services) {
    const found = limits.value.get(one.service.name);
    if (found === undefined) continue;
    const guarded = guardService(placed, one, found, setting);
    if (guarded.kind === 'target') services.push({ target: guarded.target, min: guarded.min });
    else held.push(heldItem(graph, one.service.name, guarded.code, guarded.reason));
  }
  return succeed({ graph, services, held });
}

function strategyContext(graph: PlaceableGraph, metrics: FoundSeries, setting: PlanSetting): StrategyContext {
  const { name, namespace, environment, member, deployment, configPath } = graph;
  return {
    graph: { name, namespace, environment },
    ...{ view: member.view, owners: member.owners, deployment, configPath, metrics },
    sla: declaredSla(member.policy?.sla, deployment.sla, name, configPath),
    atMs: setting.at.getTime(),
    profiles: setting.profiles,
    ...{ status: setting.status, history: setting.history, parentGraph: setting.parentGraph },
  };
}

/** A graph's targets with what the budgets left of them. */
function afterBudgets({ graph, services, held }: PlannedGraph, cuts: readonly BudgetCut[]): PlannedGraph {
  const named = cuts.map((cut) => ({ ...cut, name: graph.member.view.services[cut.service]?.name }));
  return {
    graph,
    services: services.map(({ target, min }) => {
      const marks = named.filter(({ name }) => name === target.service).map(({ mark }) => mark);
      const last = marks.at(-1);
      if (last === undefined) return { target, min };
      return { target: { ...target, target: last.to, guardrails: [...target.guardrails, ...marks] }, min };
    }),
    held: [
      ...held,
      ...named.flatMap(({ name, held: refused }) =>
        name === undefined || refused === undefined ? [] : [heldItem(graph, name, refused.code, refused.reason)],
      ),
    ],
  };
}

function heldItem(
  { name, namespace, environment, member }: SelectedGraph,
  service: string | null,
  code: HeldItem['code'],
  reason: string,
): HeldItem {
  return {
    deployment: name,
    namespace: namespace !== undefined && isDnsLabel(namespace) ? namespace : null,
    environment: environment ?? null,
    service,
    ...(service === null ? { services: member.view.services.map((one) => one.name) } : {}),
    code,
    reason,
  };
}

/** A graph as the budgets see it, with all its services, whether they are planned or not. */
function budgetedGraph({ graph, services }: PlannedGraph): BudgetedGraph {
  const { member, name, namespace, environment } = graph;
  return {
    ...{ name, namespace, environment },
    services: member.view.services.map((service) => {
      const planned = services.find((one) => one.target.service === service.name);
      const isSized = graph.deployment !== undefined && isWorkerRole(service.role);
      const gpus = isSized ? workerGpus(service) : service.gpusPerReplica;
      const gpusPerReplica: Known<number> =
        gpus.kind === 'known' ? { kind: 'known', value: gpus.count } : { kind: 'unknown', reason: gpus.reason };
      return {
        name: service.name,
        current: currentReplicas(service, member.owners.get(service.name)),
        gpusPerReplica,
        target: planned?.target.target,
        min: planned?.min ?? 0,
      };
    }),
  };
}
