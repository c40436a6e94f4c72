import { isDeepStrictEqual } from 'node:util';
import { type DocumentPath, formatPath, formatProblem, isObject, type JsonValue } from '../../api/index.ts';
import type { DocumentLocation } from '../fleet-view/fleet.ts';
import { type LocatedInteger, locateInteger } from '../locate/locate.ts';
import { readManifest } from '../read/manifest.ts';
import { spliceIntegers } from '../splice/splice.ts';
import { type Build, type BuildPlan, render } from './build.ts';
import { applicationDeliveries } from './delivery/argocd.ts';
import { fluxDeliveries } from './delivery/flux.ts';
import { type GeneratedMark, generatedMark } from './generated.ts';
import type { Sources } from './kustomize/kustomization.ts';
import { idOf, type RenderedObject } from './rendered-object.ts';
import { objectOf, type ResolvedFleet, type ResolvedGraph } from './resolve-fleet.ts';
import { type NumberMeans, type NumberPlace, numbersIn, plain, SourcedNumber, sourcedAt } from './sourced.ts';

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
  const doubt = disproof(fleet, written, { build, object, path });
  return doubt === undefined ? written : refuse(doubt);
}

function placeText({ file, path }: NumberPlace): string {
  return `${file}: ${formatPath(path)}`;
}

/** By place: what each number becomes. Every number of a fleet is asked about, so they are looked up once. */
const USES: WeakMap<ResolvedFleet, ReadonlyMap<string, readonly string[]>> = new WeakMap();

/** Who changes with a number. */
function usesOf(fleet: ResolvedFleet, place: NumberPlace): readonly string[] {
  const known = USES.get(fleet) ?? allUses(fleet.builds);
  USES.set(fleet, known);
  return known.get(JSON.stringify(place)) ?? [];
}

function allUses(builds: readonly Build[]): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  for (const build of builds) {
    for (const { value } of build.objects) {
      const { namespace, name } = idOf(value);
      const label = `${namespace === '' ? '' : `${namespace}/`}${name}`;
      for (const { number, path } of numbersIn(value)) {
        const key = JSON.stringify(number.place);
        const found = uses.get(key) ?? [];
        found.push(`${label} ${formatPath(path)} (${build.name})`);
        uses.set(key, found);
      }
    }
  }
  return uses;
}

/** As many names as a reason has room for. */
function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(' and ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/** Whether an edit of the number can reach what a build renders. */
function isReached({ renderedFrom, plan: { delivery } }: Build, { file, document }: NumberPlace): boolean {
  return renderedFrom.has(file) || (delivery?.file === file && delivery.document === document);
}

/** What has to be read to render again everything that a number may change. */
function throughOf(fleet: ResolvedFleet, own: Build, place: NumberPlace): readonly string[] {
  const builds = fleet.builds.filter((build) => build === own || isReached(build, place));
  return [...new Set(builds.flatMap((build) => [...build.files]))].filter((path) => fleet.sources.has(path)).sort();
}

/** Renders everything again with another number in the file, and says what else changed; undefined where nothing did. */
function disproof(
  fleet: ResolvedFleet,
  { place, located }: WrittenNumber,
  wanted: { readonly build: Build; readonly object: RenderedObject; readonly path: DocumentPath },
): string | undefined {
  const manifest = fleet.sources.get(place.file);
  const to = located.value + 1;
  const edits = [{ document: place.document, path: place.path, from: located.value, to }];
  const spliced = manifest === undefined ? undefined : spliceIntegers(place.file, manifest.bytes, edits);
  if (spliced?.ok !== true)
    return `${placeText(place)} cannot be edited: ${spliced?.error.map(formatProblem).join('; ')}`;
  const edited = readManifest(place.file, spliced.value.bytes).manifest;
  if (edited === undefined) return `${placeText(place)} cannot be read once it is edited`;
  const after = new Map(fleet.sources).set(place.file, edited);
  for (const build of fleet.builds) {
    if (!isReached(build, place)) continue;
    const plan = planAfter(build.plan, place.file, after);
    const rendered = plan === undefined ? undefined : render(plan, after);
    if (rendered === undefined || rendered.objects.length !== build.objects.length || rendered.obstacles.length > 0) {
      return `${placeText(place)} changes what else ${build.name} renders`;
    }
    for (const [index, object] of build.objects.entries()) {
      const isWanted = build === wanted.build && object === wanted.object;
      const expected = isWanted ? withNumber(plain(object.value), wanted.path, to) : plain(object.value);
      if (!isDeepStrictEqual(plain(rendered.objects[index]?.value), expected)) {
        const { kind, name } = idOf(object.value);
        return `an edit of ${placeText(place)} changes more of ${kind} "${name}" than the planned number`;
      }
    }
  }
  return undefined;
}

/** What is to be built once a file has changed, which may be the one that says so. */
function planAfter(plan: BuildPlan, file: string, sources: Sources): BuildPlan | undefined {
  const { delivery, folder } = plan;
  if (delivery?.file !== file) return plan;
  const documents = sources.get(file)?.documents ?? [];
  const found = documents
    .flatMap((document) => [...applicationDeliveries(document, sources), ...fluxDeliveries(document, sources)])
    .filter((one) => one.name === delivery.name && one.folder === folder);
  return found.length === 1 ? { folder, delivery: found[0] } : undefined;
}

function withNumber(value: JsonValue, [step, ...rest]: DocumentPath, to: number): JsonValue {
  if (step === undefined) return to;
  if (Array.isArray(value)) {
    return value.map((item: JsonValue, index) => {
      const isStep = typeof step === 'string' ? String(index) === step : isObject(item) && item.name === step.name;
      return isStep ? withNumber(item, rest, to) : item;
    });
  }
  if (!isObject(value) || typeof step !== 'string') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === step && member !== undefined ? withNumber(member, rest, to) : member,
    ]),
  ) as JsonValue;
}
