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
import type { ClaimUse, Container, EnvVar, PodMetadata, PodSpec, Probe, Quantity } from './pod.ts';
import type { Backend } from './service-role.ts';

/**
 * `nvidia.com/v1alpha1` DynamoGraphDeployment: services are a map, keyed by name.
 * Quantities are text in this version: an unquoted `gpu: 1` fails the schema.
 */
export interface GraphDeploymentV1Alpha1 {
  readonly apiVersion: 'nvidia.com/v1alpha1';
  readonly kind: 'DynamoGraphDeployment';
  readonly metadata: JsonObject;
  readonly spec: GraphSpecV1Alpha1;
}

type Strings = { readonly [key: string]: string };

export interface GraphSpecV1Alpha1 {
  /** Immutable. */
  readonly backendFramework?: Backend;
  /** Propagated to workloads and pods. Since 1.1.0. */
  readonly annotations?: Strings;
  /** Propagated to workloads and pods. Since 1.1.0. */
  readonly labels?: Strings;
  /** Grove only. Since 1.1.0. */
  readonly priorityClassName?: string;
  /** Merged into every service. */
  readonly envs?: readonly EnvVar[];
  /** At most 100. Claims with `create: true` are deleted with the graph. */
  readonly pvcs?: readonly GraphPvc[];
  readonly restart?: Restart;
  /** Immutable. Since 1.1.0. */
  readonly topologyConstraint?: { readonly topologyProfile: string; readonly packDomain?: string };
  /** Immutable. Since 1.1.0. */
  readonly experimental?: { readonly kvTransferPolicy?: KvTransferPolicy };
  /** Since 1.5.0. */
  readonly providerOverride?: ProviderOverride;
  /** At least one, at most 25; the set of names is immutable. */
  readonly services: { readonly [name: string]: ServiceSpecV1Alpha1 };
}

/** A claim by its own name; one that is made needs size, class and mode. Changing those later has no effect. */
export type GraphPvc =
  | { readonly name: string; readonly create?: false }
  | {
      readonly name: string;
      readonly create: true;
      readonly storageClass: string;
      readonly size: Quantity;
      readonly volumeAccessMode: string;
    };

export interface ServiceSpecV1Alpha1 {
  /** Ignored in a graph: the key of the map is the name. */
  readonly serviceName?: string;
  /** Free text; `frontend`, `worker`, `prefill`, `decode`, `planner`, `epp` and `default` mean something. */
  readonly componentType?: string;
  /** Free text; the planner looks for `prefill` and `decode`. */
  readonly subComponentType?: string;
  /** @deprecated ignored, with a warning */
  readonly dynamoNamespace?: string;
  /** @default false */
  readonly globalDynamoNamespace?: boolean;
  /** Of child resources and pods. */
  readonly annotations?: Strings;
  /** Of child resources and pods. */
  readonly labels?: Strings;
  /** At least 0. Absent means 1; an operator up to 1.0 stops at it on Grove. */
  readonly replicas?: number;
  /** At least 1, at most `replicas` unless that is 0; immutable once set; Grove only. Since 1.3.0. */
  readonly minAvailable?: number;
  /** `MAJOR.MINOR.PATCH`, for an image whose tag is no version. Since 1.4.0. */
  readonly runtimeVersionOverride?: string;
  /** On with `enabled: true` only. */
  readonly scalingAdapter?: { readonly enabled?: boolean };
  /** @deprecated ignored, with a warning */
  readonly autoscaling?: JsonObject;
  readonly resources?: ResourcesV1Alpha1;
  /** At least 2 nodes. Changing between one and several is refused. */
  readonly multinode?: MultinodeV1Alpha1;
  /** `size` above 0, or `disabled`. @default 8Gi */
  readonly sharedMemory?: { readonly size: Quantity } | { readonly disabled: true };
  readonly envs?: readonly EnvVar[];
  /** Name of a Secret whose keys become environment variables. */
  readonly envFromSecret?: string;
  readonly volumeMounts?: readonly VolumeMountV1Alpha1[];
  /** `host` is needed where enabled. */
  readonly ingress?: IngressV1Alpha1;
  readonly modelRef?: ModelRef;
  /** Replaces the operator's default probe. */
  readonly livenessProbe?: Probe;
  /** Replaces the operator's default probe. */
  readonly readinessProbe?: Probe;
  /** Only and always with type `epp`. */
  readonly eppConfig?: EppConfig;
  readonly checkpoint?: Checkpoint;
  /** Immutable. Since 1.1.0. */
  readonly topologyConstraint?: TopologyConstraint;
  /** Workers only, with a GPU. Since 1.1.0. */
  readonly gpuMemoryService?: GpuMemoryServiceV1Alpha1;
  /** Needs `gpuMemoryService` of the same mode. Since 1.1.0. */
  readonly failover?: FailoverV1Alpha1;
  /** A frontend beside the main container, which gets the name `sidecar-frontend`. Since 1.1.0. */
  readonly frontendSidecar?: FrontendSidecarV1Alpha1;
  /** Since 1.5.0. */
  readonly providerOverride?: ProviderOverride;
  readonly extraPodMetadata?: PodMetadata;
  /** A pod's spec without the operator's own containers; `mainContainer` is merged into the main one. */
  readonly extraPodSpec?: PodSpec & { readonly mainContainer?: Container };
}

export interface MultinodeV1Alpha1 {
  readonly nodeCount: number;
  /** Since 1.5.0. */
  readonly leader?: { readonly providerOverride: ProviderOverride };
  /** Since 1.5.0. */
  readonly worker?: { readonly providerOverride: ProviderOverride };
}

export interface ResourcesV1Alpha1 {
  readonly limits?: ResourceListV1Alpha1;
  readonly requests?: ResourceListV1Alpha1;
  readonly claims?: readonly ClaimUse[];
}

export interface ResourceListV1Alpha1 {
  readonly cpu?: Quantity;
  readonly memory?: Quantity;
  /** In limits; in requests only from operator 1.1 on. */
  readonly gpu?: string;
  /** Resource name that `gpu` counts; `nvidia.com/gpu` where absent. */
  readonly gpuType?: string;
  readonly custom?: { readonly [resource: string]: Quantity };
}

export interface VolumeMountV1Alpha1 {
  /** The claim's name; it need not stand in `pvcs`. */
  readonly name: string;
  /** Needed unless the mount is vLLM's compilation cache. */
  readonly mountPoint?: string;
  /** @default false */
  readonly useAsCompilationCache?: boolean;
}

export interface IngressV1Alpha1 {
  readonly enabled: boolean;
  readonly host?: string;
  readonly useVirtualService?: boolean;
  readonly virtualServiceGateway?: string;
  readonly hostPrefix?: string;
  readonly hostSuffix?: string;
  readonly annotations?: Strings;
  readonly labels?: Strings;
  readonly tls?: { readonly secretName: string };
  readonly ingressControllerClassName?: string;
}

export interface GpuMemoryServiceV1Alpha1 {
  readonly enabled: boolean;
  /** @default 'intraPod' */
  readonly mode?: 'intraPod' | 'interPod';
  /** @default 'gpu.nvidia.com' */
  readonly deviceClassName?: string;
  /** With `intraPod` only. */
  readonly extraClientContainers?: readonly string[];
}

export interface FailoverV1Alpha1 {
  readonly enabled: boolean;
  /** @default 'intraPod' */
  readonly mode?: 'intraPod' | 'interPod';
  /** At least 1; 1 with `intraPod`. @default 1 */
  readonly numShadows?: number;
}

export interface FrontendSidecarV1Alpha1 {
  readonly image: string;
  readonly args?: readonly string[];
  readonly envs?: readonly EnvVar[];
  readonly envFromSecret?: string;
}
