import { canonicalJson, GRAPH_DEPLOYMENT_KIND, SCALING_ADAPTER_KIND } from '../../api/index.ts';
import { type GpuSum, type LedgerService, type LedgerServices, sum, takesGpus } from '../ledger/index.ts';

/** A service whose GPUs are others than before; undefined on the side where it does not exist. */
export interface ServiceGpuChange {
  readonly graph: string;
  readonly service: string;
  readonly before: LedgerService | undefined;
  readonly after: LedgerService | undefined;
}

/** GPUs of one type in one namespace, before and after. */
export interface GpuChange {
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
  readonly resource: string | undefined;
  readonly product: string | undefined;
  /** All that the compared files ask for there, whether it changes or not. */
  readonly before: GpuSum;
  readonly after: GpuSum;
  readonly services: readonly ServiceGpuChange[];
}

/** Where the GPUs that are asked for change, by namespace and type; nothing where they stay the same. */
export function gpuChanges(before: LedgerServices, after: LedgerServices): readonly GpuChange[] {
  const [old, now] = [before.services.filter(takesGpus), after.services.filter(takesGpus)];
  const olds = byName(old);
  const news = byName(now);
  const groups = new Map<string, { readonly of: LedgerService; readonly changes: Map<string, ServiceGpuChange> }>();
  for (const name of new Set([...olds.keys(), ...news.keys()])) {
    const [first, second] = [olds.get(name), news.get(name)];
    if (first !== undefined && second !== undefined && termsOf(first) === termsOf(second)) continue;
    for (const side of [first, second]) {
      if (side === undefined) continue;
      const group = groups.get(groupOf(side)) ?? { of: side, changes: new Map() };
      groups.set(groupOf(side), group);
      const { graph, service } = side;
      const isHere = (one: LedgerService | undefined) => one !== undefined && groupOf(one) === groupOf(side);
      group.changes.set(name, {
        graph,
        service,
        before: isHere(first) ? first : undefined,
        after: isHere(second) ? second : undefined,
      });
    }
  }
  return [...groups]
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([key, { of, changes }]) => {
      const inGroup = (service: LedgerService) => groupOf(service) === key;
      const { environment, namespace, resource, product } = of;
      return {
        ...{ environment, namespace, resource, product },
        before: sum(old.filter(inGroup), []),
        after: sum(now.filter(inGroup), []),
        services: [...changes.values()],
      };
    });
}

/** GPUs before and after, of what one object has a say in. */
export interface GpuDelta {
  readonly before: GpuSum;
  readonly after: GpuSum;
}

/** Kinds that decide how many replicas a service of a graph has, as the ledger calls them. */
const SCALERS: ReadonlyMap<string, string> = new Map([
  ['HorizontalPodAutoscaler', 'hpa'],
  ['ScaledObject', 'keda'],
  [SCALING_ADAPTER_KIND, 'adapter'],
]);

/** What changes for the services of a graph, or for the one that an autoscaler drives; undefined where nothing does. */
export function gpuDeltaOf(
  {
    kind,
    namespace,
    name,
    file,
  }: { readonly kind: string; readonly namespace: string | undefined; readonly name: string; readonly file: string },
  changes: readonly GpuChange[],
): GpuDelta | undefined {
  const scaler = SCALERS.get(kind);
  if (scaler === undefined && kind !== GRAPH_DEPLOYMENT_KIND) return undefined;
  const concerns = (service: LedgerService | undefined): boolean => {
    if (service === undefined) return false;
    if (scaler === undefined) return service.graph === name && service.namespace === namespace && service.file === file;
    const isNear = namespace === undefined || service.namespace === undefined || service.namespace === namespace;
    return isNear && service.scaledBy === `${scaler} "${name}"`;
  };
  const services = changes
    .flatMap((change) => change.services)
    .filter(({ before, after }) => concerns(before) || concerns(after));
  if (services.length === 0) return undefined;
  const side = (which: 'before' | 'after'): GpuSum =>
    sum(
      services.flatMap((one) => one[which] ?? []),
      [],
    );
  return { before: side('before'), after: side('after') };
}

/** Whether more may be asked for than before; what becomes unknown may be more. */
export function needsMore({ before, after }: GpuDelta): boolean {
  return after.min > before.min || after.max > before.max || after.unknown.length > before.unknown.length;
}

function byName(services: readonly LedgerService[]): ReadonlyMap<string, LedgerService> {
  return new Map(
    services.map((service) => [
      JSON.stringify([service.environment, service.namespace, service.graph, service.service]),
      service,
    ]),
  );
}

function groupOf({ environment, namespace, resource, product }: LedgerService): string {
  return [environment, namespace, resource, product].map((part) => part ?? '').join('\0');
}

function termsOf({ replicas, nodes, gpusPerPod, resource, product }: LedgerService): string {
  const each = gpusPerPod.kind === 'known' ? gpusPerPod.count : null;
  return canonicalJson({ replicas, nodes, each, resource, product });
}
