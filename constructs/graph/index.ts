export type { GraphOptions } from './fields/graph.ts';
export type { Failover, FrontendSidecar, GpuMemoryService, OperatorOptions } from './fields/operator.ts';
export type { Environment as EnvironmentVariables, PodOptions } from './fields/pod.ts';
export type { PodSpecOptions } from './fields/pod-spec.ts';
export type { ResourceAmounts, ResourceOptions } from './fields/resources.ts';
export type { ClaimMount, NamedVolumeMount, StorageOptions } from './fields/storage.ts';
export { GraphDeployment, type GraphDeploymentProps } from './graph-deployment.ts';
export type { PatchOperation } from './hatch/json-patch.ts';
export type {
  CustomOptions,
  CustomProps,
  EppProps,
  FrontendProps,
  NamedOptions,
  OptionalScaling,
  PlannerProps,
  Replicas,
  Scaling,
  ServiceOptions,
  WorkerOptions,
  WorkerProps,
} from './service.ts';
export { Service, type ServiceScaler } from './service-handle.ts';
