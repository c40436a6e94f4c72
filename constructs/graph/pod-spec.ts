import type { Container, PodMetadata, PodSpec, Volume, VolumeMount } from '../../api/index.ts';
import { compact, unlessEmpty, unlessNone } from './compact.ts';
import type { RenderedMount } from './rendered-graph.ts';
import type { ServiceOptions } from './service.ts';

/** Fields of the pod's spec but its containers and volumes, which each API version writes with the main container's. */
export function plainPodFields(options: ServiceOptions): PodSpec {
  const { containers: _, volumes: __, ...more } = options.podTemplate?.spec ?? {};
  const { imagePullSecrets } = options;
  return {
    ...compact({
      initContainers: options.initContainers,
      resourceClaims: options.resourceClaims,
      nodeSelector: options.nodeSelector,
      affinity: options.affinity,
      tolerations: options.tolerations,
      topologySpreadConstraints: options.topologySpreadConstraints,
      imagePullSecrets: imagePullSecrets?.map((name) => ({ name })),
      serviceAccountName: options.serviceAccountName,
      automountServiceAccountToken: options.automountServiceAccountToken,
      terminationGracePeriodSeconds: options.terminationGracePeriodSeconds,
      securityContext: options.podSecurityContext,
      hostNetwork: options.hostNetwork,
      hostIPC: options.hostIPC,
      hostPID: options.hostPID,
      shareProcessNamespace: options.shareProcessNamespace,
      dnsPolicy: options.dnsPolicy,
      schedulerName: options.schedulerName,
      runtimeClassName: options.runtimeClassName,
      priorityClassName: options.priorityClassName,
    }),
    ...more,
  };
}

/** The list that the author gave, with what comes before it; an empty one only where they gave that. */
export function given<T>(items: readonly T[], authored: readonly T[] | undefined): readonly T[] | undefined {
  return authored === undefined ? unlessNone(items) : items;
}

/** Containers that the author puts beside the main one. */
export function sidecarsOf({ sidecars = [], podTemplate }: ServiceOptions): readonly Container[] {
  return [...sidecars, ...(podTemplate?.spec?.containers ?? [])];
}

/** Volumes that the author lists. */
export function volumesOf({ volumes = [], podTemplate }: ServiceOptions): readonly Volume[] {
  return [...volumes, ...(podTemplate?.spec?.volumes ?? [])];
}

/** One volume for each claim, but for those whose names there are already. */
export function claimVolumes(mounts: readonly RenderedMount[], names: Iterable<string>): readonly Volume[] {
  const known = new Set(names);
  const volumes: Volume[] = [];
  for (const { claim, volume } of mounts) {
    if (claim === undefined || known.has(volume)) continue;
    known.add(volume);
    volumes.push({ name: volume, persistentVolumeClaim: { claimName: claim } });
  }
  return volumes;
}

/** Mounts as Kubernetes' container says them. */
export function containerMounts(mounts: readonly RenderedMount[]): readonly VolumeMount[] {
  return mounts.map(({ volume, mountPath, details }) => ({ name: volume, mountPath, ...details }));
}

/** Labels and annotations of the pods alone. */
export function podMetadataOf({ podMetadata, podTemplate }: ServiceOptions): PodMetadata | undefined {
  const more = podTemplate?.metadata;
  if (podMetadata === undefined) return more;
  return {
    ...more,
    ...compact({
      labels: unlessEmpty({ ...podMetadata.labels, ...more?.labels }),
      annotations: unlessEmpty({ ...podMetadata.annotations, ...more?.annotations }),
    }),
  };
}
