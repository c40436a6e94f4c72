import type { GuardrailMark } from '../../api/index.ts';
import { gpusBefore, inScope, unknownGpusOf } from './ledger.ts';
import { budgetWords, countedBy, type GpuBudget } from './quota-budget.ts';
import { type Increase, shareRoom } from './share-room.ts';
import type { BudgetedGraph, BudgetedService } from './shared-gpus.ts';

/** What a budget did to one planned service. */
export interface BudgetCut {
  readonly graph: number;
  readonly service: number;
  readonly mark: GuardrailMark;
  /** Set where nothing of the increase is left. */
  readonly held: { readonly code: 'unknown-gpus' | 'over-budget'; readonly reason: string } | undefined;
}

export interface FittedBudgets {
  /** The graphs with targets that every budget allows. */
  readonly graphs: readonly BudgetedGraph[];
  readonly cuts: readonly BudgetCut[];
}

/**
 * Reduces increases until no budget is exceeded because of them. A budget bounds what Git asks for; it never lowers a
 * number that stands there already, and so never answers zero, even where it is exceeded before. Decreases of another
 * graph make no room: they are a change of their own, which may be merged later or not at all.
 */
export function fitBudgets(graphs: readonly BudgetedGraph[], budgets: readonly GpuBudget[]): FittedBudgets {
  let fitted = graphs;
  const cuts: BudgetCut[] = [];
  for (const budget of budgets) {
    const made = cutsOf(fitted, budget);
    cuts.push(...made);
    fitted = withCuts(fitted, made);
  }
  return { graphs: fitted, cuts };
}

interface PlannedIncrease extends Increase {
  readonly service: number;
  readonly target: number;
  readonly min: number;
}

function cutsOf(all: readonly BudgetedGraph[], budget: GpuBudget): readonly BudgetCut[] {
  const graphs = countedBy(budget, all);
  const scope = inScope(budget, graphs);
  const increases = increasesOf(graphs, scope);
  if (increases.length === 0) return [];
  const refuse = (reason: string): readonly BudgetCut[] =>
    increases.map((one) => cut(one, one.current, reason, { code: 'unknown-gpus', reason }));
  const words = budgetWords(budget);
  if ('resource' in budget && budget.unreadable !== undefined) {
    return refuse(`${words} cannot be checked: ${budget.unreadable}`);
  }
  const unknown = unknownGpusOf(scope);
  if (unknown.length > 0) {
    const each = unknown.map(({ service, reason }) => `${service} (${reason})`).join(', ');
    return refuse(`${words} cannot be checked, since nobody knows the GPUs of ${each}`);
  }
  const before = gpusBefore(scope);
  const room = Math.max(0, budget.gpus - before);
  const released = releasedBy(graphs, scope);
  const wanted = sharedGpus(increases, released);
  if (wanted <= room) return [];
  const granted = shareRoom(increases, room, released);
  const arithmetic = `${words} has ${before} of ${budget.gpus} GPUs taken and ${room} free, and ${wanted} are wanted`;
  const order = sharingWords(increases);
  return increases.flatMap((one, index) => {
    const reached = one.current + (granted[index] ?? 0);
    if (reached === one.target) return [];
    // A number between the two would be refused by `synth`; the current one is at least there already.
    const to = reached < one.min ? one.current : reached;
    const reason = `${arithmetic}; ${to - one.current} of ${one.replicas} more replicas fit, ${one.gpusPerReplica} GPU${one.gpusPerReplica === 1 ? '' : 's'} each${order(one)}`;
    return [cut(one, to, reason, to === one.current ? { code: 'over-budget', reason } : undefined)];
  });
}

/** By what several graphs share the room, in words to follow what one of them got. */
function sharingWords(increases: readonly PlannedIncrease[]): (one: PlannedIncrease) => string {
  const graphs = new Set(increases.map(({ graph }) => graph));
  const priorities = new Set(increases.map(({ priority }) => priority));
  if (graphs.size < 2) return () => '';
  const rest = `${graphs.size} graphs share them by how much of its demand a GPU meets`;
  return ({ priority }) =>
    priorities.size < 2
      ? `; ${rest}`
      : `; ${rest}, after those of a higher priority (this one has ${priority}, the highest is ${Math.max(...priorities)})`;
}

function cut(increase: PlannedIncrease, to: number, explanation: string, held: BudgetCut['held']): BudgetCut {
  return {
    graph: increase.graph,
    service: increase.service,
    mark: { guardrail: 'gpu-budget', from: increase.target, to, explanation },
    held,
  };
}

/** Increases that take GPUs, in the order of the graphs and their services. Zero-GPU services are no budget's business. */
function increasesOf(graphs: readonly BudgetedGraph[], scope: readonly BudgetedGraph[]): readonly PlannedIncrease[] {
  return graphs.flatMap((graph, graphIndex) =>
    scope.includes(graph)
      ? graph.services.flatMap((service, serviceIndex): PlannedIncrease[] => {
          const { current, target, gpusPerReplica, min } = service;
          if (target === undefined || current.kind === 'unknown' || target <= current.value) return [];
          const gpus = gpusPerReplica.kind === 'known' ? gpusPerReplica.value : Number.POSITIVE_INFINITY;
          if (gpus === 0) return [];
          const replicas = target - current.value;
          return [
            {
              graph: graphIndex,
              service: serviceIndex,
              priority: graph.priority ?? 0,
              replicas,
              gpusPerReplica: gpus,
              current: current.value,
              target,
              min,
            },
          ];
        })
      : [],
  );
}

/** GPUs that each graph gives up by its own decreases. */
function releasedBy(graphs: readonly BudgetedGraph[], scope: readonly BudgetedGraph[]): ReadonlyMap<number, number> {
  return new Map(
    graphs.map((graph, index) => [
      index,
      scope.includes(graph) ? graph.services.reduce((sum, service) => sum + releasedGpus(service), 0) : 0,
    ]),
  );
}

function releasedGpus({ current, target, gpusPerReplica }: BudgetedService): number {
  if (target === undefined || current.kind === 'unknown' || gpusPerReplica.kind === 'unknown') return 0;
  return Math.max(0, current.value - target) * gpusPerReplica.value;
}

/** GPUs that increases want beyond what their own graphs give up. */
function sharedGpus(increases: readonly PlannedIncrease[], released: ReadonlyMap<number, number>): number {
  const wanted = new Map<number, number>();
  for (const { graph, replicas, gpusPerReplica } of increases) {
    wanted.set(graph, (wanted.get(graph) ?? 0) + replicas * gpusPerReplica);
  }
  return [...wanted].reduce((sum, [graph, gpus]) => sum + Math.max(0, gpus - (released.get(graph) ?? 0)), 0);
}

function withCuts(graphs: readonly BudgetedGraph[], cuts: readonly BudgetCut[]): readonly BudgetedGraph[] {
  const targets = new Map(cuts.map(({ graph, service, mark }) => [`${graph}/${service}`, mark.to]));
  return graphs.map((graph, graphIndex) => ({
    ...graph,
    services: graph.services.map((service, serviceIndex) => {
      const target = targets.get(`${graphIndex}/${serviceIndex}`);
      return target === undefined ? service : { ...service, target };
    }),
  }));
}
