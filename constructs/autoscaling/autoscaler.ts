import { isDnsSubdomain, type JsonObject, type Problem, type ReplicaBounds } from '../../api/index.ts';
import { ApiObject, type Construct } from '../cdk8s.ts';
import type { Service } from '../graph/index.ts';
import { CHECK, type Checked, PINS_FILE, pinsFileOf, problemAt } from '../synthesis.ts';
import { type AutoscalerBounds, boundsProblems } from './bounds.ts';
import { boundsOrThrow, driveProblems } from './scale-target.ts';
import { ScalingAdapter } from './scaling-adapter.ts';
import { behaviorProblems, type ScalingBehavior } from './scaling-rules.ts';

export interface AutoscalerOptions extends ScalingBehavior {
  /**
   * The service to scale, whose scaling adapter must be on. It has one autoscaler at most.
   */
  readonly target: Service | ScalingAdapter;

  /**
   * Name of the object.
   *
   * @default - the scaling adapter's name, `<graph>-<service>`
   */
  readonly name?: string;
}

/** What every autoscaler has: a service, a floor and a ceiling, and how fast it may go. */
export abstract class Autoscaler extends ApiObject implements Checked {
  readonly service: Service;
  readonly #bounds: { readonly field: 'limits' | 'bounds'; readonly value: ReplicaBounds };
  readonly #behavior: ScalingBehavior;

  constructor(
    scope: Construct,
    id: string,
    object: { readonly apiVersion: string; readonly kind: string; readonly scaler: 'hpa' | 'keda' },
    props: AutoscalerOptions & AutoscalerBounds,
  ) {
    const { target, name = target.adapterName } = props;
    super(scope, id, { apiVersion: object.apiVersion, kind: object.kind, metadata: { name } });
    this.service = target instanceof ScalingAdapter ? target.service : target;
    this.#bounds =
      props.limits === undefined ? { field: 'bounds', value: props.bounds } : { field: 'limits', value: props.limits };
    this.#behavior = props;
    this.service.addScaler({
      construct: this,
      kind: object.scaler,
      limits: this.#bounds.value,
      isPinned: this.#bounds.field === 'limits',
    });
    this.addDependency(this.service.graph);
  }

  /** What is wrong with what only this kind of autoscaler has. */
  protected abstract ownProblems(limits: ReplicaBounds): readonly string[];

  /** The object's `spec`. */
  protected abstract spec(bounds: ReplicaBounds): JsonObject;

  /** Path, from the repository's root, of the file that floor and ceiling come from; undefined if the code fixes them. */
  get [PINS_FILE](): string | undefined {
    return this.#bounds.field === 'limits' ? pinsFileOf(this.service.graph) : undefined;
  }

  [CHECK](): readonly Problem[] {
    const { field, value } = this.#bounds;
    return [
      ...(isDnsSubdomain(this.name)
        ? []
        : [`"${this.name}" is not a lower-case DNS name, which an autoscaler's name must be`]),
      ...driveProblems(this, this.service),
      ...boundsProblems(field, value, this.service),
      ...behaviorProblems(this.#behavior),
      ...this.ownProblems(value),
    ].map((message) => problemAt(this, message));
  }

  override toJson(): JsonObject {
    const { field, value } = this.#bounds;
    return {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: this.metadata.toJson() as JsonObject,
      spec: this.spec(boundsOrThrow(this.service, field === 'bounds' ? value : undefined)),
    };
  }
}
