import { isInBudget, type LedgerEntry } from '../../api/index.ts';
import { countedBy, type GpuBudget } from './quota-budget.ts';
import { type BudgetedGraph, type BudgetedService, gpusOf, graphLabel } from './shared-gpus.ts';

/** The graphs that share a budget. */
export function inScope(budget: GpuBudget, graphs: readonly BudgetedGraph[]): readonly BudgetedGraph[] {
  return graphs.filter((graph) => isInBudget(budget, graph));
}

export interface UnknownGpus {
  /** `prod/chat/decode`. */
  readonly service: string;
  readonly reason: string;
}

/** Services of which nobody can say how many GPUs they take. */
export function unknownGpusOf(graphs: readonly BudgetedGraph[]): readonly UnknownGpus[] {
  return graphs.flatMap((graph) =>
    graph.services.flatMap((service) => {
      const gpus = gpusOf(service, service.current);
      return gpus.kind === 'known' ? [] : [{ service: `${graphLabel(graph)}/${service.name}`, reason: gpus.reason }];
    }),
  );
}

/** GPUs in Git now. Only for graphs of which all is known. */
export function gpusBefore(graphs: readonly BudgetedGraph[]): number {
  return total(graphs, (service) => service.current);
}

/** GPUs in Git once every plan is merged. Only for graphs of which all is known. */
export function gpusAfter(graphs: readonly BudgetedGraph[]): number {
  return total(graphs, (service) =>
    service.target === undefined ? service.current : { kind: 'known', value: service.target },
  );
}

function total(
  graphs: readonly BudgetedGraph[],
  replicasOf: (service: BudgetedService) => BudgetedService['current'],
): number {
  return graphs
    .flatMap((graph) => graph.services)
    .map((service) => gpusOf(service, replicasOf(service)))
    .reduce((sum, gpus) => sum + (gpus.kind === 'known' ? gpus.value : 0), 0);
}

/** What a budget holds before and after the plan; unknown as soon as one service is. */
export function ledgerEntry(budget: GpuBudget, graphs: readonly BudgetedGraph[]): LedgerEntry {
  const scope = inScope(budget, countedBy(budget, graphs));
  const unknown = unknownGpusOf(scope).map(({ service }) => service);
  const isKnown = unknown.length === 0;
  return {
    budget: budget.name,
    limitGpus: budget.gpus,
    beforeGpus: isKnown ? gpusBefore(scope) : null,
    afterGpus: isKnown ? gpusAfter(scope) : null,
    unknown,
  };
}
