import { isDeepStrictEqual } from 'node:util';
import { type DocumentPath, formatPath, formatProblem, isObject, type JsonValue } from '../../api/index.ts';
import { locateInteger } from '../locate/locate.ts';
import { readManifest } from '../read/manifest.ts';
import { spliceIntegers } from '../splice/splice.ts';
import { type Build, type BuildPlan, render } from './build.ts';
import { applicationDeliveries } from './delivery/argocd.ts';
import { fluxDeliveries } from './delivery/flux.ts';
import type { Sources } from './kustomize/kustomization.ts';
import { idOf, type RenderedObject } from './rendered-object.ts';
import type { ResolvedFleet } from './resolve-fleet.ts';
import { type NumberPlace, numbersIn, plain } from './sourced.ts';
import { usesOf } from './uses.ts';

/** A number, and where it stands once it is rendered. */
export interface RenderedNumber {
  readonly place: NumberPlace;
  readonly value: number;
  readonly build: Build;
  readonly object: RenderedObject;
  readonly path: DocumentPath;
}

/** Whether an edit of the number can reach what a build renders. */
export function isReached({ renderedFrom, plan: { delivery } }: Build, { file, document }: NumberPlace): boolean {
  return renderedFrom.has(file) || (delivery?.file === file && delivery.document === document);
}

export function placeText({ file, path }: NumberPlace): string {
  return `${file}: ${formatPath(path)}`;
}

/** Numbers of a build that are proven one by one, before all of them are proven together. */
const FEW = 4;

interface Proofs {
  /** Places whose edit changes nothing else. */
  readonly proven: Set<string>;
  /** How many of a build were asked for. */
  readonly asked: Map<Build, number>;
}

const PROOFS: WeakMap<ResolvedFleet, Proofs> = new WeakMap();

/**
 * Renders everything again with another number in the file, and says what else changed; undefined where nothing did. A
 * build of which many numbers are asked is rendered with all of them changed at once, since each rendering of it takes as
 * long as it has objects.
 */
export function disproof(fleet: ResolvedFleet, number: RenderedNumber): string | undefined {
  const proofs = PROOFS.get(fleet) ?? { proven: new Set(), asked: new Map() };
  PROOFS.set(fleet, proofs);
  const { build, path } = number;
  const asked = (proofs.asked.get(build) ?? 0) + 1;
  proofs.asked.set(build, asked);
  if (asked === FEW + 1) proveTogether(fleet, numbersOf(fleet, build, path.at(-1)), proofs.proven);
  return proofs.proven.has(JSON.stringify(number.place)) ? undefined : disproofAlone(fleet, number);
}

/**
 * The numbers of a build, in fields of one name, that no other build and no other place is rendered from. What a chart makes
 * of a number may hang on the other numbers, so its own are proven one by one.
 */
function numbersOf(
  fleet: ResolvedFleet,
  build: Build,
  field: DocumentPath[number] | undefined,
): readonly RenderedNumber[] {
  if (build.renderer !== 'kustomize') return [];
  return build.objects.flatMap((object) =>
    numbersIn(object.value).flatMap(({ number: { place, value, doubt }, path }): readonly RenderedNumber[] => {
      const isOwn =
        build.renderedFrom.has(place.file) && fleet.builds.every((one) => one === build || !isReached(one, place));
      if (path.at(-1) !== field || doubt !== undefined || !isOwn || usesOf(fleet, place).length !== 1) return [];
      const manifest = fleet.sources.get(place.file);
      const isLocated = manifest !== undefined && locateInteger(manifest, place.document, place.path).ok;
      return isLocated ? [{ place, value, build, object, path }] : [];
    }),
  );
}

/** Where together they change more than themselves, each half is tried without the other. */
function proveTogether(fleet: ResolvedFleet, numbers: readonly RenderedNumber[], proven: Set<string>): void {
  if (numbers.length === 0) return;
  if (changeAlone(fleet, numbers)) {
    for (const { place } of numbers) proven.add(JSON.stringify(place));
  } else if (numbers.length > 1) {
    const half = Math.ceil(numbers.length / 2);
    proveTogether(fleet, numbers.slice(0, half), proven);
    proveTogether(fleet, numbers.slice(half), proven);
  }
}

/** Whether these numbers of one build, each with another one in its place, are all that changes. */
function changeAlone(fleet: ResolvedFleet, numbers: readonly RenderedNumber[]): boolean {
  const [first] = numbers;
  if (first === undefined) return true;
  const { build } = first;
  const byFile = new Map<string, { document: number; path: DocumentPath; from: number; to: number }[]>();
  const expected = new Map<RenderedObject, JsonValue>();
  for (const [index, { place, value, object, path }] of numbers.entries()) {
    // No two change by as much.
    const to = value + 1 + index;
    const edits = byFile.get(place.file) ?? [];
    byFile.set(place.file, edits);
    edits.push({ document: place.document, path: place.path, from: value, to });
    expected.set(object, withNumber(expected.get(object) ?? plain(object.value), path, to));
  }
  const after = new Map(fleet.sources);
  for (const [file, edits] of byFile) {
    const manifest = fleet.sources.get(file);
    const spliced = manifest === undefined ? undefined : spliceIntegers(file, manifest.bytes, edits);
    const edited = spliced?.ok === true ? readManifest(file, spliced.value.bytes).manifest : undefined;
    if (edited === undefined) return false;
    after.set(file, edited);
  }
  const rendered = render(build.plan, after);
  return (
    rendered !== undefined &&
    rendered.objects.length === build.objects.length &&
    rendered.obstacles.length === 0 &&
    build.objects.every((object, index) =>
      isDeepStrictEqual(plain(rendered.objects[index]?.value), expected.get(object) ?? plain(object.value)),
    )
  );
}

function disproofAlone(fleet: ResolvedFleet, wanted: RenderedNumber): string | undefined {
  const { place, value } = wanted;
  const manifest = fleet.sources.get(place.file);
  const to = value + 1;
  const edits = [{ document: place.document, path: place.path, from: value, to }];
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
