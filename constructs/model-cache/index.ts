export type { AccessPodProps } from './access-pod.ts';
export type { AccessMode, IModelCache } from './claim.ts';
export { type ExistingClaimOptions, ModelCache, type ModelCacheProps } from './model-cache.ts';
export type { HubModel, ModelDownloadProps } from './model-download.ts';
