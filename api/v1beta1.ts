import type {
  Checkpoint,
  EppConfig,
  KvTransferPolicy,
  ModelRef,
  ProviderOverride,
  Restart,
  TopologyConstraint,
} from './graph-fields.ts';
import type { JsonObject } from './json.ts';
import type { EnvVar, PodTemplate, Quantity } from './pod.ts';
import type { Backend } from './service-role.ts';

/** `nvidia.com/v1beta1` DynamoGraphDeployment (served since operator 1.2): components are a list, keyed by `name`. */
export interface GraphDeploymentV1Beta1 {
  readonly apiVersion: 'nvidia.com/v1beta1';
  readonly kind: 'DynamoGraphDeployment';
  readonly metadata: JsonObject;
  readonly spec: GraphSpecV1Beta1;
}

export interface GraphSpecV1Beta1 {
  /** Immutable. */
  readonly backendFramework?: Backend;
  /** Propagated to workloads and pods. */
  readonly annotations?: { readonly [key: string]: string };
  /** Propagated to workloads and pods. */
  readonly labels?: { readonly [key: string]: string };
  /** Grove only. */
  readonly priorityClassName?: string;
  /** Merged into every component. */
  readonly env?: readonly EnvVar[];
  readonly restart?: Restart;
  /** Immutable. */
  readonly topologyConstraint?: { readonly clusterTopologyName: string; readonly packDomain?: string };
  /** Immutable. */
  readonly experimental?: { readonly kvTransferPolicy?: KvTransferPolicy };
  /** Since 1.5.0. */
  readonly providerOverride?: ProviderOverride;
  /** At least one, at most 25; the set of names is immutable. */
  readonly components: readonly ComponentSpecV1Beta1[];
}

/** The closed list of `components[].type`. */
export const COMPONENT_TYPES_V1BETA1 = ['frontend', 'worker', 'prefill', 'decode', 'planner', 'epp'] as const;
export type ComponentTypeV1Beta1 = (typeof COMPONENT_TYPES_V1BETA1)[number];

/** Name of the container that a component's own settings apply to. */
export const MAIN_CONTAINER = 'main';

export interface ComponentSpecV1Beta1 {
  /** At most 63 letters, digits and dashes; no other differs from it in case only. */
  readonly name: string;
  /** At most one `epp`. */
  readonly type?: ComponentTypeV1Beta1;
  /** @default false */
  readonly globalDynamoNamespace?: boolean;
  /** At least 0. The mutating webhook writes 1 where absent. */
  readonly replicas?: number;
  /** At least 1, at most `replicas` unless that is 0; immutable once set; Grove only. Since 1.3.0. */
  readonly minAvailable?: number;
  /** `MAJOR.MINOR.PATCH`, for an image whose tag is no version. Since 1.4.0. */
  readonly runtimeVersionOverride?: string;
  /** Present, even empty, means enabled: the opposite of `scalingAdapter: {}` in v1alpha1. */
  readonly scalingAdapter?: JsonObject;
  /** At least 2 nodes. Changing between one and several is refused. */
  readonly multinode?: {
    readonly nodeCount?: number;
    readonly leader?: { readonly providerOverride: ProviderOverride };
    readonly worker?: { readonly providerOverride: ProviderOverride };
  };
  /** Absent is 8Gi, `"0"` is none. */
  readonly sharedMemorySize?: Quantity;
  readonly compilationCache?: { readonly pvcName: string; readonly mountPath?: string };
  readonly modelRef?: ModelRef;
  /** Only and always with type `epp`. */
  readonly eppConfig?: EppConfig;
  /** Name of a container in the pod template. */
  readonly frontendSidecar?: string;
  /** Immutable. */
  readonly topologyConstraint?: TopologyConstraint;
  /** Since 1.5.0. */
  readonly providerOverride?: ProviderOverride;
  readonly experimental?: ExperimentalV1Beta1;
  /** The main container is the one named `main`. */
  readonly podTemplate?: PodTemplate;
}

export interface ExperimentalV1Beta1 {
  /** Present means enabled. */
  readonly gpuMemoryService?: {
    /** @default 'IntraPod' */
    readonly mode?: 'IntraPod' | 'InterPod';
    /** @default 'gpu.nvidia.com' */
    readonly deviceClassName?: string;
    /** With `IntraPod` only. */
    readonly extraClientContainers?: readonly string[];
  };
  /** Present means enabled. */
  readonly failover?: { readonly mode?: 'IntraPod' | 'InterPod'; readonly numShadows?: number };
  readonly grove?: { readonly forceScalingGroup?: boolean };
  readonly checkpoint?: Checkpoint;
}
