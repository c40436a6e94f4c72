import { type GpuCount, gpusPerReplica, type NodeCount } from '../../api/index.ts';

/** Replicas that a service may have: one number, or what its autoscaler may choose from; unknown with the reason. */
export type ReplicaRange =
  | { readonly kind: 'known'; readonly min: number; readonly max: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** GPUs that something takes, from least to most. */
export type GpuRange = ReplicaRange;

/** What a service's GPUs are made of. */
export interface GpuTerms {
  readonly replicas: ReplicaRange;
  readonly nodes: NodeCount;
  readonly gpusPerPod: GpuCount;
}

/** Replicas × nodes × GPUs per pod. A service without GPUs takes none, however many replicas it has. */
export function gpusOf({ replicas, nodes, gpusPerPod }: GpuTerms): GpuRange {
  const each = gpusPerReplica(gpusPerPod, nodes);
  if (each.kind === 'unknown') return each;
  if (each.count === 0) return { kind: 'known', min: 0, max: 0 };
  if (replicas.kind === 'unknown') return replicas;
  return { kind: 'known', min: replicas.min * each.count, max: replicas.max * each.count };
}

/** `3 replicas × 4 nodes × 8 GPUs`; what is not known stands as `?`. */
export function gpuFormula({ replicas, nodes, gpusPerPod }: GpuTerms): string {
  const count = replicas.kind === 'known' ? rangeText(replicas) : '?';
  const nodeText = nodes.kind === 'unknown' ? ['? nodes'] : nodes.count === 1 ? [] : [`${nodes.count} nodes`];
  const gpus = gpusPerPod.kind === 'known' ? gpusPerPod.count : '?';
  return [counted(count, 'replica'), ...nodeText, counted(String(gpus), 'GPU')].join(' × ');
}

/** `5`, or `2..8`. */
export function rangeText({ min, max }: { readonly min: number; readonly max: number }): string {
  return min === max ? String(min) : `${min}..${max}`;
}

function counted(count: string, noun: string): string {
  return `${count} ${noun}${count === '1' ? '' : 's'}`;
}

/** A sum of what is known, with what is not beside it: `at least 12, and 1 unknown`. */
export interface GpuSum {
  readonly min: number;
  readonly max: number;
  /** Labels of what is not counted, since nobody can say how much it is. */
  readonly unknown: readonly string[];
}

export function sumText({ min, max, unknown }: GpuSum): string {
  const known = rangeText({ min, max });
  return unknown.length === 0 ? known : `at least ${known}, and ${unknown.length} unknown`;
}
