import type { BudgetConfig, GpuQuota } from '../../api/index.ts';
import type { BudgetedGraph } from './shared-gpus.ts';

/** A ResourceQuota of the manifests on the GPUs of a namespace, as a budget of the graphs in it. */
export interface QuotaBudget extends BudgetConfig {
  /** The extended resource that it counts; a budget of the config counts every GPU. */
  readonly resource: string;
  /** Set where the manifest does not say how many GPUs there are, so that nothing may be added. */
  readonly unreadable: string | undefined;
}

export type GpuBudget = BudgetConfig | QuotaBudget;

/** One budget for each GPU resource of a quota. `environment` is the one whose manifests hold it, where that is known. */
export function quotaBudgets(quota: GpuQuota, environment: string | undefined): readonly QuotaBudget[] {
  const { name, namespace } = quota;
  return [...quota.limits].map(([resource, limit]) => ({
    name: [environment, namespace, name].filter((part) => part !== undefined).join('/'),
    ...(environment === undefined ? {} : { environment }),
    ...(namespace === undefined ? {} : { namespace }),
    resource,
    gpus: limit.kind === 'known' ? limit.count : 0,
    unreadable: limit.kind === 'known' ? undefined : limit.reason,
  }));
}

/** `budget "prod"`, `quota "prod/llm/gpus" of nvidia.com/gpu`. */
export function budgetWords(budget: GpuBudget): string {
  return 'resource' in budget ? `quota "${budget.name}" of ${budget.resource}` : `budget "${budget.name}"`;
}

/** Graphs as a budget counts them: services that are known to ask for another resource take none of a quota's. */
export function countedBy(budget: GpuBudget, graphs: readonly BudgetedGraph[]): readonly BudgetedGraph[] {
  if (!('resource' in budget)) return graphs;
  return graphs.map((graph) => ({
    ...graph,
    services: graph.services.map((service) =>
      (service.resource ?? budget.resource) === budget.resource
        ? service
        : { ...service, gpusPerReplica: { kind: 'known', value: 0 } },
    ),
  }));
}
