import {
  CONFIG_FILE,
  type DocumentPath,
  effectiveReplicas,
  formatPath,
  formatProblem,
  type NumberTarget,
  parsePath,
  pinsPath,
  type ReplicaOwner,
  type ScalarLocation,
  type ServiceView,
} from '../../api/index.ts';
import { protectionOf } from '../../gitops/edit-set/protected-paths.ts';
import {
  locateInteger,
  type ManifestFile,
  type NumberMeans,
  type OtherNumber,
  objectPlace,
  type ResolvedFleet,
  type ResolvedGraph,
  type ResolvedNumber,
  resolveNumber,
  type WrittenNumber,
  writtenAt,
} from '../../manifests/index.ts';
import type { LocatedNumber } from '../../planner/index.ts';
import type { GraphPins } from './graph-pins.ts';

/** Where a service's number is edited, or why not, and what was looked at on the way. */
export interface ServiceTarget {
  readonly service: string;
  readonly owner: ReplicaOwner['kind'];
  readonly number: LocatedNumber;
  /** How the number comes to be the one that counts. */
  readonly means: NumberMeans | 'config' | undefined;
  /** What renders it; undefined where its document reaches the cluster as it is written. */
  readonly renderedBy: string | undefined;
  readonly considered: readonly ConsideredNumber[];
}

/** A place that holds a number of the service and is not the one to edit. */
export interface ConsideredNumber {
  readonly file: string;
  readonly line: number | undefined;
  readonly path: string;
  readonly reason: string;
}

/**
 * Where the number of each service stands, found through whatever renders it or named by the config, and the pin that it
 * was rendered from. A number and its pin are edited in one commit, so they must agree now.
 * @param mapped what the config says, by service.
 */
export function serviceTargets(
  fleet: ResolvedFleet,
  graph: ResolvedGraph,
  pins: GraphPins | undefined,
  mapped: ReadonlyMap<string, NumberTarget>,
): readonly ServiceTarget[] {
  return graph.view.services.flatMap((service): readonly ServiceTarget[] => {
    const owner = graph.owners.get(service.name);
    if (owner === undefined || owner.kind === 'nobody') return [];
    const found = resolveNumber(fleet, graph, service.name);
    if (found === undefined) return [];
    const about = { service: service.name, owner: owner.kind };
    const target = mapped.get(service.name);
    if (target !== undefined) {
      const number = unprotected(mappedNumber(target, currentOf(service, owner), graph, fleet));
      const considered = [...consideredIn(found, fleet), ...foundInstead(found, target, fleet)];
      return [
        {
          ...about,
          number: withGraphFiles(number, owner, graph),
          means: 'config',
          renderedBy: graph.build?.name,
          considered,
        },
      ];
    }
    return [
      {
        ...about,
        number: withGraphFiles(unprotected(located(graph, service.name, found, fleet, pins)), owner, graph),
        means: found.kind === 'written' ? found.means : undefined,
        renderedBy: isBuilt(found) ? graph.build?.name : undefined,
        considered: consideredIn(found, fleet),
      },
    ];
  });
}

/** Whose number an autoscaler's or an adapter's is, only the graph tells, and its files are few among many. */
function withGraphFiles(number: LocatedNumber, owner: ReplicaOwner, { file, build }: ResolvedGraph): LocatedNumber {
  if (number.kind === 'refused' || owner.kind === 'graph') return number;
  return { ...number, graphFiles: [...new Set([file, ...(build?.files ?? [])])].sort() };
}

/** A proposal would be refused as a whole, so the plan holds what it may not edit. */
function unprotected(number: LocatedNumber): LocatedNumber {
  if (number.kind === 'refused') return number;
  for (const { file } of number.locations) {
    const protection = protectionOf(file);
    if (protection !== undefined) return refused('unreadable-number', `${file} ${protection}`);
  }
  return number;
}

function isBuilt(found: ResolvedNumber): boolean {
  return found.kind === 'refused' || found.through.length > 0;
}

function located(
  graph: ResolvedGraph,
  service: string,
  found: ResolvedNumber,
  { sources }: ResolvedFleet,
  pins: GraphPins | undefined,
): LocatedNumber {
  if (found.kind === 'refused') return refused('unreadable-number', found.reason);
  const rendered = locationOf(found, sources);
  if (rendered === undefined) return refused('unreadable-number', `${found.place.file} was not read`);
  const through = found.through.length === 0 ? {} : { through: found.through };
  if (pins === undefined) {
    if (found.synth === undefined) return { kind: 'located', locations: [rendered], ...through };
    const { app } = found.synth;
    const environment = graph.policy?.environment ?? '<environment>';
    const reason = `${rendered.file} is rendered from apps/${app}, and its pins (${pinsPath(app, environment, graph.view.name)}) are not in the repository; synth would undo an edit of it alone`;
    return refused('unreadable-number', reason);
  }
  const pinned = graph.owners.get(service)?.kind === 'autoscaler' ? 'minReplicas' : 'replicas';
  const path = ['services', service, pinned];
  const document = pins.manifest.documents[0]?.index ?? 0;
  const pin = locateInteger(pins.manifest, document, path);
  if (!pin.ok) {
    const reason = pin.error.map(formatProblem).join('; ');
    return refused('unreadable-number', `${reason}; synth would undo an edit of ${rendered.file} alone`);
  }
  const location = scalarLocation(pins.manifest, document, path, pin.value.line);
  if (pin.value.value !== found.located.value) {
    const [here, there] = [placeText(location), placeText(rendered)];
    const counts = `${here} says ${pin.value.value} and ${there} says ${found.located.value}`;
    return refused('drift', `${counts}; run dynamo-gitops synth`);
  }
  return { kind: 'located', locations: [rendered, location], ...through };
}

/** The number that the config names. It must be the one that the graph has now, or it is another service's. */
function mappedNumber(
  { file, path: written }: NumberTarget,
  current: number | undefined,
  graph: ResolvedGraph,
  { sources }: ResolvedFleet,
): LocatedNumber {
  const path = parsePath(written) ?? [];
  const manifest = sources.get(file);
  const named = `${CONFIG_FILE} maps it to ${file}`;
  if (manifest === undefined) return refused('unreadable-number', `${named}, which is not in the repository`);
  const documents = manifest.spans.filter(({ index }) => locateInteger(manifest, index, path).ok);
  const [document, second] = documents;
  if (second !== undefined) {
    return refused('unreadable-number', `${named}, where ${documents.length} documents have ${formatPath(path)}`);
  }
  const place = { file, document: document?.index ?? 0, path };
  const found = writtenAt(place, 'manifest', [], [], sources);
  if (found.kind === 'refused') return refused('unreadable-number', `${named}: ${found.reason}`);
  if (found.synth !== undefined) {
    return refused(
      'unreadable-number',
      `${named}, which dynamo-gitops synth renders; map it to no place, or to its pin`,
    );
  }
  if (current !== undefined && current !== found.located.value) {
    const reason = `${file}:${found.located.line} says ${found.located.value}, and the graph in ${graph.file} has ${current}; render it again, or correct the mapping`;
    return refused('drift', reason);
  }
  const through = [...new Set([CONFIG_FILE, graph.file, ...(graph.build?.files ?? [])])].sort();
  return { kind: 'located', locations: [scalarLocation(manifest, place.document, path, found.located.line)], through };
}

function currentOf({ replicas }: ServiceView, owner: ReplicaOwner): number | undefined {
  switch (owner.kind) {
    case 'graph':
      return effectiveReplicas(replicas);
    case 'autoscaler':
      return owner.scaler.min;
    case 'adapter':
      return owner.scaler.replicas;
    case 'nobody':
      return undefined;
  }
}

function consideredIn({ overridden }: ResolvedNumber, { sources }: ResolvedFleet): readonly ConsideredNumber[] {
  return overridden.map((other) => considered(other, sources, `a later layer writes over its ${other.value}`));
}

/** What would be edited if the config said nothing. */
function foundInstead(
  found: ResolvedNumber,
  target: NumberTarget,
  { sources }: ResolvedFleet,
): readonly ConsideredNumber[] {
  if (found.place === undefined || found.place.file === target.file) return [];
  const reason = found.kind === 'written' ? `${CONFIG_FILE} names another place` : found.reason;
  return [considered({ place: found.place }, sources, reason)];
}

function considered(
  { place }: Pick<OtherNumber, 'place'>,
  sources: ReadonlyMap<string, ManifestFile>,
  reason: string,
): ConsideredNumber {
  const manifest = sources.get(place.file);
  const at = manifest === undefined ? undefined : locateInteger(manifest, place.document, place.path);
  return { file: place.file, line: at?.ok === true ? at.value.line : undefined, path: formatPath(place.path), reason };
}

function locationOf(
  { place, located: { line } }: WrittenNumber,
  sources: ReadonlyMap<string, ManifestFile>,
): ScalarLocation | undefined {
  const manifest = sources.get(place.file);
  return manifest === undefined ? undefined : scalarLocation(manifest, place.document, place.path, line);
}

function scalarLocation(
  { file, digest }: ManifestFile,
  document: number,
  path: DocumentPath,
  line: number,
): ScalarLocation {
  return {
    file,
    digest,
    document,
    path: path.map((step) => (typeof step === 'string' ? step : { name: step.name })),
    line,
  };
}

export function placeText({ file, line }: ScalarLocation): string {
  return `${file}:${line}`;
}

export function refused(code: 'unreadable-number' | 'drift', reason: string): LocatedNumber {
  return { kind: 'refused', code, reason };
}

/** Files that must be read before it can be told whether the places of a graph's numbers are output. */
export function placeFiles(graph: ResolvedGraph, mapped: ReadonlyMap<string, NumberTarget>): readonly string[] {
  const objects = graph.view.services.flatMap(({ name }) => objectPlace(graph, name)?.file ?? []);
  return [
    ...new Set([
      graph.file,
      ...objects,
      ...(graph.build?.files ?? []),
      ...[...mapped.values()].map(({ file }) => file),
    ]),
  ];
}
