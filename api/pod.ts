import type { JsonObject } from './json.ts';

/*
 * The parts of Kubernetes' core/v1 that a graph writes. Fields that are not listed are taken as they are: each of these types
 * is open, so that nothing that Kubernetes knows has to wait for this file.
 */

/** An amount in Kubernetes' notation: `500m`, `4`, `64Gi`. */
export type Quantity = string;

/** Where an environment variable's value comes from: exactly one source. */
export type EnvSource =
  | { readonly secretKeyRef: KeySelector }
  | { readonly configMapKeyRef: KeySelector }
  | { readonly fieldRef: { readonly fieldPath: string; readonly apiVersion?: string } }
  | {
      readonly resourceFieldRef: {
        readonly resource: string;
        readonly containerName?: string;
        readonly divisor?: string;
      };
    };

/** One key of a Secret or ConfigMap in the pod's namespace. */
export type KeySelector = { readonly name: string; readonly key: string; readonly optional?: boolean };

export type EnvVar =
  | { readonly name: string; readonly value?: string; readonly valueFrom?: never }
  | { readonly name: string; readonly value?: never; readonly valueFrom: EnvSource };

type Port = number | string;

/** What a probe does: exactly one of the four. */
export type ProbeAction =
  | { readonly exec: { readonly command: readonly string[] } }
  | {
      readonly httpGet: {
        readonly path?: string;
        readonly port: Port;
        readonly host?: string;
        readonly scheme?: 'HTTP' | 'HTTPS';
        readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
      };
    }
  | { readonly tcpSocket: { readonly port: Port; readonly host?: string } }
  | { readonly grpc: { readonly port: number; readonly service?: string } };

/** A probe; times are in seconds. */
export type Probe = ProbeAction & {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
};

export type ContainerResources = {
  readonly requests?: { readonly [resource: string]: Quantity | number };
  readonly limits?: { readonly [resource: string]: Quantity | number };
  readonly claims?: readonly ClaimUse[];
};

/** Devices of one of the pod's resource claims (Dynamic Resource Allocation); all of them where `request` is absent. */
export type ClaimUse = { readonly name: string; readonly request?: string };

/** How a volume is mounted, beside its name and path. */
export type MountDetails = {
  /** Path inside the volume. */
  readonly subPath?: string;
  /** The same with `$(NAME)` of environment variables; in place of `subPath`. */
  readonly subPathExpr?: string;
  readonly readOnly?: boolean;
  readonly recursiveReadOnly?: 'Disabled' | 'IfPossible' | 'Enabled';
  readonly mountPropagation?: 'None' | 'HostToContainer' | 'Bidirectional';
};

export type VolumeMount = JsonObject & MountDetails & { readonly name: string; readonly mountPath: string };

export type EnvFromSource = JsonObject & {
  readonly secretRef?: { readonly name: string; readonly optional?: boolean };
  readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
  readonly prefix?: string;
};

export type Container = JsonObject & {
  readonly name?: string;
  readonly image?: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly (JsonObject & { readonly containerPort: number; readonly name?: string })[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly resources?: ContainerResources;
  readonly volumeMounts?: readonly VolumeMount[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: JsonObject;
  readonly securityContext?: JsonObject;
  /** `Always` makes a sidecar of an init container. */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly stdin?: boolean;
  readonly tty?: boolean;
};

/** A container that is found by its name, as all but the main one are. */
export type NamedContainer = Container & { readonly name: string };

/** Files of some keys of a ConfigMap or Secret; all of its keys where there are none. Modes are numbers: 0o444, or 292. */
type Files = {
  readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
  readonly defaultMode?: number;
  readonly optional?: boolean;
};

/** A volume has one source; those that are not listed are taken as they are. */
export type Volume = JsonObject & {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly emptyDir?: {
    readonly medium?: '' | 'Memory' | 'HugePages' | `HugePages-${string}`;
    readonly sizeLimit?: Quantity;
  };
  readonly configMap?: Files & { readonly name: string };
  readonly secret?: Files & { readonly secretName: string };
  readonly hostPath?: {
    readonly path: string;
    readonly type?:
      | ''
      | 'Directory'
      | 'DirectoryOrCreate'
      | 'File'
      | 'FileOrCreate'
      | 'Socket'
      | 'CharDevice'
      | 'BlockDevice';
  };
  readonly nfs?: { readonly server: string; readonly path: string; readonly readOnly?: boolean };
  readonly csi?: JsonObject & { readonly driver: string };
  readonly image?: { readonly reference: string; readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never' };
  readonly projected?: JsonObject;
  readonly downwardAPI?: JsonObject;
  readonly ephemeral?: JsonObject;
};

/** What a node's labels must be: `values` go with `In` and `NotIn`, one of them with `Gt` and `Lt`. */
export type NodeSelectorRequirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[];
};

/** All of its requirements hold. */
export type NodeSelectorTerm = {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
};

/** Nodes by their labels: one of the terms must hold, or weighs from 1 to 100. */
export type NodeAffinity = {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number;
    readonly preference: NodeSelectorTerm;
  }[];
};

/** Pods by their labels: all of it holds. */
export type LabelSelector = {
  readonly matchLabels?: { readonly [label: string]: string };
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
};

/** Nodes with, or without, such pods; `topologyKey` is the node label whose value they share. */
export type PodAffinityTerm = JsonObject & { readonly topologyKey: string; readonly labelSelector?: LabelSelector };

export type PodAffinity = {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number;
    readonly podAffinityTerm: PodAffinityTerm;
  }[];
};

export type Affinity = {
  readonly nodeAffinity?: NodeAffinity;
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
};

export type TopologySpreadConstraint = JsonObject & {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  readonly labelSelector?: LabelSelector;
};

export type Toleration = {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly tolerationSeconds?: number;
};

/** A claim that the pod brings along: one that exists, or one that is made from a template for each pod. */
export type PodResourceClaim =
  | { readonly name: string; readonly resourceClaimName: string; readonly resourceClaimTemplateName?: never }
  | { readonly name: string; readonly resourceClaimTemplateName: string; readonly resourceClaimName?: never };

export type PodSpec = JsonObject & {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly nodeSelector?: { readonly [label: string]: string };
  readonly affinity?: Affinity;
  readonly tolerations?: readonly Toleration[];
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly resourceClaims?: readonly PodResourceClaim[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly serviceAccountName?: string;
  readonly priorityClassName?: string;
  readonly runtimeClassName?: string;
  readonly schedulerName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostIPC?: boolean;
  readonly hostPID?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly dnsPolicy?: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None';
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: JsonObject;
};

export type PodMetadata = {
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
};

export type PodTemplate = {
  readonly metadata?: PodMetadata;
  readonly spec?: PodSpec;
};
