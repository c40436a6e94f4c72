import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue, objectAt, stringAt } from '../api/index.ts';
import { itemsAt } from './component.ts';
import type { FieldPath } from './field-path.ts';
import { type FleetObject, grouped } from './fleet.ts';
import { isPathLike } from './glob.ts';
import type { KustomizeTree } from './kustomize.ts';

/** An Application, an ApplicationSet or a Flux Kustomization, and what of everything that is checked it delivers. */
export interface Delivery {
  readonly of: FleetObject;
  readonly tool: 'argocd' | 'flux';
  /** `Application "chat-prod"`. */
  readonly shown: string;
  /** Where its settings stand: an ApplicationSet has them in its template. */
  readonly at: FieldPath;
  /** What stands there, with `metadata` and `spec`. */
  readonly body: JsonObject;
  readonly objects: readonly FleetObject[];
  /** Whether the folder that it delivers is among the files; if not, nobody can tell what it delivers. */
  readonly isSeen: boolean;
}

export function deliveriesOf(objects: readonly FleetObject[], kustomize: KustomizeTree): readonly Delivery[] {
  const described = objects.flatMap((of) => {
    const one = describe(of);
    return one === undefined ? [] : [one];
  });
  if (described.length === 0) return [];
  const byFile = grouped(objects, ({ file }) => file);
  const filesByFolder = grouped([...byFile.keys()], (file) => posix.dirname(file));
  return described.map(({ of, tool, shown, at, body, paths }) => {
    const files = new Set<string>();
    let isSeen = false;
    for (const { path, isRecursive } of paths) {
      const folders = matchingFolders(path, isRecursive, of.folder, filesByFolder);
      isSeen ||= folders.length > 0;
      for (const folder of folders) {
        const own = kustomize.has(folder) ? kustomize.filesOf(folder) : (filesByFolder.get(folder) ?? []);
        for (const file of own) files.add(file);
      }
    }
    const delivered = [...files].flatMap((file) => byFile.get(file) ?? []).filter((one) => one !== of);
    return { of, tool, shown, at, body, objects: delivered, isSeen };
  });
}

interface DeliveredPath {
  /** From the repository's root; a star stands for one name, where a template has yet to fill it in. */
  readonly path: string;
  readonly isRecursive: boolean;
}

interface Description extends Pick<Delivery, 'of' | 'tool' | 'shown' | 'at' | 'body'> {
  readonly paths: readonly DeliveredPath[];
}

function describe(of: FleetObject): Description | undefined {
  const { object } = of;
  const group = typeof object.apiVersion === 'string' ? object.apiVersion.split('/')[0] : undefined;
  const shown = `${stringAt(object, 'kind') ?? ''} "${stringAt(object, 'metadata', 'name') ?? ''}"`;
  if (group === 'kustomize.toolkit.fluxcd.io' && object.kind === 'Kustomization') {
    const path = normalized(stringAt(object, 'spec', 'path') ?? './');
    return { of, tool: 'flux', shown, at: [], body: object, paths: [{ path, isRecursive: true }] };
  }
  if (group !== 'argoproj.io') return undefined;
  if (object.kind === 'Application')
    return { of, tool: 'argocd', shown, at: [], body: object, paths: sourcesOf(object).flatMap((one) => pathOf(one)) };
  const template = object.kind === 'ApplicationSet' ? objectAt(object, 'spec', 'template') : undefined;
  if (template === undefined) return undefined;
  const paths = sourcesOf(template).flatMap((source) => generatedPaths(source, itemsAt(object, 'spec', 'generators')));
  return { of, tool: 'argocd', shown, at: ['spec', 'template'], body: template, paths };
}

/** Sources of an Application, which has one or several. */
export function sourcesOf(application: JsonObject): readonly JsonObject[] {
  const one = objectAt(application, 'spec', 'source');
  return [...(one === undefined ? [] : [one]), ...itemsAt(application, 'spec', 'sources').filter(isObject)];
}

function pathOf(source: JsonObject, path = stringAt(source, 'path')): readonly DeliveredPath[] {
  if (path === undefined || source.chart !== undefined) return [];
  const directory = objectAt(source, 'directory');
  // What a pattern of names lets through is not guessed at.
  if (directory?.include !== undefined || directory?.exclude !== undefined) return [];
  return [{ path: normalized(path), isRecursive: directory?.recurse === true }];
}

const PLACEHOLDER = /\{\{-?\s*([^{}]*?)\s*-?\}\}/g;

/** Paths that an ApplicationSet fills in: from its lists and folders as written, a star for all else. */
function generatedPaths(source: JsonObject, generators: readonly JsonValue[]): readonly DeliveredPath[] {
  const template = stringAt(source, 'path');
  if (template === undefined) return [];
  const fill = (valueNamed: (name: string) => string | undefined) =>
    template.replace(PLACEHOLDER, (_, name: string) => valueNamed(name.replace(/^\./, '')) ?? '*');
  if (fill(() => '') === template) return pathOf(source);
  const nested = allGenerators(generators);
  const elements = nested.flatMap((one) => itemsAt(one, 'list', 'elements')).filter(isObject);
  const folders = nested
    .flatMap((one) => itemsAt(one, 'git', 'directories'))
    .flatMap((one) => (isObject(one) && one.exclude !== true ? [stringAt(one, 'path') ?? '*'] : []));
  const filled = [
    ...elements.map((element) => fill((name) => stringAt(element, name))),
    ...folders.map((folder) =>
      fill((name) => {
        if (name === 'path' || name === 'path.path') return folder;
        return name === 'path.basename' ? posix.basename(folder) : undefined;
      }),
    ),
  ];
  return (filled.length === 0 ? [fill(() => undefined)] : filled).flatMap((path) => pathOf(source, path));
}

/** Generators with those that a matrix or a merge is made of, which are one level deep. */
function allGenerators(generators: readonly JsonValue[]): readonly JsonValue[] {
  return generators.flatMap((one) => [
    one,
    ...itemsAt(one, 'matrix', 'generators'),
    ...itemsAt(one, 'merge', 'generators'),
  ]);
}

function normalized(path: string): string {
  return posix.normalize(path).replace(/^\/+/, '').replace(/\/$/, '') || '.';
}

/**
 * Folders that are there and are meant. The repository's root is the working folder, or one between it and the
 * delivering document; the outermost that has the path is taken.
 */
function matchingFolders(
  path: string,
  isRecursive: boolean,
  from: string,
  filesByFolder: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (path.startsWith('..')) return [];
  for (const root of rootsAbove(from)) {
    const wanted = posix.join(root, path);
    const isMeant = wanted.includes('*')
      ? (folder: string) => isPathLike(wanted, folder)
      : (folder: string) => folder === wanted;
    const isBelow = (folder: string) => wanted === '.' || folder.startsWith(`${wanted}/`);
    const folders = isRecursive
      ? [...filesByFolder.keys()].filter((folder) => isMeant(folder) || isBelow(folder))
      : wanted.includes('*')
        ? [...filesByFolder.keys()].filter(isMeant)
        : filesByFolder.has(wanted)
          ? [wanted]
          : [];
    if (folders.length > 0) return outermostKustomizations(folders, wanted, filesByFolder);
    if (path === '.') return [];
  }
  return [];
}

/** Below a kustomization nothing is found by walking: it says itself what belongs to it. */
function outermostKustomizations(
  folders: readonly string[],
  wanted: string,
  filesByFolder: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const isOne = (filesByFolder.get(wanted) ?? []).some((file) => /\/?(kustomization\.ya?ml|Kustomization)$/.test(file));
  return isOne ? [wanted] : folders;
}

function rootsAbove(folder: string): readonly string[] {
  const steps = folder === '.' ? [] : folder.split('/');
  return ['.', ...steps.map((_, index) => steps.slice(0, index + 1).join('/'))];
}
