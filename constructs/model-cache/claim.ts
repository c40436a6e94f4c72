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
