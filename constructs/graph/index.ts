export { GraphDeployment, type GraphDeploymentProps } from './graph-deployment.ts';
export type {
  FrontendOptions,
  FrontendProps,
  OptionalScaling,
  Replicas,
  Scaling,
  WorkerOptions,
  WorkerProps,
} from './service.ts';
export { Service, type ServiceScaler } from './service-handle.ts';
