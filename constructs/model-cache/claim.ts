/**
 * How many pods may mount a claim: `ReadWriteMany` any, `ReadOnlyMany` any but none writes, `ReadWriteOnce` those of one
 * node.
 */
export type AccessMode = 'ReadWriteMany' | 'ReadOnlyMany' | 'ReadWriteOnce';

/** Where a model's files are kept between pods: a claim in the graph's namespace, and where its pods mount it. */
export interface IModelCache {
  readonly claimName: string;
  /** Folder in the pods; `HF_HOME` points to it. */
  readonly mountPath: string;
  /** Undefined for a claim that this app does not make, whose mode is not known here. */
  readonly accessMode: AccessMode | undefined;
}

/** Name of the volume inside a pod; the claim's own name may be longer than a volume's can be. */
export const CACHE_VOLUME = 'model-cache';

/** Why this many pods cannot all mount a claim; undefined where they can, or where its mode is not known. */
export function mountProblem(accessMode: AccessMode | undefined, pods: number): string | undefined {
  if (accessMode !== 'ReadWriteOnce' || pods <= 1) return undefined;
  const count = Number.isFinite(pods) ? `up to ${pods}` : 'any number';
  return `access mode ReadWriteOnce serves the pods of one node, but ${count} may mount it; ${ONE_NODE_REMEDY}`;
}

export const ONE_NODE_REMEDY = 'use ReadWriteMany with a storage class that offers it';
