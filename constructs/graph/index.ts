export { GraphDeployment, type GraphDeploymentProps } from './graph-deployment.ts';
export type { FrontendProps, Replicas, WorkerProps } from './service.ts';
