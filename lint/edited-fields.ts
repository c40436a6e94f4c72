import { formatFieldPath } from './field-path.ts';
import type { Fleet, FleetObject } from './fleet.ts';

/** A field that a commit changes to scale something: what must arrive in the cluster after a merge. */
export interface EditedField {
  readonly of: FleetObject;
  readonly path: readonly (string | number)[];
  /** `spec.services[decode].replicas`. */
  readonly shown: string;
}

/**
 * What scales the services of the objects that are given: counts of graphs that no adapter owns, bounds of autoscalers,
 * and counts of scaling adapters that nothing else drives.
 */
export function editedFields(fleet: Fleet, objects: readonly FleetObject[]): readonly EditedField[] {
  const ofGraphs = objects.flatMap((of) =>
    (fleet.graphAt.get(of)?.components ?? [])
      .filter(({ hasAdapter, replicas }) => !hasAdapter && replicas !== undefined)
      .map((component) => {
        const steps = component.at(['replicas']).path;
        const path = steps.map((step) => (typeof step === 'object' ? step.key : step));
        return { of, path, shown: formatFieldPath(steps) };
      }),
  );
  const ofScalers = objects
    .flatMap((of) => {
      const scaler = fleet.scalerAt.get(of);
      if (scaler === undefined) return [];
      if (scaler.kind !== 'adapter') return [scaler.minPath, scaler.maxPath].map((path) => ({ of, path }));
      return isDriven(fleet, of, scaler.name) ? [] : [{ of, path: scaler.replicasPath }];
    })
    .map(({ of, path }) => ({ of, path: path.map(String), shown: formatFieldPath(path.map(String)) }));
  return [...ofGraphs, ...ofScalers];
}

function isDriven({ scalers }: Fleet, { folder }: FleetObject, adapter: string): boolean {
  return scalers.some(
    ({ of, scaler }) => scaler.kind !== 'adapter' && of.folder === folder && scaler.adapterName === adapter,
  );
}
