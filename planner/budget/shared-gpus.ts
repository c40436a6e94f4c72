/** One service's GPUs as a budget sees them. */
export interface BudgetedService {
  readonly name: string;
  /** Replicas that Git asks for, or why that is not known. */
  readonly current: Known<number>;
  readonly gpusPerReplica: Known<number>;
  /** The extended resource that the GPUs are asked for by; undefined where that is not known. */
  readonly resource?: string | undefined;
  /** Replicas that are planned; undefined where the service is left alone. */
  readonly target: number | undefined;
  /** Least replicas that a change may leave. */
  readonly min: number;
}

export type Known<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One graph with all its services, planned or not. */
export interface BudgetedGraph {
  readonly name: string;
  /** Undefined where the manifest does not say; such a graph counts in every budget that it may belong to. */
  readonly namespace: string | undefined;
  readonly environment: string | undefined;
  /** Graphs of a higher priority are served first; 0 where nobody says. */
  readonly priority?: number;
  readonly services: readonly BudgetedService[];
}

/** `prod/chat`, with what is not known left out. */
export function graphLabel({ environment, name }: Pick<BudgetedGraph, 'environment' | 'name'>): string {
  return environment === undefined ? name : `${environment}/${name}`;
}

/** GPUs that a service takes, or why that is not known. A service without GPUs takes none, however many replicas. */
export function gpusOf(service: BudgetedService, replicas: Known<number>): Known<number> {
  const { gpusPerReplica } = service;
  if (gpusPerReplica.kind === 'unknown') return gpusPerReplica;
  if (gpusPerReplica.value === 0) return { kind: 'known', value: 0 };
  if (replicas.kind === 'unknown') return replicas;
  return { kind: 'known', value: gpusPerReplica.value * replicas.value };
}
