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
  const among = new Set(objects);
  const ofGraphs = fleet.graphs
    .filter(({ of }) => among.has(of))
    .flatMap(({ of, components }) =>
      components
        .filter(({ hasAdapter, replicas }) => !hasAdapter && replicas !== undefined)
        .map((component) => {
          const steps = component.at(['replicas']).path;
          const path = steps.map((step) => (typeof step === 'object' ? step.key : step));
          return { of, path, shown: formatFieldPath(steps) };
        }),
    );
  const driven = new Set(
    fleet.scalers.flatMap(({ of, scaler }) =>
      scaler.kind === 'adapter' ? [] : [`${of.folder}:${scaler.adapterName}`],
    ),
  );
  const ofScalers = fleet.scalers
    .filter(({ of }) => among.has(of))
    .flatMap(({ of, scaler }) => {
      if (scaler.kind !== 'adapter') return [scaler.minPath, scaler.maxPath].map((path) => ({ of, path }));
      return driven.has(`${of.folder}:${scaler.name}`) ? [] : [{ of, path: scaler.replicasPath }];
    })
    .map(({ of, path }) => ({ of, path: path.map(String), shown: formatFieldPath(path.map(String)) }));
  return [...ofGraphs, ...ofScalers];
}
