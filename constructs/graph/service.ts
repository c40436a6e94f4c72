import type { ReplicaBounds } from '../../api/index.ts';
import type { Gpu } from '../gpu.ts';

/**
 * How many replicas a service has: a number is fixed here; bounds leave the number to the pins of each environment,
 * `apps/<app>/pins/<environment>/<graph>.yaml`, and to whoever proposes changes of them.
 */
export type Replicas = number | ReplicaBounds;

export interface FrontendProps {
  /**
   * Name of the service in the graph. Changing it later means deleting and making the graph again.
   *
   * @default 'Frontend'
   */
  readonly name?: string;

  /** @default 1 */
  readonly replicas?: Replicas;
}

export interface WorkerProps {
  /**
   * Name of the service in the graph. Changing it later means deleting and making the graph again.
   *
   * @default - the role: 'prefill', 'decode' or 'worker'
   */
  readonly name?: string;

  /** GPUs of one pod, which the engine splits the model over: `Gpu.count(2)` is tensor parallelism of 2. */
  readonly gpus: Gpu;

  readonly replicas: Replicas;

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
  readonly replicas: Replicas;
  /** Undefined for a service that runs no engine. */
  readonly gpusPerPod: number | undefined;
  readonly args: readonly string[];
}

export function boundsOf(replicas: Replicas): ReplicaBounds {
  return typeof replicas === 'number' ? { min: replicas, max: replicas } : replicas;
}
