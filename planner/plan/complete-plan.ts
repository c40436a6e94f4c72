import {
  isWorkerRole,
  type LedgerEntry,
  type Plan,
  SCHEMA_VERSION,
  type StrategySettings,
  sealPlan,
} from '../../api/index.ts';
import {
  type BudgetCut,
  type BudgetedGraph,
  fitBudgets,
  type GpuBudget,
  type Known,
  ledgerEntry,
} from '../budget/index.ts';
import { currentReplicas, workerGpus } from '../strategies/index.ts';
import type { PlanSetting } from './input.ts';
import { heldItem, type PlannedGraph } from './planned-graph.ts';
import { compare } from './select-graphs.ts';

/** Fits what the graphs want, each on its own, into the budgets that they share. `graphs` is all of the fleet. */
export function completePlan(
  graphs: readonly PlannedGraph[],
  setting: PlanSetting,
  metrics: Plan['inputs']['metrics'],
): Plan {
  const byName = (a: GpuBudget, b: GpuBudget): number => compare(a.name, b.name);
  const quotas = (setting.quotas ?? []).toSorted((a, b) => byName(a, b) || compare(a.resource, b.resource));
  const budgets: readonly GpuBudget[] = [...setting.config.budgets.toSorted(byName), ...quotas];
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
    inputs: { ...setting.inputs, metrics },
    targets: final.flatMap(({ services }) => services.map(({ target }) => target)),
    held: final.flatMap(({ held }) => held),
    ledger: budgets.flatMap((budget) =>
      'resource' in budget && budget.unreadable !== undefined
        ? []
        : [{ ...ledgerEntry(budget, fitted.graphs), ...scopeOf(budget) }],
    ),
  });
}

/** Whom a budget reaches, where that is not every graph. */
function scopeOf({ environment, namespace, deployment }: GpuBudget): Pick<LedgerEntry, 'scope'> {
  const scope = {
    ...(environment === undefined ? {} : { environment }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(deployment === undefined ? {} : { deployment }),
  };
  return Object.keys(scope).length === 0 ? {} : { scope };
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

/** A graph as the budgets see it, with all its services, whether they are planned or not. */
function budgetedGraph({ graph, services }: PlannedGraph): BudgetedGraph {
  const { member, name, namespace, environment } = graph;
  return {
    ...{ name, namespace, environment, priority: graph.deployment?.priority ?? 0 },
    services: member.view.services.map((service) => {
      const planned = services.find((one) => one.target.service === service.name);
      const isProfiled = isWorkerRole(service.role) && countsPerGpu(graph.deployment?.strategy);
      const gpus = isProfiled ? workerGpus(service) : service.gpusPerReplica;
      const gpusPerReplica: Known<number> =
        gpus.kind === 'known' ? { kind: 'known', value: gpus.count } : { kind: 'unknown', reason: gpus.reason };
      return {
        name: service.name,
        current: currentReplicas(service, member.owners.get(service.name)),
        gpusPerReplica,
        resource: gpus.kind === 'known' && gpus.count > 0 ? gpus.resource : undefined,
        target: planned?.target.target,
        min: planned?.min ?? 0,
      };
    }),
  };
}

/** Whether a strategy sizes workers by what one of their GPUs does. */
function countsPerGpu(strategy: StrategySettings | undefined): boolean {
  return strategy?.kind === 'sla' || strategy?.kind === 'dynamo-sla';
}
