/** A claim in the graph's namespace, mounted by the main container. */
export interface ClaimMount {
  /** Name of a PersistentVolumeClaim. */
  readonly claim: string;
  readonly mountPath: string;
}

export interface StorageOptions {
  /** Claims beside the model cache. @default - none */
  readonly volumeMounts?: readonly ClaimMount[];

  /**
   * Claim that compiled kernels are kept in between pods. vLLM has a default path, the other engines need `mountPath`.
   *
   * @default - none
   */
  readonly compilationCache?: { readonly claim: string; readonly mountPath?: string };

  /**
   * Whether the graph's model cache is mounted, and `HF_HOME` points to it.
   *
   * @default - true for frontend and workers; false for a frontend beside a claim for one node, and for all others
   */
  readonly mountModelCache?: boolean;
}
