import type { IConstruct } from 'constructs';
import { type ReplicaBounds, type ServiceRole, scalingAdapterName } from '../../api/index.ts';
import type { GraphDeployment } from './graph-deployment.ts';

/** Something that drives a service's scaling adapter: an autoscaler, or a manifest of the adapter. */
export interface ServiceScaler {
  readonly construct: IConstruct;
  readonly kind: 'hpa' | 'keda' | 'adapter';
  /** The least floor and the highest ceiling that it may ever have; its bounds themselves where the code fixes them. */
  readonly limits: ReplicaBounds;
  /**
   * True where its bounds are in the graph's pins, as `minReplicas` and `maxReplicas`; `graph.pinnedBounds` reads them.
   */
  readonly isPinned: boolean;
}

/**
 * A service of a graph, as `addWorker` and its siblings return it: what autoscalers, adapters and quotas refer to.
 *
 * It has no object of its own in the cluster; messages name it by `path`, as if it were a construct below its graph.
 */
export class Service {
  /** Name in the graph, in its original case. */
  readonly name: string;
  readonly role: ServiceRole;
  readonly graph: GraphDeployment;
  /**
   * Who decides the number of replicas: `count` is the graph's own number, fixed or pinned; `adapter` is the service's
   * scaling adapter, which an autoscaler or the planner in the cluster drives.
   */
  readonly scalesBy: 'count' | 'adapter';
  readonly #scalers: ServiceScaler[] = [];

  /** @internal Made by the graph's `add` methods. */
  constructor(graph: GraphDeployment, name: string, role: ServiceRole, scalesBy: 'count' | 'adapter') {
    this.graph = graph;
    this.name = name;
    this.role = role;
    this.scalesBy = scalesBy;
  }

  /** Name that the operator gives this service's scaling adapter, which it makes in the graph's namespace. */
  get adapterName(): string {
    return scalingAdapterName(this.graph.name, this.name);
  }

  /** Most replicas that the adapter can be told of; undefined where nothing here drives it. */
  get maxReplicas(): number | undefined {
    return this.#scalers.length === 0 ? undefined : Math.max(...this.#scalers.map(({ limits }) => limits.max));
  }

  /** Construct path of the graph and the service's name, as messages show it. */
  get path(): string {
    return `${this.graph.node.path}/${this.name}`;
  }

  /** What drives this service's adapter, in the order it was declared; more than one is an error that they report themselves. */
  get scalers(): readonly ServiceScaler[] {
    return [...this.#scalers];
  }

  /**
   * Tells the service of what drives its adapter.
   *
   * @internal
   */
  addScaler(scaler: ServiceScaler): void {
    this.#scalers.push(scaler);
  }
}
