import {
  DEFAULT_OPERATOR_VERSION,
  type DocumentPath,
  formatPath,
  isRepositoryPath,
  type Plan,
  type PlanTarget,
  type Policy,
  type Problem,
  parseDocument,
  pinsPath,
  pinsSchema,
  type ReplicaOwner,
  type ScalarLocation,
} from '../../api/index.ts';
import { type FleetGraph, fleetOf, type ManifestFile } from '../../manifests/index.ts';
import type { PlanEdit } from './plan-edits.ts';

/**
 * Files besides the edited ones that say whose a number is: where an autoscaler or a scaling adapter owns it, the graph
 * stands elsewhere.
 */
export function supportingFiles(plan: Plan, edits: readonly PlanEdit[]): readonly string[] {
  return edits.some(({ target }) => target.owner !== 'graph')
    ? plan.inputs.manifests.map(({ file }) => file).filter(isRepositoryPath)
    : [];
}

/**
 * Holds every edit against the files themselves, since whoever writes a plan by hand can also seal it: the number must be
 * the one that the target names, and the target must lie in the limits that the graph's author declared.
 */
export function misdirectedEdits(
  edits: readonly PlanEdit[],
  files: ReadonlyMap<string, ManifestFile>,
): readonly Problem[] {
  // The version only decides whether adapters count; a planner for an older operator made no target of one.
  const { graphs } = fleetOf([...files.values()], DEFAULT_OPERATOR_VERSION);
  return edits.flatMap(({ target, location }): readonly Problem[] => {
    const candidates = graphs.filter((graph) => isNamedBy(graph, target));
    const graph = candidates.find((candidate) => isPlace(candidate, target, location, files));
    const place = { file: location.file, line: location.line, path: formatPath(location.path) };
    const name = `${target.environment}/${target.deployment}/${target.service}`;
    if (graph === undefined) {
      const message = `is not the number of ${name} in namespace "${target.namespace}"; the plan may not edit it`;
      return [{ code: 'refused', ...place, message, hint: 'run plan again' }];
    }
    const limit = brokenLimit(graph, target);
    if (limit === undefined) return [];
    return [{ code: 'refused', ...place, message: `${name} may not become ${target.target}: ${limit}` }];
  });
}

function isNamedBy({ view, policy }: FleetGraph, target: PlanTarget): boolean {
  return (
    view.name === target.deployment &&
    (view.namespace === undefined || view.namespace === target.namespace) &&
    (policy === undefined || policy.environment === target.environment)
  );
}

function isPlace(
  graph: FleetGraph,
  target: PlanTarget,
  location: ScalarLocation,
  files: ReadonlyMap<string, ManifestFile>,
): boolean {
  const rendered = renderedPlace(graph, target);
  if (rendered === undefined) return false;
  const isRendered = (one: ScalarLocation): boolean =>
    one.file === rendered.file && one.document === rendered.document && isSamePath(one.path, rendered.path);
  if (isRendered(location)) return true;
  // A pin moves only together with what is rendered from it.
  return target.locations.some(isRendered) && isPin(graph.policy, target, location, files);
}

interface RenderedPlace {
  readonly file: string;
  readonly document: number;
  readonly path: DocumentPath;
}

function renderedPlace(graph: FleetGraph, target: PlanTarget): RenderedPlace | undefined {
  const owner = graph.owners.get(target.service);
  const service = graph.view.services.find(({ name }) => name === target.service);
  if (owner === undefined || service === undefined || owner.kind !== target.owner) return undefined;
  const { file, document } = graph;
  if (owner.kind === 'graph') return { file, document, path: service.replicasPath };
  const scaler = graph.scalerLocations.get(target.service);
  const path = scalerPath(owner);
  return scaler === undefined || path === undefined ? undefined : { ...scaler, path };
}

function scalerPath(owner: ReplicaOwner): DocumentPath | undefined {
  switch (owner.kind) {
    case 'autoscaler':
      return owner.scaler.minPath;
    case 'adapter':
      return owner.scaler.replicasPath;
    case 'graph':
    case 'nobody':
      return undefined;
  }
}

function isPin(
  policy: Policy | undefined,
  { deployment, environment, service, owner }: PlanTarget,
  { file, document, path }: ScalarLocation,
  files: ReadonlyMap<string, ManifestFile>,
): boolean {
  const app = policy?.app ?? file.split('/')[1] ?? '';
  if (file !== pinsPath(app, environment, deployment)) return false;
  const value = files.get(file)?.documents.find(({ index }) => index === document)?.value;
  const pins = parseDocument(pinsSchema, value, file);
  return (
    pins.ok &&
    pins.value.deployment === deployment &&
    pins.value.environment === environment &&
    isSamePath(path, ['services', service, owner === 'autoscaler' ? 'minReplicas' : 'replicas'])
  );
}

function isSamePath(first: DocumentPath, second: DocumentPath): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}

/** A number that is outside already may take a step towards the limits, as the planner's step limits have it. */
function brokenLimit({ policy, owners }: FleetGraph, { service, current, target }: PlanTarget): string | undefined {
  const declared =
    policy !== undefined && Object.hasOwn(policy.services, service) ? policy.services[service] : undefined;
  const words = `declared with ${declared?.min} to ${declared?.max} replicas`;
  if (declared !== undefined && target > declared.max && target > current) return words;
  if (declared !== undefined && target < declared.min && target < current) return words;
  const owner = owners.get(service);
  const ceiling = owner?.kind === 'autoscaler' ? owner.scaler.max : undefined;
  return ceiling !== undefined && target > ceiling ? `its autoscaler has a maximum of ${ceiling}` : undefined;
}
