import {
  DYNAMO_GROUP,
  GRAPH_DEPLOYMENT_KIND,
  isObject,
  type JsonObject,
  stringAt,
  valueAt,
} from '../../../api/index.ts';
import type { FleetGraph, ManifestFile } from '../../../manifests/index.ts';
import type { Kustomization, KustomizePatch } from './read-kustomizations.ts';
import type { PatchPart } from './read-patch.ts';

/** A place where kustomize writes another number over a graph's own. */
export interface Override {
  /** `overlays/prod/patch.yaml:7` */
  readonly place: string;
  /** False where the patch cannot be read, and so may do anything. */
  readonly isRead: boolean;
}

/** Files that are no graphs of their own, but patches of one. */
export function patchFiles(kustomizations: readonly Kustomization[]): ReadonlySet<string> {
  return new Set(
    kustomizations.flatMap(({ file, patches }) => patches.map((patch) => patch.file).filter((path) => path !== file)),
  );
}

/** Where the kustomizations that build from a graph's file override the replicas of one of its services. */
export function overridesOf(
  graph: FleetGraph,
  service: string,
  manifest: ManifestFile,
  kustomizations: readonly Kustomization[],
): readonly Override[] {
  const path = numberPath(graph, service, manifest);
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  const applied = new Set(
    kustomizations
      .filter((one) => buildsFrom(one, graph.file, byFolder, new Set()))
      .flatMap((one) => patchesOf(one, byFolder, new Set())),
  );
  return [...applied]
    .filter(({ file, target }) => file !== graph.file && mayTarget(target, graph))
    .flatMap((patch) => overridesIn(patch, graph, path));
}

/** Path of the number as JSON patches name it, with the position of a component in its list. */
function numberPath({ view, document }: FleetGraph, service: string, { documents }: ManifestFile): readonly string[] {
  switch (view.apiVersion) {
    case 'v1alpha1':
      return ['spec', 'services', service, 'replicas'];
    case 'v1beta1': {
      const components = valueAt(documents.find(({ index }) => index === document)?.value, 'spec', 'components');
      const list = Array.isArray(components) ? components : [];
      const index = list.findIndex((component) => isObject(component) && component.name === service);
      return ['spec', 'components', String(index), 'replicas'];
    }
  }
}

/** Whether a file is among what a kustomization builds from, through others if need be. */
function buildsFrom(
  kustomization: Kustomization,
  file: string,
  byFolder: ReadonlyMap<string, Kustomization>,
  seen: Set<Kustomization>,
): boolean {
  if (seen.has(kustomization)) return false;
  seen.add(kustomization);
  if (kustomization.patches.some((patch) => patch.file === file)) return true;
  return [...kustomization.resources, ...kustomization.components].some((resource) => {
    const inner = byFolder.get(resource);
    if (inner !== undefined) return buildsFrom(inner, file, byFolder, seen);
    return resource === file || resource === '.' || file.startsWith(`${resource}/`);
  });
}

/** The patches of a kustomization, and of the components that it applies. */
function patchesOf(
  kustomization: Kustomization,
  byFolder: ReadonlyMap<string, Kustomization>,
  seen: Set<Kustomization>,
): readonly KustomizePatch[] {
  if (seen.has(kustomization)) return [];
  seen.add(kustomization);
  const components = kustomization.components.flatMap((folder) => byFolder.get(folder) ?? []);
  return [...kustomization.patches, ...components.flatMap((component) => patchesOf(component, byFolder, seen))];
}

function overridesIn(patch: KustomizePatch, graph: FleetGraph, path: readonly string[]): readonly Override[] {
  const { file, inlineLine, parts, target } = patch;
  if (parts === undefined) return [{ place: file, isRead: false }];
  return parts
    .filter((part) => overrides(part, target !== undefined, graph, path))
    .map((part) => ({ place: `${file}:${inlineLine ?? lineIn(part, path)}`, isRead: true }));
}

function lineIn(part: PatchPart, path: readonly string[]): number {
  return part.kind === 'merge' ? part.lineOf(path) : part.line;
}

function overrides(part: PatchPart, hasTarget: boolean, { view }: FleetGraph, path: readonly string[]): boolean {
  switch (part.kind) {
    case 'operation':
      return part.paths.some((changed) => changed.every((step, index) => step === path[index]));
    case 'merge': {
      const { value } = part;
      const isNamed = value.kind === GRAPH_DEPLOYMENT_KIND && stringAt(value, 'metadata', 'name') === view.name;
      return (hasTarget || isNamed) && mergesOver(value, path);
    }
  }
}

/** A merge reaches a number that it has, and one below what it deletes or replaces as a whole, as it does lists. */
function mergesOver(value: JsonObject, path: readonly string[]): boolean {
  let current: unknown = value;
  for (const step of path) {
    if (!isObject(current) || Object.hasOwn(current, '$patch')) return true;
    if (!Object.hasOwn(current, step)) return false;
    current = current[step];
  }
  return true;
}

/** Whether a selector may choose the graph. In doubt it does: labels and annotations may come from elsewhere. */
function mayTarget(target: JsonObject | undefined, { view }: FleetGraph): boolean {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['group', DYNAMO_GROUP],
    ['version', view.apiVersion],
    ['kind', GRAPH_DEPLOYMENT_KIND],
    ['name', view.name],
    ['namespace', view.namespace],
  ];
  return fields.every(([field, actual]) => {
    const pattern = stringAt(target, field);
    return pattern === undefined || pattern === '' || actual === undefined || mayMatch(pattern, actual);
  });
}

/** Kustomize anchors its patterns. Those that only name alternatives are compared; any other may match. */
function mayMatch(pattern: string, actual: string): boolean {
  const bare = pattern.replace(/^\^/, '').replace(/\$$/, '');
  return /^[\w.|-]+$/.test(bare) ? bare.split('|').includes(actual) : mayStartWith(bare, actual);
}

/** A pattern such as `chat-.*` begins with the text that it is certain of. */
function mayStartWith(pattern: string, actual: string): boolean {
  const certain = /^[\w-]*(?=\.\*)/.exec(pattern)?.[0] ?? '';
  return actual.startsWith(certain) || pattern.includes('|');
}
