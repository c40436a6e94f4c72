import type { JsonObject, JsonValue } from './json.ts';
import type { KeySelector } from './pod.ts';
import type { Backend } from './service-role.ts';

/*
 * Fields that both API versions write alike. "Since" is the operator release that knows the field; fields without one are as
 * old as 0.9. Where the release notes do not say which release brought a field that 1.0 lacked, 1.1.0 stands: the earliest
 * that can have it, so that no operator's field is refused.
 */

/** Restarts the graph whenever `id` changes. From operator 1.3 on a graph that has it cannot be created. */
export type Restart = {
  /** Not empty; a new value restarts. */
  readonly id: string;
  readonly strategy?:
    | {
        /** @default 'Sequential' */
        readonly type?: 'Sequential';
        /** Every service once. */
        readonly order?: readonly string[];
      }
    | { readonly type: 'Parallel'; readonly order?: never };
};

/** Fields of a workload that the operator makes, overridden. Since 1.5.0; Grove only. */
export type ProviderOverride = {
  readonly apiVersion: 'grove.io/v1alpha1';
  /** What the override is for; the position implies it. */
  readonly target?: string;
  /** Only the `topologyConstraint` subtree is open. */
  readonly value: JsonObject;
};

/** Which topology domain a key-value cache may cross. Since 1.1.0. */
export type KvTransferPolicy = KvTransferTopology & KvTransferEnforcement & { readonly domain: string };

type KvTransferTopology =
  | { readonly clusterTopologyName: string; readonly labelKey?: never }
  | { readonly labelKey: string; readonly clusterTopologyName?: never };

type KvTransferEnforcement =
  | { readonly enforcement?: 'required'; readonly preferredWeight?: never }
  | {
      readonly enforcement: 'preferred';
      /** 0 to 1. */
      readonly preferredWeight: number;
    };

/** Pods of one service, close together. Since 1.1.0. */
export type TopologyConstraint = { readonly packDomain: string };

/** Base model of a headless Service, which DynamoModel (LoRA adapters) finds the workers by. */
export type ModelRef = { readonly name: string; readonly revision?: string };

/** How the Gateway API's endpoint picker is configured: a ConfigMap's key, or in place. */
export type EppConfig =
  | { readonly configMapRef: KeySelector; readonly config?: never }
  | { readonly config: EndpointPickerConfig; readonly configMapRef?: never };

export type EndpointPickerConfig = JsonObject & {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly plugins: readonly { readonly type: string; readonly name?: string; readonly parameters?: JsonValue }[];
  readonly schedulingProfiles: readonly {
    readonly name: string;
    readonly plugins: readonly { readonly pluginRef: string; readonly weight?: number }[];
  }[];
  readonly featureGates?: readonly string[];
  readonly saturationDetector?: {
    readonly queueDepthThreshold?: number;
    readonly kvCacheUtilThreshold?: number;
    readonly metricsStalenessThreshold?: string;
  };
};

/** Starts workers from a snapshot of a loaded engine. */
export type Checkpoint = {
  /** @default false */
  readonly enabled: boolean;
  /** `Auto` makes the checkpoint, `Manual` uses the one that is named. */
  readonly mode?: 'Auto' | 'Manual';
  /** Name of a DynamoCheckpoint. */
  readonly checkpointRef?: string;
  /** @deprecated since 1.1.0 */
  readonly identity?: CheckpointIdentity;
  /** Since 1.1.0. @default 'Immediate' */
  readonly startupPolicy?: 'Immediate' | 'WaitForCheckpoint';
  /** Since 1.1.0. @default 'Delete' */
  readonly deletionPolicy?: 'Delete' | 'Retain';
  /** A DNS label. Since 1.1.0. @default 'main' */
  readonly targetContainerName?: string;
  /** Not beside `checkpointRef`. Since 1.1.0. */
  readonly job?: { readonly gmsClientContainers?: readonly string[]; readonly podTemplate?: JsonObject };
};

export type CheckpointIdentity = {
  readonly model: string;
  readonly backendFramework: Backend;
  readonly dynamoVersion?: string;
  readonly tensorParallelSize?: number;
  readonly pipelineParallelSize?: number;
  readonly dtype?: string;
  readonly maxModelLen?: number;
  readonly extraParameters?: { readonly [name: string]: string };
};
