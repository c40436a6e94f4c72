import type { ServiceView } from '../../api/index.ts';

/** GPUs of a replica as the manifest says them; null where it does not, which no budget takes for zero. */
export function manifestGpus({ gpusPerReplica }: ServiceView): number | null {
  return gpusPerReplica.kind === 'known' ? gpusPerReplica.count : null;
}
