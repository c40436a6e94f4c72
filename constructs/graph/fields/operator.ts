import type {
  Checkpoint,
  EnvVar,
  IngressV1Alpha1,
  JsonObject,
  ModelRef,
  ProviderOverride,
} from '../../../api/index.ts';

/** What the operator does with a service beyond its pods. */
export interface OperatorOptions {
  /**
   * Puts the service into the Dynamo namespace `dynamo`, which all graphs share, instead of the graph's own.
   *
   * @default false
   */
  readonly globalDynamoNamespace?: boolean;

  /**
   * Version of the Dynamo runtime, `1.3.0`, for an image whose tag is no version. Operator 1.4 and later.
   *
   * @default - the image's tag
   */
  readonly runtimeVersionOverride?: string;

  /**
   * Replicas without which the group is not scheduled: at most the replicas. It cannot be changed. Grove; operator 1.3 and
   * later.
   *
   * @default - 1, which the operator writes on Grove
   */
  readonly minAvailable?: number;

  /** Base model that DynamoModel objects (LoRA adapters) find this service by. @default - none */
  readonly modelRef?: ModelRef;

  /** v1alpha1 only; v1beta1 has no ingress, so that it takes one of its own there. @default - none */
  readonly ingress?: IngressV1Alpha1;

  /** Starts pods from a snapshot. @default - none */
  readonly checkpoint?: Checkpoint;

  /** Domain that the service's pods stay in; needs the graph's `topologyConstraint`. Operator 1.1 and later. @default - none */
  readonly topologyConstraint?: { readonly packDomain: string };

  /** Shares weights between engines on the same GPUs; workers only. Operator 1.1 and later. @default - none */
  readonly gpuMemoryService?: GpuMemoryService;

  /** Shadow engines that take over; needs `gpuMemoryService` of the same mode. Operator 1.1 and later. @default - none */
  readonly failover?: Failover;

  /**
   * A frontend beside the main container: made from an image, or (v1beta1) one of `sidecars` by its name.
   * Operator 1.1 and later.
   *
   * @default - none
   */
  readonly frontendSidecar?: FrontendSidecar | string;

  /** Fields of the Grove workload. Operator 1.5 and later. @default - none */
  readonly providerOverride?: ProviderOverride;

  /** The same for the leader and the other pods of a group. Operator 1.5 and later. @default - none */
  readonly multinodeOverrides?: { readonly leader?: ProviderOverride; readonly worker?: ProviderOverride };

  /** Makes a Grove scaling group of a service of one node. v1beta1 only. @default false */
  readonly forceScalingGroup?: boolean;

  /**
   * Fields that v1alpha1 takes and ignores, for manifests that have them still.
   *
   * @deprecated the operator ignores them
   * @default - none
   */
  readonly ignored?: {
    readonly serviceName?: string;
    readonly dynamoNamespace?: string;
    readonly autoscaling?: JsonObject;
  };
}

export interface GpuMemoryService {
  /** @default 'intraPod' */
  readonly mode?: 'intraPod' | 'interPod';
  /** @default 'gpu.nvidia.com' */
  readonly deviceClassName?: string;
  /** Containers of the pod that use it too; with `intraPod`. @default - none */
  readonly extraClientContainers?: readonly string[];
}

export interface Failover {
  /** @default 'intraPod' */
  readonly mode?: 'intraPod' | 'interPod';
  /** v1beta1 takes 1 only. @default 1 */
  readonly numShadows?: number;
}

export interface FrontendSidecar {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFromSecret?: string;
}
