import { type BudgetConfig, gpuQuotaOf, isInBudget, type Problem } from '../../api/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import type { GpuSum } from './gpu-range.ts';
import {
  environmentOfPath,
  type LedgerOptions,
  type LedgerService,
  type LedgerUnknown,
  ledgerServices,
} from './ledger-services.ts';

/** GPUs of one graph, or of a whole environment, of one type. */
export interface LedgerTotal extends GpuSum {
  readonly environment: string | undefined;
  /** Of the graph; undefined for the environment as a whole, and where the manifest leaves it open. */
  readonly namespace: string | undefined;
  /** Undefined for the environment as a whole. */
  readonly graph: string | undefined;
  /** Undefined where only unknown counts make up the total. */
  readonly resource: string | undefined;
  readonly product: string | undefined;
}

/** A limit and what is counted against it. */
export interface LedgerLimit extends GpuSum {
  readonly kind: 'budget' | 'quota';
  /** `prod`, or `llm-prod/gpus` of a quota. */
  readonly name: string;
  /** Undefined for a budget, which counts every type. */
  readonly resource: string | undefined;
  readonly limit:
    | { readonly kind: 'known'; readonly gpus: number }
    | { readonly kind: 'unknown'; readonly reason: string };
  readonly state: LimitState;
}

/**
 * `over`: what is there at least is more than the limit. `may-exceed`: an autoscaler's ceiling is. `unknown`: what cannot be
 * counted may be. `within`: none of these.
 */
export type LimitState = 'within' | 'may-exceed' | 'over' | 'unknown';

export interface Ledger {
  readonly services: readonly LedgerService[];
  readonly unknown: readonly LedgerUnknown[];
  /** By environment, graph and type. */
  readonly graphs: readonly LedgerTotal[];
  /** By environment and type. */
  readonly environments: readonly LedgerTotal[];
  readonly total: GpuSum;
  readonly limits: readonly LedgerLimit[];
}

/** GPUs that a set of manifests asks for, and the limits that are set on them. `problems` are those of reading the files. */
export function gpuLedger(
  files: readonly ManifestFile[],
  problems: readonly Problem[],
  options: LedgerOptions & { readonly budgets: readonly BudgetConfig[] },
): Ledger {
  const { services, unknown } = ledgerServices(files, problems, options);
  return {
    services,
    unknown,
    graphs: totals(services, unknown, 'graph'),
    environments: totals(services, unknown, 'environment'),
    total: sum(services, unknown),
    limits: [
      ...options.budgets.map((budget): LedgerLimit => {
        const counted = sum(
          services.filter((service) => isInBudget(budget, { ...service, name: service.graph })),
          unknown.filter((one) => isInBudget(budget, one)),
        );
        const limit = { kind: 'known', gpus: budget.gpus } as const;
        return {
          kind: 'budget',
          name: budget.name,
          resource: undefined,
          limit,
          ...counted,
          state: stateOf(limit, counted),
        };
      }),
      ...quotas(files, services, unknown, options),
    ],
  };
}

/** Sums by environment and type, and by graph where that is asked for, in that order. */
function totals(
  services: readonly LedgerService[],
  unknown: readonly LedgerUnknown[],
  by: 'graph' | 'environment',
): readonly LedgerTotal[] {
  interface Group {
    readonly of: Omit<LedgerTotal, keyof GpuSum>;
    readonly services: LedgerService[];
    readonly unknown: LedgerUnknown[];
  }
  const groups = new Map<string, Group>();
  const groupOf = (of: Group['of']): Group => {
    const key = [of.environment, of.namespace, of.graph, of.resource, of.product].map((part) => part ?? '').join('\0');
    const group = groups.get(key) ?? { of, services: [], unknown: [] };
    groups.set(key, group);
    return group;
  };
  for (const service of services.filter(takesGpus)) {
    const { environment, resource, product } = service;
    const { graph, namespace } = by === 'graph' ? service : NO_GRAPH;
    groupOf({ environment, namespace, graph, resource, product }).services.push(service);
  }
  if (by === 'environment') {
    for (const one of unknown) {
      groupOf({ environment: one.environment, ...NO_GRAPH, resource: undefined, product: undefined }).unknown.push(one);
    }
  }
  return [...groups]
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([, group]) => ({ ...group.of, ...sum(group.services, group.unknown) }));
}

const NO_GRAPH = { graph: undefined, namespace: undefined };

/** A service without GPUs is no line of a ledger of GPUs; one that may have some is. */
export function takesGpus({ gpusPerPod }: LedgerService): boolean {
  return gpusPerPod.kind === 'unknown' || gpusPerPod.count > 0;
}

export function sum(services: readonly LedgerService[], unknown: readonly LedgerUnknown[]): GpuSum {
  let min = 0;
  let max = 0;
  const labels: string[] = [];
  for (const service of services) {
    if (service.gpus.kind === 'unknown') labels.push(serviceLabel(service));
    else {
      min += service.gpus.min;
      max += service.gpus.max;
    }
  }
  return { min, max, unknown: [...labels, ...unknown.map(({ what }) => what)] };
}

/** `prod/chat/decode`, with what is not known left out. */
export function serviceLabel({ environment, graph, service }: LedgerService): string {
  return [environment, graph, service].filter((part) => part !== undefined).join('/');
}

function quotas(
  files: readonly ManifestFile[],
  services: readonly LedgerService[],
  unknown: readonly LedgerUnknown[],
  { roots }: LedgerOptions,
): readonly LedgerLimit[] {
  return files.flatMap(({ file, documents }) =>
    documents.flatMap(({ value }) => {
      const quota = gpuQuotaOf(value);
      if (quota === undefined) return [];
      const place = { namespace: quota.namespace, environment: environmentOfPath(file, roots) };
      return [...quota.limits].map(([resource, count]): LedgerLimit => {
        const counted = sum(
          services.filter((service) => isInBudget(place, service) && (service.resource ?? resource) === resource),
          unknown.filter((one) => isInBudget(place, one)),
        );
        const limit = count.kind === 'known' ? ({ kind: 'known', gpus: count.count } as const) : count;
        const name = [place.environment, quota.namespace, quota.name].filter((part) => part !== undefined).join('/');
        return { kind: 'quota', name, resource, limit, ...counted, state: stateOf(limit, counted) };
      });
    }),
  );
}

function stateOf(limit: LedgerLimit['limit'], { min, max, unknown }: GpuSum): LimitState {
  if (limit.kind === 'unknown') return 'unknown';
  if (min > limit.gpus) return 'over';
  if (unknown.length > 0) return 'unknown';
  return max > limit.gpus ? 'may-exceed' : 'within';
}
