import type { JsonValue, ReplicaBounds } from '../../../api/index.ts';
import type { Expressions } from '../declaration.ts';

/** What an autoscaler's `spec` says of everything but its target. */
export interface ReadScaler {
  readonly bounds: ReplicaBounds;
  readonly props: Expressions;
}

export function boundsOf(min: JsonValue | undefined, max: JsonValue | undefined): ReplicaBounds | undefined {
  return typeof min === 'number' && typeof max === 'number' ? { min, max } : undefined;
}
