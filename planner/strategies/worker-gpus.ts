import type { GpuCount, ServiceView } from '../../api/index.ts';

/**
 * GPUs of a replica of a worker that is sized from a profile. One that shows none has them from somewhere that the manifest
 * does not show, since the profile was measured per GPU: to call that zero would make its budget look free.
 */
export function workerGpus({ gpusPerReplica }: ServiceView): GpuCount {
  if (gpusPerReplica.kind === 'unknown' || gpusPerReplica.count > 0) return gpusPerReplica;
  const reason = `it shows no GPU (${gpusPerReplica.source}), and its profile counts tokens per second and GPU`;
  return { kind: 'unknown', reason };
}
