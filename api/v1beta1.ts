import type { JsonObject } from './json.ts';
import type { Backend } from './service-role.ts';
import type { EnvVar } from './v1alpha1.ts';

/** `nvidia.com/v1beta1` DynamoGraphDeployment (served since operator 1.2): components are a list, keyed by `name`. */
export interface GraphDeploymentV1Beta1 {
  readonly apiVersion: 'nvidia.com/v1beta1';
  readonly kind: 'DynamoGraphDeployment';
  readonly metadata: JsonObject;
  readonly spec: GraphSpecV1Beta1;
}

export interface GraphSpecV1Beta1 {
  readonly backendFramework?: Backend;
  readonly env?: readonly EnvVar[];
  readonly components: readonly ComponentSpecV1Beta1[];
}

/** The closed list of `components[].type`. */
export const COMPONENT_TYPES_V1BETA1 = ['frontend', 'worker', 'prefill', 'decode', 'planner', 'epp'] as const;
export type ComponentTypeV1Beta1 = (typeof COMPONENT_TYPES_V1BETA1)[number];

/** Name of the container that a component's own settings apply to. */
export const MAIN_CONTAINER = 'main';

export interface ComponentSpecV1Beta1 {
  readonly name: string;
  readonly type?: ComponentTypeV1Beta1;
  readonly globalDynamoNamespace?: boolean;
  /** The mutating webhook writes 1 where absent. */
  readonly replicas?: number;
  /** Present, even empty, means enabled: the opposite of `scalingAdapter: {}` in v1alpha1. */
  readonly scalingAdapter?: JsonObject;
  readonly multinode?: { readonly nodeCount?: number };
  readonly sharedMemorySize?: string;
  readonly podTemplate?: JsonObject;
}
