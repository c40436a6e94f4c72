import type { EppConfig, ReplicaBounds, ServiceRole } from '../../api/index.ts';
import type { Gpu } from '../gpu.ts';
import type { OrderedBounds } from './bounds.ts';
import type { OperatorOptions } from './fields/operator.ts';
import type { PodOptions } from './fields/pod.ts';
import type { PodSpecOptions } from './fields/pod-spec.ts';
import type { ResourceOptions } from './fields/resources.ts';
import type { StorageOptions } from './fields/storage.ts';

/**
 * How many replicas a service has: a number is fixed here; bounds leave the number to the pins of each environment,
 * `apps/<app>/pins/<environment>/<graph>.yaml`, and to whoever proposes changes of them.
 */
export type Replicas<Min extends number = number, Max extends number = number> = number | OrderedBounds<Min, Max>;

/**
 * Who decides how many replicas a service has.
 *
 * With `scalingAdapter: true` it is the scaling adapter, which an autoscaler drives: the graph then renders no count, since
 * the operator's webhook refuses one that Argo CD or Flux would change.
 */
export type Scaling<Min extends number = number, Max extends number = number> =
  | { readonly replicas: Replicas<Min, Max>; readonly scalingAdapter?: false }
  | { readonly replicas?: never; readonly scalingAdapter: true };

/** As `Scaling`, with 1 replica where nothing is said. */
export type OptionalScaling<Min extends number = number, Max extends number = number> =
  | Scaling<Min, Max>
  | { readonly replicas?: undefined; readonly scalingAdapter?: false };

/** Everything that a service of any kind can be told. */
export interface ServiceOptions extends PodOptions, PodSpecOptions, ResourceOptions, StorageOptions, OperatorOptions {}

export interface NamedOptions extends ServiceOptions {
  /**
   * Name of the service in the graph. Changing it later means deleting and making the graph again.
   *
   * @default - 'Frontend', 'Planner', 'Epp'; for workers their role: 'prefill', 'decode' or 'worker'
   */
  readonly name?: string;
}

export interface WorkerOptions extends NamedOptions {
  readonly gpus: Gpu;

  /**
   * Writes the engine's command line from the graph's backend, model and this worker's role and GPUs, with the flags that
   * Dynamo's recipes use. False where `args` are all there is to say.
   *
   * @default - true, unless `command` is given
   */
  readonly engine?: boolean;
}

export type FrontendProps<Min extends number = number, Max extends number = number> = NamedOptions &
  OptionalScaling<Min, Max>;

export type WorkerProps<Min extends number = number, Max extends number = number> = WorkerOptions & Scaling<Min, Max>;

/** One replica: two planners would undo each other's decisions. */
export interface PlannerProps extends NamedOptions {}

export interface EppProps extends NamedOptions {
  /** Plugins and scheduling profiles of the endpoint picker: in place, or a key of a ConfigMap. */
  readonly eppConfig: EppConfig;
}

export interface CustomOptions extends ServiceOptions {
  /** Name of the service in the graph. Changing it later means deleting and making the graph again. */
  readonly name: string;

  /**
   * Type of the service. v1alpha1 takes any text and treats what it does not know as `default`; v1beta1 takes a closed list.
   *
   * @default - none
   */
  readonly type?: 'frontend' | 'worker' | 'prefill' | 'decode' | 'planner' | 'epp' | 'default' | (string & {});

  /** v1alpha1 only, but for `prefill` and `decode` of a `worker`, which v1beta1 has as types. @default - none */
  readonly subType?: 'prefill' | 'decode' | (string & {});

  /** For type `epp`. @default - none */
  readonly eppConfig?: EppConfig;
}

/** As `OptionalScaling`; `'unset'` writes no count, which the operator takes for 1 (from 1.1 on). */
export type CustomProps<Min extends number = number, Max extends number = number> = CustomOptions &
  (OptionalScaling<Min, Max> | { readonly replicas: 'unset'; readonly scalingAdapter?: false });

/** A service as its author declared it, with every default filled in. */
export interface DeclaredService {
  readonly name: string;
  readonly role: ServiceRole;
  readonly type: string | undefined;
  readonly subType: string | undefined;
  /** Undefined where the scaling adapter decides. */
  readonly replicas: Replicas | undefined;
  /** True for a count of 1 that is not written. */
  readonly isReplicasUnset: boolean;
  /** Limits of what drives the adapter, as far as it is declared here. */
  readonly scalerLimits?: ReplicaBounds | undefined;
  /** True for a prefill or decode worker that was declared as half of a pair. */
  readonly isPaired: boolean;
  /** The role that the engine's command line is written for; undefined where none is. */
  readonly engine: 'worker' | 'prefill' | 'decode' | undefined;
  readonly eppConfig: EppConfig | undefined;
  readonly options: ServiceOptions;
}

export function boundsOf(replicas: Replicas): ReplicaBounds {
  return typeof replicas === 'number' ? { min: replicas, max: replicas } : replicas;
}
