import type { MountDetails } from '../../../api/index.ts';

/** A claim in the graph's namespace, mounted by the main container. */
export interface ClaimMount extends MountDetails {
  /** Name of a PersistentVolumeClaim. */
  readonly claim: string;
  readonly mountPath: string;

  /**
   * Name of the volume inside the pod, for mounts of other containers to find it by. v1alpha1's own mounts know no such name
   * and no details: a claim that has any becomes a volume and a mount of the pod there.
   *
   * @default - the claim's own
   */
  readonly volume?: string;
}

/** One of the pod's `volumes`, mounted by the main container. */
export interface NamedVolumeMount extends MountDetails {
  readonly volume: string;
  readonly mountPath: string;
  readonly claim?: never;
}

export interface StorageOptions {
  /** Claims beside the model cache, and volumes of the pod. @default - none */
  readonly volumeMounts?: readonly (ClaimMount | NamedVolumeMount)[];

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
