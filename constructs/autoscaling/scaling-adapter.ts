import {
  DYNAMO_GROUP,
  isAtLeast,
  type JsonObject,
  type Problem,
  type ReplicaBounds,
  SCALING_ADAPTER_KIND,
} from '../../api/index.ts';
import { ApiObject, Construct } from '../cdk8s.ts';
import type { Replicas, Service } from '../graph/index.ts';
import { requireProps } from '../props/index.ts';
import { CHECK, type Checked, PINS_FILE, pinsFileOf, problemAt, settingsOf } from '../synthesis.ts';
import { boundsProblems } from './bounds.ts';
import { SCALING_ADAPTER as PROPS } from './props.ts';
import { driveProblems, unpinned } from './scale-target.ts';

export interface ScalingAdapterProps<Min extends number = number, Max extends number = number> {
  /** The service, declared with `scalingAdapter: true`. */
  readonly service: Service;

  /**
   * Renders the adapter as a manifest with this many replicas: a number is fixed here, bounds leave the number to the
   * graph's pins. For a service that no autoscaler drives, with an operator from 1.4 on; an older one overwrites the
   * manifest with the graph's count.
   *
   * @default - no manifest: the operator makes the adapter, and an autoscaler or the planner in the cluster drives it
   */
  readonly replicas?: Replicas<Min, Max>;
}

const SCALING_ADAPTER = Symbol.for('dynamo-gitops.ScalingAdapter');

/**
 * The scaling adapter of a service (DynamoGraphDeploymentScalingAdapter): what an autoscaler drives, since the graph itself
 * has no scale subresource.
 *
 * The operator makes it, by a name of its own, so that as a rule nothing is rendered and this is a name to point at.
 *
 * @example
 * const decode = graph.addDecode({ gpus: Gpu.count(4), scalingAdapter: true });
 * new ScalingAdapter(prod, 'decode', { service: decode, replicas: { min: 1, max: 8 } });
 * @see test/constructs/examples/scaling-adapter.ts
 */
export class ScalingAdapter<const Min extends number = number, const Max extends number = number>
  extends Construct
  implements Checked
{
  /** Inherited from Construct it would hold for every construct. */
  static override [Symbol.hasInstance](value: unknown): value is ScalingAdapter {
    return typeof value === 'object' && value !== null && SCALING_ADAPTER in value;
  }

  readonly service: Service;
  readonly #replicas: Replicas | undefined;

  constructor(scope: Construct, id: string, props: ScalingAdapterProps<Min, Max>);
  constructor(scope: Construct, id: string, props: ScalingAdapterProps) {
    requireProps(scope, id, PROPS, props);
    super(scope, id);
    const { service, replicas } = props;
    this.service = service;
    this.#replicas = replicas;
    Object.defineProperty(this, SCALING_ADAPTER, { value: true });
    if (replicas === undefined) return;
    service.addScaler({
      construct: this,
      kind: 'adapter',
      limits: boundsOf(replicas),
      isPinned: typeof replicas !== 'number',
    });
    new AdapterManifest(this, 'Default', service, replicas);
  }

  /** Name that the operator gives the adapter: `<graph>-<service>`, in lower case. */
  get adapterName(): string {
    return this.service.adapterName;
  }

  [CHECK](): readonly Problem[] {
    const { service } = this;
    const messages: string[] = [];
    if (this.#replicas !== undefined) {
      const { operatorVersion } = settingsOf(this);
      if (!isAtLeast(operatorVersion, '1.4.0')) {
        messages.push(
          `operator ${operatorVersion} overwrites a scaling adapter's manifest with the graph's count; leave "replicas" out, or use operator 1.4 or later`,
        );
      }
      messages.push(...driveProblems(this, service), ...boundsProblems('replicas', boundsOf(this.#replicas), service));
    } else if (service.scalesBy === 'count') {
      messages.push(
        `the scaling adapter of "${service.path}" is off; declare the service with "scalingAdapter: true" instead of "replicas"`,
      );
    }
    return messages.map((message) => problemAt(this, message));
  }
}

class AdapterManifest extends ApiObject {
  readonly #service: Service;
  readonly #replicas: Replicas;

  constructor(scope: Construct, id: string, service: Service, replicas: Replicas) {
    const apiVersion = `${DYNAMO_GROUP}/${settingsOf(scope).apiVersion}`;
    super(scope, id, { apiVersion, kind: SCALING_ADAPTER_KIND, metadata: { name: service.adapterName } });
    this.#service = service;
    this.#replicas = replicas;
    this.addDependency(service.graph);
  }

  get [PINS_FILE](): string | undefined {
    return typeof this.#replicas === 'number' ? undefined : pinsFileOf(this.#service.graph);
  }

  override toJson(): JsonObject {
    const service = this.#service;
    const replicas =
      typeof this.#replicas === 'number' ? this.#replicas : service.graph.pinnedAdapterReplicas(service.name);
    if (replicas === undefined) throw unpinned(service);
    const serviceField = settingsOf(this).apiVersion === 'v1alpha1' ? 'serviceName' : 'componentName';
    return {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: this.metadata.toJson() as JsonObject,
      spec: { replicas, dgdRef: { name: service.graph.name, [serviceField]: service.name } },
    };
  }
}

function boundsOf(replicas: Replicas): ReplicaBounds {
  return typeof replicas === 'number' ? { min: replicas, max: replicas } : replicas;
}
