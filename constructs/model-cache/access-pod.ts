import type { JsonObject } from '../../api/index.ts';
import { CACHE_VOLUME } from './claim.ts';
import type { MountedClaim } from './model-download.ts';

export interface AccessPodProps {
  /**
   * Image with a shell.
   *
   * @default 'docker.io/library/busybox:1.37.0'
   */
  readonly image?: string;

  /**
   * Whether files can be changed and removed from inside the pod.
   *
   * @default false
   */
  readonly isWritable?: boolean;
}

const DEFAULT_IMAGE = 'docker.io/library/busybox:1.37.0';

/** A pod cannot be changed in place either; here nothing is lost by making it anew. */
export const REPLACE_ANNOTATIONS = {
  'argocd.argoproj.io/sync-options': 'Force=true,Replace=true',
  'kustomize.toolkit.fluxcd.io/force': 'enabled',
};

/** Spec of a pod that waits with the claim mounted: `kubectl exec -it <claim>-access -- sh`. */
export function accessPodSpec(
  { image = DEFAULT_IMAGE, isWritable = false }: AccessPodProps,
  claim: MountedClaim,
): JsonObject {
  return {
    restartPolicy: 'Always',
    automountServiceAccountToken: false,
    // The shell waits as process 1, which no signal ends.
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, fsGroupChangePolicy: 'OnRootMismatch' },
    containers: [
      {
        name: 'access',
        image,
        command: ['sleep', 'infinity'],
        workingDir: claim.mountPath,
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '256Mi' } },
        volumeMounts: [{ name: CACHE_VOLUME, mountPath: claim.mountPath, ...(isWritable ? {} : { readOnly: true }) }],
      },
    ],
    volumes: [{ name: CACHE_VOLUME, persistentVolumeClaim: { claimName: claim.claimName } }],
  };
}
