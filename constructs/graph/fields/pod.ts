import type { Container, EnvSource, EnvVar, PodTemplate, Probe } from '../../../api/index.ts';

/** Environment variables: by name, `{ NCCL_DEBUG: 'INFO' }`, or as Kubernetes' list. */
export type Environment = readonly EnvVar[] | { readonly [name: string]: string | EnvSource };

export interface PodOptions {
  /**
   * @default - the graph's image
   */
  readonly image?: string;

  /**
   * Command of the main container, in place of the engine's; `args` are then all its arguments.
   *
   * @default - for workers the engine's, else the operator's for the type
   */
  readonly command?: readonly string[];

  /**
   * More arguments. A worker's come after those that follow from the graph, and a flag that is given here replaces the same
   * flag of the graph's, with its value.
   *
   * @default - none
   */
  readonly args?: readonly string[];

  /** @default - none */
  readonly env?: Environment;

  /**
   * Secret in the graph's namespace whose keys become environment variables.
   *
   * @default - the graph's `environmentSecret`
   */
  readonly envFromSecret?: string;

  /** Labels of the pods. @default - none */
  readonly labels?: { readonly [key: string]: string };

  /** Annotations of the pods. @default - none */
  readonly annotations?: { readonly [key: string]: string };

  /** Replaces the operator's probe. @default - the operator's: `/live` of port 9090 for workers */
  readonly livenessProbe?: Probe;

  /** Replaces the operator's probe. @default - the operator's: `/health` of port 9090 for workers */
  readonly readinessProbe?: Probe;

  /**
   * Replaces the operator's probe. A model that loads for longer than two hours needs one.
   *
   * @default - the operator's: up to two hours for workers
   */
  readonly startupProbe?: Probe;

  /**
   * More fields of the main container, taken as they are: they win over what the other options say, and lists such as
   * `env` and `volumeMounts` come after theirs.
   *
   * @default - none
   */
  readonly container?: Container;

  /**
   * Fields of the pod that no option names, taken as they are: `spec` is v1alpha1's `extraPodSpec` and v1beta1's
   * `podTemplate.spec`, `metadata` is `extraPodMetadata` and `podTemplate.metadata`. They win over what the options say, but
   * `containers` and `volumes` come after theirs.
   *
   * @default - none
   */
  readonly podTemplate?: PodTemplate;
}
