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
import { recordedSeries, type TrafficSeries } from '../metrics/index.ts';
import { currentReplicas } from './current-number.ts';
import { guardService, limitsOf } from './guard-service.ts';
import type { PlanInput } from './input.ts';
import { placeOf } from './place.ts';
import { compare, type SelectedGraph, selectGraphs } from './select-graphs.ts';
import { sizeGraph } from './size-graph.ts';
import { workerGpus } from './worker-gpus.ts';

/**
 * Metrics, manifests and config to targets with their reasons. Pure and deterministic: nothing but the input decides, and
 * the order of graphs in it does not.
 * @returns a problem where config and manifests contradict each other; whatever else stands in the way of a number holds
 * that number, with the reason, and leaves the rest alone.
 */
export function makePlan(input: PlanInput): Result<Plan> {
  const selected = selectGraphs(input.config, input.fleet);
  if (!selected.ok) return selected;
  const series = recordedSeries(input.recording);
  const problems: Problem[] = [];
  const graphs = selected.value.map((graph): PlannedGraph => {
    const planned = planGraph(graph, series, input);
    if (planned.ok) return planned.value;
    problems.push(...planned.error);
    return { graph, services: [], held: [] };
  });
  if (problems.length > 0) return fail(...problems);

  const budgets = input.config.budgets.toSorted((a, b) => compare(a.name, b.name));
  const fitted = fitBudgets(graphs.map(budgetedGraph), budgets);
  const final = graphs.map((planned, index) =>
    afterBudgets(
      planned,
      fitted.cuts.filter((cut) => cut.graph === index),
    ),
  );
  const atMs = input.at.getTime();
  return succeed(
    sealPlan({
      schemaVersion: SCHEMA_VERSION,
      kind: 'plan',
      createdAt: input.at.toISOString(),
      expiresAt: new Date(atMs + input.config.proposals.expiresAfterHours * 3_600_000).toISOString(),
      inputs: input.inputs,
      targets: final.flatMap(({ services }) => services.map(({ target }) => target)),
      held: final.flatMap(({ held }) => held),
      ledger: budgets.map((budget) => ledgerEntry(budget, fitted.graphs)),
    }),
  );
}

interface PlannedGraph {
  readonly graph: SelectedGraph;
  readonly services: readonly { readonly target: PlanTarget; readonly min: number }[];
  readonly held: readonly HeldItem[];
}

function planGraph(graph: SelectedGraph, series: readonly TrafficSeries[], input: PlanInput): Result<PlannedGraph> {
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
  const placed = { ...graph, ...place.value, deployment };
  const limits = limitsOf(placed);
  if (!limits.ok) return limits;
  const sized = sizeGraph(placed, series, input);
  if (!sized.ok) return sized;
  if (sized.value.kind === 'held') return holdAll(sized.value.code, sized.value.reason);
  const services: { readonly target: PlanTarget; readonly min: number }[] = [];
  const held: HeldItem[] = [];
  for (const one of sized.value.services) {
    const found = limits.value.get(one.service.name);
    if (found === undefined) continue;
    const guarded = guardService(placed, one, found, input);
    if (guarded.kind === 'target') services.push({ target: guarded.target, min: guarded.min });
    else held.push(heldItem(graph, one.service.name, guarded.code, guarded.reason));
  }
  return succeed({ graph, services, held });
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
