import type { JsonObject } from './json.ts';
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

export interface GraphSpecV1Alpha1 {
  readonly backendFramework?: Backend;
  readonly envs?: readonly EnvVar[];
  readonly pvcs?: readonly { readonly name: string; readonly create: boolean }[];
  /** At least one, at most 25; the set of names is immutable. */
  readonly services: { readonly [name: string]: ServiceSpecV1Alpha1 };
}

export interface ServiceSpecV1Alpha1 {
  readonly componentType?: string;
  readonly subComponentType?: string;
  readonly globalDynamoNamespace?: boolean;
  /** Absent means 1 to the operator. */
  readonly replicas?: number;
  readonly scalingAdapter?: { readonly enabled?: boolean };
  readonly resources?: ResourcesV1Alpha1;
  readonly multinode?: { readonly nodeCount: number };
  readonly sharedMemory?: { readonly size: string };
  readonly envs?: readonly EnvVar[];
  readonly envFromSecret?: string;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPoint: string }[];
  readonly extraPodSpec?: JsonObject;
}

export interface ResourcesV1Alpha1 {
  readonly limits?: ResourceListV1Alpha1;
  readonly requests?: ResourceListV1Alpha1;
  readonly claims?: readonly { readonly name: string; readonly request?: string }[];
}

export interface ResourceListV1Alpha1 {
  readonly cpu?: string;
  readonly memory?: string;
  readonly gpu?: string;
  /** Resource name that `gpu` counts; `nvidia.com/gpu` where absent. */
  readonly gpuType?: string;
  readonly custom?: { readonly [resource: string]: string };
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: JsonObject;
}
