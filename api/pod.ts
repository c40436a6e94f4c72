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

export type VolumeMount = JsonObject & {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
};

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
  readonly stdin?: boolean;
  readonly tty?: boolean;
};

export type Volume = JsonObject & {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly emptyDir?: { readonly medium?: '' | 'Memory'; readonly sizeLimit?: Quantity };
  readonly configMap?: JsonObject;
  readonly secret?: JsonObject;
  readonly hostPath?: { readonly path: string; readonly type?: string };
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
  readonly affinity?: JsonObject;
  readonly tolerations?: readonly Toleration[];
  readonly topologySpreadConstraints?: readonly JsonObject[];
  readonly resourceClaims?: readonly PodResourceClaim[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly serviceAccountName?: string;
  readonly priorityClassName?: string;
  readonly runtimeClassName?: string;
  readonly schedulerName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostIPC?: boolean;
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
