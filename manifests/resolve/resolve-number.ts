import { type DocumentPath, formatPath, formatProblem } from '../../api/index.ts';
import type { DocumentLocation } from '../fleet-view/fleet.ts';
import { type LocatedInteger, locateInteger } from '../locate/locate.ts';
import type { Build } from './build.ts';
import { type GeneratedMark, generatedMark } from './generated.ts';
import type { Sources } from './kustomize/kustomization.ts';
import { disproof, isReached, placeText } from './prove-number.ts';
import { idOf, type RenderedObject } from './rendered-object.ts';
import { objectOf, type ResolvedFleet, type ResolvedGraph } from './resolve-fleet.ts';
import { type NumberMeans, type NumberPlace, SourcedNumber, sourcedAt } from './sourced.ts';
import { usesOf } from './uses.ts';

/** Where the number that decides a service's replicas is written, or why no edit of it is sure. */
export type ResolvedNumber = WrittenNumber | RefusedNumber;

export interface WrittenNumber {
  readonly kind: 'written';
  readonly place: NumberPlace;
  readonly located: LocatedInteger;
  readonly means: NumberMeans;
  /** Every file that has to be read to see that the number stands there; empty where its own says all. */
  readonly through: readonly string[];
  /** Where else it is written, to no effect. */
  readonly overridden: readonly OtherNumber[];
  /** Set where the file is this tool's own output. */
  readonly synth: Extract<GeneratedMark, { kind: 'synth' }> | undefined;
}

export interface RefusedNumber {
  readonly kind: 'refused';
  readonly reason: string;
  readonly place: NumberPlace | undefined;
  readonly overridden: readonly OtherNumber[];
}

export interface OtherNumber {
  readonly place: NumberPlace;
  readonly value: number;
  readonly means: NumberMeans;
}

/** The number of a service, found through whatever renders its graph, and proven by rendering it with another number. */
export function resolveNumber(fleet: ResolvedFleet, graph: ResolvedGraph, service: string): ResolvedNumber | undefined {
  const wanted = objectPlace(graph, service);
  if (wanted === undefined) return undefined;
  const { build } = graph;
  const object = build === undefined ? undefined : objectOf(build, wanted, wanted.name);
  // An autoscaler may stand beside the build as it is.
  if (build === undefined || object === undefined) return plainNumber(wanted, fleet.sources);
  return builtNumber(fleet, build, object, wanted.path);
}

interface ObjectPlace extends DocumentLocation {
  readonly name: string;
  readonly path: DocumentPath;
}

/** The object that holds the service's number, and where in it. */
export function objectPlace(graph: ResolvedGraph, service: string): ObjectPlace | undefined {
  const owner = graph.owners.get(service);
  const scaler = graph.scalerLocations.get(service);
  const path = graph.view.services.find(({ name }) => name === service)?.replicasPath;
  switch (owner?.kind) {
    case 'graph':
      return path === undefined
        ? undefined
        : { file: graph.file, document: graph.document, name: graph.view.name, path };
    case 'autoscaler':
      return scaler === undefined ? undefined : { ...scaler, name: owner.scaler.name, path: owner.scaler.minPath };
    case 'adapter':
      return scaler === undefined ? undefined : { ...scaler, name: owner.scaler.name, path: owner.scaler.replicasPath };
    case 'nobody':
    case undefined:
      return undefined;
  }
}

function plainNumber({ file, document, path }: ObjectPlace, sources: Sources): ResolvedNumber {
  return writtenAt({ file, document, path }, 'manifest', [], [], sources);
}

/** The number at a place, unless the place is no source or cannot be edited. */
export function writtenAt(
  place: NumberPlace,
  means: NumberMeans,
  through: readonly string[],
  overridden: readonly OtherNumber[],
  sources: Sources,
): ResolvedNumber {
  const refuse = (reason: string): RefusedNumber => ({ kind: 'refused', reason, place, overridden });
  const manifest = sources.get(place.file);
  if (manifest === undefined) return refuse(`${place.file} was not read`);
  const mark = generatedMark(manifest, place.document, sources);
  if (mark?.kind === 'other') return refuse(mark.reason);
  const located = locateInteger(manifest, place.document, place.path);
  if (!located.ok) return refuse(located.error.map(formatProblem).join('; '));
  return { kind: 'written', place, located: located.value, means, through, overridden, synth: mark };
}

function builtNumber(fleet: ResolvedFleet, build: Build, object: RenderedObject, path: DocumentPath): ResolvedNumber {
  const found = sourcedAt(object.value, path);
  const name = `${idOf(object.value).name}: ${formatPath(path)}`;
  if (!(found instanceof SourcedNumber)) {
    const state = found === undefined || found === null ? 'is absent' : 'is no number';
    const reason = `${name} ${state} in what ${build.name} renders; write the number once by hand`;
    return { kind: 'refused', reason, place: undefined, overridden: [] };
  }
  const overridden = found.overridden.map(({ place, value, means }) => ({ place, value, means }));
  const refuse = (reason: string): RefusedNumber => ({ kind: 'refused', reason, place: found.place, overridden });
  const [obstacle] = build.obstacles;
  if (obstacle !== undefined) return refuse(`what ${build.name} renders is not sure: ${build.obstacles.join('; ')}`);
  if (found.doubt !== undefined) return refuse(`${placeText(found.place)}: ${found.doubt}`);
  const uses = usesOf(fleet, found.place);
  if (uses.length > 1) {
    return refuse(
      `${placeText(found.place)} is shared by ${few(uses)}; an edit would change them all, so write a number of its own`,
    );
  }
  const through = throughOf(fleet, build, found.place);
  const written = writtenAt(found.place, found.means, through, overridden, fleet.sources);
  if (written.kind === 'refused') return written;
  const doubt = disproof(fleet, { place: found.place, value: written.located.value, build, object, path });
  return doubt === undefined ? written : refuse(doubt);
}

/** As many names as a reason has room for. */
function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(' and ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/** What has to be read to render again everything that a number may change. */
function throughOf(fleet: ResolvedFleet, own: Build, place: NumberPlace): readonly string[] {
  const builds = fleet.builds.filter((build) => build === own || isReached(build, place));
  return builds.length === 1 ? filesOf(fleet, own) : filesRead(fleet, builds);
}

/** Every number of a build goes through the same files. */
const FILES: WeakMap<Build, readonly string[]> = new WeakMap();

function filesOf(fleet: ResolvedFleet, build: Build): readonly string[] {
  const files = FILES.get(build) ?? filesRead(fleet, [build]);
  FILES.set(build, files);
  return files;
}

function filesRead({ sources }: ResolvedFleet, builds: readonly Build[]): readonly string[] {
  return [...new Set(builds.flatMap((build) => [...build.files]))].filter((path) => sources.has(path)).sort();
}
