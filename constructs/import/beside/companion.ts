import type { ReplicaBounds } from '../../../api/index.ts';
import type { Expressions } from '../declaration.ts';

/** An object beside the graphs, as one of our constructs says it. */
export type Companion = ScalingCompanion | ClaimCompanion;

/** An autoscaler of a service, or a manifest of its scaling adapter. */
export interface ScalingCompanion {
  readonly construct: 'Hpa' | 'Keda' | 'ScalingAdapter';
  /** Name in the code of the service that it scales. */
  readonly service: string;
  /** Floor and ceiling; of an adapter's manifest its count, twice. */
  readonly bounds: ReplicaBounds;
  /** Properties without the service and the numbers. */
  readonly props: Expressions;
}

/** A claim, made by a ModelCache of its name. */
export interface ClaimCompanion {
  readonly construct: 'ModelCache';
  readonly claimName: string;
  readonly props: Expressions;
}
