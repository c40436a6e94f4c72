import type { GraphPvc, KvTransferPolicy, ProviderOverride, Restart } from '../../../api/index.ts';
import type { Environment } from './pod.ts';

/** What a graph says of all its services. */
export interface GraphOptions {
  /** Environment variables of every service. @default - none */
  readonly env?: Environment;

  /** Labels of the workloads and pods; the graph's own go to `metadata`. Operator 1.1 and later. @default - none */
  readonly labels?: { readonly [key: string]: string };

  /** Annotations of the workloads and pods; the graph's own go to `metadata`. Operator 1.1 and later. @default - none */
  readonly annotations?: { readonly [key: string]: string };

  /** Grove only. Operator 1.1 and later. @default - none */
  readonly priorityClassName?: string;

  /**
   * Restarts the services when `id` changes. From operator 1.3 on a graph that has it cannot be created, so that it must not
   * stay in Git; restart by hand there.
   *
   * @default - none
   */
  readonly restart?: Restart;

  /**
   * Claims that the graph names, v1alpha1 only. One with `create: true` is deleted with the graph, and the model in it:
   * prefer a `ModelCache`, which outlives it.
   *
   * @default - the model cache, which exists already
   */
  readonly pvcs?: readonly GraphPvc[];

  /**
   * Where the pods of the graph stand: the name of a Grove cluster topology, and the domain that all of them stay in. It
   * cannot be changed. Operator 1.1 and later.
   *
   * @default - none
   */
  readonly topologyConstraint?: { readonly topology: string; readonly packDomain?: string };

  /** Which domain a key-value cache is sent across. It cannot be changed. Operator 1.1 and later. @default - none */
  readonly kvTransferPolicy?: KvTransferPolicy;

  /** Fields of the Grove workload. Operator 1.5 and later. @default - none */
  readonly providerOverride?: ProviderOverride;
}
