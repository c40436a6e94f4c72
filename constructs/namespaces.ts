import { dynamoNamespace } from '../api/index.ts';

/**
 * A namespace of Kubernetes, where objects live. `Environment` takes one, or its name.
 *
 * It and `DynamoNamespace` are both text that looks alike, so each is a type of its own: the compiler refuses one where the
 * other is meant.
 */
export class KubernetesNamespace {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  toString(): string {
    return this.#name;
  }
}

/**
 * A namespace of Dynamo's runtime, in which the services of one graph find each other and by which its metrics are labelled.
 * It follows from the Kubernetes namespace and the graph's name; nobody chooses it.
 */
export class DynamoNamespace {
  /** The one namespace of all services that set `globalDynamoNamespace`. */
  static readonly GLOBAL: DynamoNamespace = new DynamoNamespace('dynamo');

  /** Namespace of a graph, by its name. */
  static of(namespace: KubernetesNamespace, graph: string): DynamoNamespace {
    return new DynamoNamespace(dynamoNamespace(namespace.name, graph, false));
  }

  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  /**
   * Value of the label `dynamo_namespace` on metrics of the frontend (`dynamo_frontend_*`): with dashes, since the operator's
   * PodMonitor takes it from a label of the pod.
   */
  get frontendLabel(): string {
    return this.#name;
  }

  /**
   * Value of the label `dynamo_namespace` on metrics of workers and routers (`dynamo_component_*`): with underscores, since
   * the runtime writes it. Later operators append `_` and 8 hexadecimal digits for workers, so that a query must match both.
   */
  get componentLabel(): string {
    return this.#name.replaceAll('-', '_');
  }

  toString(): string {
    return this.#name;
  }
}
