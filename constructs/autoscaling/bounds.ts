import { isWorkerRole, type ReplicaBounds } from '../../api/index.ts';
import type { OrderedBounds } from '../graph/bounds.ts';
import type { Service } from '../graph/index.ts';

/** Floor and ceiling of an autoscaler: left to the graph's pins within limits, or fixed in the code. */
export type AutoscalerBounds<Min extends number = number, Max extends number = number> =
  | {
      /**
       * The least floor and the highest ceiling that may ever be. Both numbers stand in the graph's pins, as
       * `<service>: {minReplicas: 2, maxReplicas: 6}`, where the planner proposes them.
       */
      readonly limits: OrderedBounds<Min, Max>;
      readonly bounds?: never;
    }
  | {
      /** Floor and ceiling, fixed here. */
      readonly bounds: OrderedBounds<Min, Max>;
      readonly limits?: never;
    };

/** Most replicas that pins, plans and policies speak of. */
const MAX_REPLICAS = 10_000;

/** What is wrong with the floor and ceiling of a service's autoscaler. */
export function boundsProblems(
  field: 'limits' | 'bounds' | 'replicas',
  { min, max }: ReplicaBounds,
  service: Service,
): readonly string[] {
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0 && count <= MAX_REPLICAS;
  const wrong = [...new Set([min, max])].filter((count) => !isCount(count));
  if (wrong.length > 0) return [`${field} ${wrong.join(' and ')} must be whole, from 0 to ${MAX_REPLICAS}`];
  const messages: string[] = [];
  if (min > max) messages.push(`${field}: min ${min} is above max ${max}`);
  if (max === 0) messages.push(`${field}: max is 0, and an autoscaler needs at least 1`);
  if (min === 0 && isServing(service)) {
    messages.push(
      `${field}: min is 0, but without a ${service.role} the model is not served, and nothing is left to scale up by; the least is 1`,
    );
  }
  return messages;
}

/** With none of it left, the model disappears from the frontend, or the frontend itself does. */
function isServing({ role }: Service): boolean {
  return isWorkerRole(role) || role === 'frontend';
}
