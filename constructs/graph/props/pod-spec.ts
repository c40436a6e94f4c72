import type {
  NamedContainer,
  PodMetadata,
  PodResourceClaim,
  Toleration,
  TopologySpreadConstraint,
  Volume,
} from '../../../api/index.ts';
import { anObject, flag, listOf, mapOf, number, oneOf, type Properties, shape, text } from '../../props/index.ts';
import type { PodSpecOptions } from '../fields/pod-spec.ts';

export const POD_SPEC: Properties<PodSpecOptions> = {
  volumes: listOf(anObject<Volume>()),
  initContainers: listOf(anObject<NamedContainer>()),
  sidecars: listOf(anObject<NamedContainer>()),
  resourceClaims: listOf(anObject<PodResourceClaim>()),
  nodeSelector: mapOf(text),
  affinity: anObject(),
  tolerations: listOf(anObject<Toleration>()),
  topologySpreadConstraints: listOf(anObject<TopologySpreadConstraint>()),
  imagePullSecrets: listOf(text),
  serviceAccountName: text,
  automountServiceAccountToken: flag,
  terminationGracePeriodSeconds: number,
  podSecurityContext: anObject(),
  hostNetwork: flag,
  hostIPC: flag,
  hostPID: flag,
  shareProcessNamespace: flag,
  dnsPolicy: oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  schedulerName: text,
  runtimeClassName: text,
  priorityClassName: text,
  podMetadata: shape<PodMetadata>('an object', { labels: mapOf(text), annotations: mapOf(text) }),
};
