import type { GpuChange, GpuDelta, ManifestDiff, ObjectDiff, ServiceGpuChange } from '../../lint/diff/index.ts';
import { gpuFormula, type LedgerService, rangeText, sumText } from '../../lint/ledger/index.ts';

/** How much of each there is. */
export interface DiffSummary {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Files that no cluster sees as objects, such as kustomizations, which are others than before, new or gone. */
  readonly buildFiles: number;
  /** Objects that admission will refuse. */
  readonly refused: number;
  /** Graphs of which pods are replaced. */
  readonly restarting: number;
}

export function summaryOf({ objects, unchanged }: ManifestDiff): DiffSummary {
  const inCluster = objects.filter(isInCluster);
  const count = (isCounted: (object: ObjectDiff) => boolean): number => inCluster.filter(isCounted).length;
  return {
    added: count(({ change }) => change === 'added'),
    removed: count(({ change }) => change === 'removed'),
    changed: count(({ change }) => change === 'changed'),
    unchanged,
    buildFiles: objects.length - inCluster.length,
    refused: count((object) => object.change !== 'removed' && object.refusals.length > 0),
    restarting: count((object) => object.change === 'changed' && object.restarts?.length !== 0),
  };
}

/** `2 changed, 1 removed; pods restart in 1 graph; 1 will be refused`. */
export function summaryText(diff: ManifestDiff): string {
  const { added, removed, changed, unchanged, buildFiles, refused, restarting } = summaryOf(diff);
  if (diff.objects.length === 0)
    return `No differences: ${unchanged} object${unchanged === 1 ? ' means' : 's mean'} the same.`;
  const counts = [
    [removed, 'REMOVED'],
    [changed, 'changed'],
    [added, 'added'],
    [buildFiles, buildFiles === 1 ? 'build file' : 'build files'],
    [unchanged, 'unchanged'],
  ] as const;
  const told = counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ');
  const restart =
    restarting === 0
      ? 'no pod of a graph is replaced'
      : `pods are replaced in ${restarting} graph${restarting === 1 ? '' : 's'}`;
  const refusal = refused === 0 ? '' : `; ${refused} will be refused`;
  return `${told}; ${restart}${refusal}.`;
}

/** What has no name is no object of a cluster: a kustomization, values of a chart. */
export function isInCluster({ kind, name }: ObjectDiff): boolean {
  return kind !== '' && name !== '';
}

/** What is gone first, since it cannot be taken back; then what changes, then what is new. */
export function inOrder(objects: readonly ObjectDiff[]): readonly ObjectDiff[] {
  return (['removed', 'changed', 'added'] as const).flatMap((wanted) =>
    objects.filter(({ change }) => change === wanted),
  );
}

/** `DynamoGraphDeployment llm-prod/chat`, or the file of what has no name. */
export function objectName({ kind, namespace, name, file }: ObjectDiff): string {
  if (name === '') return `${kind === '' ? 'document' : kind} of ${file}`;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** `prod/llm-prod nvidia.com/gpu (H200): 5 → 9`. */
export function gpuChangeText({ environment, namespace, resource, product, before, after }: GpuChange): string {
  const place = [environment, namespace].filter((part) => part !== undefined).join('/');
  const type = `${resource ?? 'unknown type'}${product === undefined ? '' : ` (${product})`}`;
  return `${place === '' ? '' : `${place} `}${type}: ${deltaText({ before, after })}`;
}

/** `5 → 9 (+4)`. */
export function deltaText({ before, after }: GpuDelta): string {
  const numbers = `${sumText(before)} → ${sumText(after)}`;
  if (before.unknown.length > 0 || after.unknown.length > 0) return numbers;
  const [least, most] = [after.min - before.min, after.max - before.max];
  const signed = (count: number): string => `${count > 0 ? '+' : ''}${count}`;
  return `${numbers} (${least === most ? signed(least) : `${signed(least)} at least, ${signed(most)} at most`})`;
}

/** `chat/decode: 3 replicas × 8 GPUs = 24 → 5 replicas × 8 GPUs = 40`. */
export function serviceGpuText({ graph, service, before, after }: ServiceGpuChange): string {
  return `${graph}/${service}: ${countText(before)} → ${countText(after)}`;
}

function countText(service: LedgerService | undefined): string {
  if (service === undefined) return 'none';
  const { gpus } = service;
  const by = service.scaledBy === undefined ? '' : ` (${service.scaledBy})`;
  const result = gpus.kind === 'known' ? rangeText(gpus) : `unknown, since ${gpus.reason}`;
  return `${gpuFormula(service)}${by} = ${result}`;
}
