import { formatFieldPath } from './field-path.ts';
import { type Fleet, type FleetGraph, type FleetObject, isPlanned } from './fleet.ts';

/** A field that a commit changes to scale something: what must arrive in the cluster after a merge. */
export interface EditedField {
  readonly of: FleetObject;
  readonly path: readonly (string | number)[];
  /** `spec.services[decode].replicas`. */
  readonly shown: string;
  /** Whether a plan edits it, rather than only people. */
  readonly isPlanned: boolean;
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
        const graph = fleet.graphAt.get(of);
        return { of, path, shown: formatFieldPath(steps), isPlanned: graph !== undefined && isPlanned(fleet, graph) };
      }),
  );
  const ofScalers = objects
    .flatMap((of) => {
      const scaler = fleet.scalerAt.get(of);
      if (scaler === undefined) return [];
      if (scaler.kind !== 'adapter') return [scaler.minPath, scaler.maxPath].map((path) => ({ of, path }));
      return isDriven(fleet, of, scaler.name) ? [] : [{ of, path: scaler.replicasPath }];
    })
    .map(({ of, path }) => ({
      of,
      path: path.map(String),
      shown: formatFieldPath(path.map(String)),
      isPlanned: graphsOfScaler(fleet, of).some((graph) => isPlanned(fleet, graph)),
    }));
  return [...ofGraphs, ...ofScalers];
}

/** The graphs beside a scaler that have the service which it scales. */
function graphsOfScaler(fleet: Fleet, of: FleetObject): readonly FleetGraph[] {
  const scaler = fleet.scalerAt.get(of);
  if (scaler === undefined) return [];
  const adapter = scaler.kind === 'adapter' ? scaler.name : scaler.adapterName;
  return (fleet.servicesNamed.get(`${of.folder}:${adapter}`) ?? []).map(({ graph }) => graph);
}

function isDriven({ scalers }: Fleet, { folder }: FleetObject, adapter: string): boolean {
  return scalers.some(
    ({ of, scaler }) => scaler.kind !== 'adapter' && of.folder === folder && scaler.adapterName === adapter,
  );
}
