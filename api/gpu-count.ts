import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** How many GPUs something takes. Unknown is an answer of its own: it is never counted as zero. */
export type GpuCount =
  | { readonly kind: 'known'; readonly count: number; readonly resource: string; readonly source: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export function knownGpus(count: number, resource: string, source: string): GpuCount {
  return { kind: 'known', count, resource, source };
}

export function unknownGpus(reason: string): GpuCount {
  return { kind: 'unknown', reason };
}

export const DEFAULT_GPU_RESOURCE = 'nvidia.com/gpu';

/** Extended resources that stand for GPUs or parts of them: `…/gpu`, `…/gpu-*`, `…/mig-*`, Intel's `gpu.intel.com/*`. */
export function isGpuResource(name: string): boolean {
  return /\/(gpu|mig|vgpu)(mem|cores?)?(-|$|\.)/.test(name) || name.startsWith('gpu.intel.com/');
}

/** Resources of which one is not one whole GPU: MIG slices, shared GPUs, and memory or cores counted on their own. */
function isPartOfGpu(name: string): boolean {
  return /\/mig-|\.shared$|\/vgpu|\/gpu-?(mem|core|percent)|^gpu\.intel\.com\/(?!i915$|xe$)/.test(name);
}

/** A count written as a number or as text. Undefined for anything that is not a whole number of GPUs. */
export function parseGpuCount(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || !/^\s*\d{1,6}\s*$/.test(value)) return undefined;
  return Number(value);
}

/** Where a pod's GPUs can be written, as far as either API version can say it. */
export interface GpuDeclarations {
  /** Resource lists in order of precedence, each with the path to name in messages. */
  readonly lists: readonly { readonly path: string; readonly list: JsonObject }[];
  /** True when devices come through Dynamic Resource Allocation, whose count a manifest does not show. */
  readonly hasClaims: boolean;
}

/**
 * GPUs of one pod: the first list that names any, as limits come before requests in Kubernetes and in Dynamo's planner.
 * None declared is a known zero: a pod that asks for no GPU is given none. Claims, templates, parts of GPUs and
 * unreadable text are unknown.
 */
export function gpusPerPod({ lists, hasClaims }: GpuDeclarations): GpuCount {
  for (const { path, list } of lists) {
    const entries = gpuEntries(path, list);
    if (entries.length === 0) continue;
    const unreadable = entries.find((entry) => entry.count === undefined);
    if (unreadable !== undefined) {
      return unknownGpus(`${unreadable.path} is ${JSON.stringify(unreadable.text)}, which is not a whole number`);
    }
    const part = entries.find((entry) => isPartOfGpu(entry.resource));
    if (part !== undefined)
      return unknownGpus(`${part.path} asks for parts of GPUs (${part.resource}), not for whole ones`);
    const resources = new Set(entries.map((entry) => entry.resource));
    if (resources.size > 1) return unknownGpus(`${path} names several GPU resources: ${[...resources].join(', ')}`);
    // `gpu: "4"` beside `nvidia.com/gpu: "4"` is one declaration written twice, not eight GPUs.
    const counts = new Set(entries.map((entry) => entry.count));
    const first = entries[0];
    if (counts.size > 1 || first?.count === undefined) {
      return unknownGpus(`${path} gives ${[...counts].join(' and ')} for ${[...resources].join()}`);
    }
    if (hasClaims) return unknownGpus(`${first.path} is ${first.count} and resource claims may add more devices`);
    return knownGpus(first.count, first.resource, first.path);
  }
  if (hasClaims) return unknownGpus('devices come from resource claims, whose count the manifest does not show');
  return knownGpus(0, DEFAULT_GPU_RESOURCE, 'no GPU is requested');
}

interface GpuEntry {
  readonly path: string;
  readonly resource: string;
  readonly count: number | undefined;
  readonly text: JsonValue;
}

function gpuEntries(path: string, list: JsonObject): readonly GpuEntry[] {
  const gpuType = typeof list.gpuType === 'string' && list.gpuType !== '' ? list.gpuType : DEFAULT_GPU_RESOURCE;
  const custom = isObject(list.custom) ? list.custom : {};
  const written: readonly (readonly [string, string, JsonValue | undefined])[] = [
    [`${path}.gpu`, gpuType, list.gpu],
    ...Object.keys(list)
      .filter(isGpuResource)
      .map((name) => [`${path}.${name}`, name, list[name]] as const),
    ...Object.keys(custom)
      .filter(isGpuResource)
      .map((name) => [`${path}.custom.${name}`, name, custom[name]] as const),
  ];
  return written.flatMap(([entryPath, resource, text]) =>
    isDeclared(text) ? [{ path: entryPath, resource, count: parseGpuCount(text), text }] : [],
  );
}

/** Dynamo's planner takes an empty text and the number 0 for no declaration, and looks at the next list; `"0"` counts. */
function isDeclared(text: JsonValue | undefined): text is JsonValue {
  return text !== undefined && text !== null && text !== '' && text !== 0;
}

/** GPUs of one replica: GPUs per pod × nodes, since a replica of a multinode service is a group of pods. */
export function gpusPerReplica(perPod: GpuCount, nodes: NodeCount): GpuCount {
  if (perPod.kind === 'unknown') return perPod;
  if (nodes.kind === 'unknown') return perPod.count === 0 ? perPod : unknownGpus(nodes.reason);
  return knownGpus(perPod.count * nodes.count, perPod.resource, perPod.source);
}

export type NodeCount =
  | { readonly kind: 'known'; readonly count: number }
  | { readonly kind: 'unknown'; readonly reason: string };
