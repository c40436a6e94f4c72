import type {
  Affinity,
  JsonObject,
  NamedContainer,
  PodMetadata,
  PodResourceClaim,
  PodSpec,
  Toleration,
  TopologySpreadConstraint,
  Volume,
} from '../../../api/index.ts';

/**
 * The pod around the main container: v1alpha1's `extraPodSpec`, v1beta1's `podTemplate.spec`. The fields are those of
 * Kubernetes' core/v1, under their own names but for `sidecars` and `podSecurityContext`.
 */
export interface PodSpecOptions {
  /**
   * Volumes that `volumeMounts` mount by their name; those of claims that it names itself are made without being listed here.
   *
   * @default - none
   */
  readonly volumes?: readonly Volume[];

  /** Containers that run to their end before the others start, in this order. @default - none */
  readonly initContainers?: readonly NamedContainer[];

  /** Containers beside the main one: `containers` of the pod. @default - none */
  readonly sidecars?: readonly NamedContainer[];

  /**
   * Resource claims of the pod (Dynamic Resource Allocation), such as the channel of a ComputeDomain. The main container
   * uses those that `claims` names.
   *
   * @default - none
   */
  readonly resourceClaims?: readonly PodResourceClaim[];

  /** Labels that a node must have. @default - none */
  readonly nodeSelector?: { readonly [label: string]: string };

  /** @default - none */
  readonly affinity?: Affinity;

  /** @default - none, but for what the cluster adds for GPUs */
  readonly tolerations?: readonly Toleration[];

  /** @default - none */
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];

  /** Names of the Secrets that images are pulled with. @default - those of the service account */
  readonly imagePullSecrets?: readonly string[];

  /** @default - the operator's */
  readonly serviceAccountName?: string;

  /** @default - the service account's */
  readonly automountServiceAccountToken?: boolean;

  /** Time that a pod has to finish its requests when it is stopped. @default - the operator's, else 30 s */
  readonly terminationGracePeriodSeconds?: number;

  /** `securityContext` of the pod; the main container's own is a field of `container`. @default - the operator's */
  readonly podSecurityContext?: JsonObject;

  /** With `dnsPolicy: 'ClusterFirstWithHostNet'`, or the pod finds no Services. @default false */
  readonly hostNetwork?: boolean;

  /** @default false */
  readonly hostIPC?: boolean;

  /** @default false */
  readonly hostPID?: boolean;

  /** Whether the containers see each other's processes. @default false */
  readonly shareProcessNamespace?: boolean;

  /** @default 'ClusterFirst' */
  readonly dnsPolicy?: NonNullable<PodSpec['dnsPolicy']>;

  /** @default - the operator's: Grove's where that is on */
  readonly schedulerName?: string;

  /** @default - the cluster's */
  readonly runtimeClassName?: string;

  /** Of this service's pods; on Grove the graph's own decides. @default - the cluster's */
  readonly priorityClassName?: string;

  /**
   * Labels and annotations of the pods alone: v1alpha1's `extraPodMetadata`. In v1beta1 they are the same as `labels` and
   * `annotations`.
   *
   * @default - none
   */
  readonly podMetadata?: PodMetadata;
}
