import {
  CONFIG_FILE,
  configSchema,
  DEFAULT_OPERATOR_VERSION,
  type DocumentPath,
  formatPath,
  isNamedBy as isNamed,
  isRepositoryPath,
  type NumberTarget,
  type Plan,
  type PlanTarget,
  type Policy,
  type Problem,
  parseDocument,
  parsePath,
  pinsPath,
  pinsSchema,
  type ReplicaOwner,
  type ScalarLocation,
} from '../../api/index.ts';
import {
  type FleetGraph,
  generatedMark,
  type ManifestFile,
  markFilesOf,
  type ResolvedFleet,
  type ResolvedGraph,
  resolveFleet,
  resolveNumber,
} from '../../manifests/index.ts';
import type { PlanEdit } from './plan-edits.ts';

/**
 * Files besides the edited ones that say whose a number is: where an autoscaler or a scaling adapter owns it, the graph
 * stands elsewhere; where it is rendered, so do the files that it is rendered from; and files beside it may mark it as
 * somebody's output.
 */
export function supportingFiles(plan: Plan, edits: readonly PlanEdit[]): readonly string[] {
  const files = new Set<string>();
  const add = (names: readonly string[] = []): void => {
    for (const name of names) files.add(name);
  };
  for (const { target, location } of edits) {
    if (target.owner !== 'graph') add(target.graphFiles);
    add(target.through);
    add(markFilesOf(location.file));
  }
  // A plan that names no files of a graph leaves them to be looked for.
  const isAnywhere = edits.some(({ target }) => target.owner !== 'graph' && target.graphFiles === undefined);
  if (isAnywhere) add(plan.inputs.manifests.map(({ file }) => file));
  return [...files].filter(isRepositoryPath);
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
  const fleet = resolveFleet(files, DEFAULT_OPERATOR_VERSION);
  return edits.flatMap(({ target, location }): readonly Problem[] => {
    const candidates = fleet.graphs.filter((graph) => isNamedBy(graph, target));
    const graph = candidates.find((candidate) => isPlace(candidate, target, location, fleet));
    const place = { file: location.file, line: location.line, path: formatPath(location.path) };
    const name = `${target.environment}/${target.deployment}/${target.service}`;
    const output = outputReason(target, location, files);
    if (output !== undefined) return [{ code: 'refused', ...place, message: output }];
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

function isPlace(graph: ResolvedGraph, target: PlanTarget, location: ScalarLocation, fleet: ResolvedFleet): boolean {
  if (target.through !== undefined) {
    const isFound = target.locations.some((one) => isProvenPlace(graph, target, one, fleet));
    return (
      isFound && (isProvenPlace(graph, target, location, fleet) || isPin(graph.policy, target, location, fleet.sources))
    );
  }
  const rendered = renderedPlace(graph, target);
  if (rendered === undefined) return false;
  const isRendered = (one: ScalarLocation): boolean =>
    one.file === rendered.file &&
    one.document === rendered.document &&
    rendered.paths.some((path) => isSamePath(one.path, path));
  if (isRendered(location)) return true;
  // A pin moves only together with what is rendered from it.
  return target.locations.some(isRendered) && isPin(graph.policy, target, location, fleet.sources);
}

/** Whether rendering shows that the number is the service's, or the config on the branch maps it there. */
function isProvenPlace(
  graph: ResolvedGraph,
  target: PlanTarget,
  location: ScalarLocation,
  fleet: ResolvedFleet,
): boolean {
  const owner = graph.owners.get(target.service);
  if (owner === undefined || owner.kind !== target.owner) return false;
  const mapped = mappedTarget(graph, target, fleet.sources);
  if (mapped !== undefined)
    return mapped.file === location.file && isSamePath(parsePath(mapped.path) ?? [], location.path);
  const found = resolveNumber(fleet, graph, target.service);
  return (
    found?.kind === 'written' &&
    found.place.file === location.file &&
    found.place.document === location.document &&
    isSamePath(found.place.path, location.path)
  );
}

function mappedTarget(
  { view }: ResolvedGraph,
  { through, service, namespace, environment }: PlanTarget,
  files: ReadonlyMap<string, ManifestFile>,
): NumberTarget | undefined {
  const value = through?.includes(CONFIG_FILE) === true ? files.get(CONFIG_FILE)?.documents[0]?.value : undefined;
  const config = value === undefined ? undefined : parseDocument(configSchema, value, CONFIG_FILE);
  if (config?.ok !== true) return undefined;
  const deployment = config.value.deployments.find((one) => isNamed(one, { name: view.name, namespace, environment }));
  return deployment !== undefined && Object.hasOwn(deployment.services, service)
    ? deployment.services[service]?.target
    : undefined;
}

/** Output is edited where it is this tool's own, and then with the pin that it is rendered from. */
function outputReason(
  { locations }: PlanTarget,
  { file, document }: ScalarLocation,
  files: ReadonlyMap<string, ManifestFile>,
): string | undefined {
  const manifest = files.get(file);
  const mark = manifest === undefined ? undefined : generatedMark(manifest, document, files);
  if (mark === undefined) return undefined;
  if (mark.kind === 'other') return mark.reason;
  const hasPin = locations.some((one) => one.file.startsWith(`apps/${mark.app}/pins/`));
  return hasPin ? undefined : `${file} is rendered from apps/${mark.app}; the plan does not edit the pin with it`;
}

interface RenderedPlace {
  readonly file: string;
  readonly document: number;
  /** Several where an autoscaler has other floors at other hours. */
  readonly paths: readonly DocumentPath[];
}

function renderedPlace(graph: FleetGraph, target: PlanTarget): RenderedPlace | undefined {
  const owner = graph.owners.get(target.service);
  const service = graph.view.services.find(({ name }) => name === target.service);
  if (owner === undefined || service === undefined || owner.kind !== target.owner) return undefined;
  const { file, document } = graph;
  if (owner.kind === 'graph') return { file, document, paths: [service.replicasPath] };
  const scaler = graph.scalerLocations.get(target.service);
  return scaler === undefined ? undefined : { ...scaler, paths: scalerPaths(owner) };
}

function scalerPaths(owner: ReplicaOwner): readonly DocumentPath[] {
  switch (owner.kind) {
    case 'autoscaler':
      return [owner.scaler.minPath, ...(owner.scaler.crons ?? []).map(({ path }) => path)];
    case 'adapter':
      return [owner.scaler.replicasPath];
    case 'graph':
    case 'nobody':
      return [];
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
