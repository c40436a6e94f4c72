import type { ReplicaBounds } from '../../api/index.ts';
import type { Gpu } from '../gpu.ts';

/**
 * How many replicas a service has: a number is fixed here; bounds leave the number to the pins of each environment,
 * `apps/<app>/pins/<environment>/<graph>.yaml`, and to whoever proposes changes of them.
 */
export type Replicas = number | ReplicaBounds;

/**
 * Who decides how many replicas a service has.
 *
 * With `scalingAdapter: true` it is the scaling adapter, which an autoscaler drives: the graph then renders no count, since
 * the operator's webhook refuses one that Argo CD or Flux would change.
 */
export type Scaling =
  | { readonly replicas: Replicas; readonly scalingAdapter?: false }
  | { readonly replicas?: never; readonly scalingAdapter: true };

/** As `Scaling`, with 1 replica where nothing is said. */
export type OptionalScaling = Scaling | { readonly replicas?: undefined; readonly scalingAdapter?: false };

export type FrontendProps = FrontendOptions & OptionalScaling;

export interface FrontendOptions {
  /**
   * Name of the service in the graph. Changing it later means deleting and making the graph again.
   *
   * @default 'Frontend'
   */
  readonly name?: string;
}

export type WorkerProps = WorkerOptions & Scaling;

export interface WorkerOptions {
  /**
   * Name of the service in the graph. Changing it later means deleting and making the graph again.
   *
   * @default - the role: 'prefill', 'decode' or 'worker'
   */
  readonly name?: string;

  /** GPUs of one pod, which the engine splits the model over: `Gpu.count(2)` is tensor parallelism of 2. */
  readonly gpus: Gpu;

  /**
   * More arguments of the engine, after those that follow from the graph. A flag that is given here replaces the same
   * flag of the graph's, with its value.
   *
   * @default - none
   */
  readonly args?: readonly string[];
}

/** What a service does, as far as an author can declare it. */
export type DeclaredRole = 'frontend' | 'worker' | 'prefill' | 'decode';

/** A service as its author declared it, with every default filled in. */
export interface DeclaredService {
  readonly name: string;
  readonly role: DeclaredRole;
  /** Undefined where the scaling adapter decides. */
  readonly replicas: Replicas | undefined;
  /** Limits of what drives the adapter, as far as it is declared here. */
  readonly scalerLimits?: ReplicaBounds | undefined;
  /** Undefined for a service that runs no engine. */
  readonly gpusPerPod: number | undefined;
  readonly args: readonly string[];
}

export function boundsOf(replicas: Replicas): ReplicaBounds {
  return typeof replicas === 'number' ? { min: replicas, max: replicas } : replicas;
}
