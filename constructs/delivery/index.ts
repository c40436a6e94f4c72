export { ArgoCdApplication, type ArgoCdApplicationProps } from './argo-cd-application.ts';
export {
  ArgoCdApplicationSet,
  type ArgoCdApplicationSetItem,
  type ArgoCdApplicationSetProps,
} from './argo-cd-application-set.ts';
export {
  ArgoCdHealthChecks,
  type ArgoCdHealthChecksProps,
  argoCdHealthEntries,
  argoCdHealthPatch,
} from './argo-cd-health-checks.ts';
export type { ArgoCdCluster, ArgoCdSyncProps } from './argo-cd-sync.ts';
export { FluxGitRepository, type FluxGitRepositoryProps, type FluxSource } from './flux-git-repository.ts';
export { FluxKustomization, type FluxKustomizationProps } from './flux-kustomization.ts';
export {
  APPLICATION_HEALTH_LUA,
  GRAPH_HEALTH_CEL,
  GRAPH_HEALTH_LUA,
  type HealthCheckExpressions,
} from './graph-health.ts';
export type { AdapterOwnedReplicas, RenderedFolder } from './rendered-folder.ts';
