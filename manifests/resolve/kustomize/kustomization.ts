import { posix } from 'node:path';
import { DYNAMO_GROUP, isObject, type JsonObject, type JsonValue, stringAt, valueAt } from '../../../api/index.ts';
import { parsedDocument } from '../../locate/parsed-document.ts';
import { documentSpans } from '../../read/document-span.ts';
import type { ManifestFile } from '../../read/manifest.ts';
import { type NumberMeans, type NumberPlace, type Sourced, SourcedNumber, sourced } from '../sourced.ts';

export type Sources = ReadonlyMap<string, ManifestFile>;

/** One kustomization, as far as it can change a replica count. */
export interface Kustomization {
  readonly file: string;
  readonly folder: string;
  /** Files and folders that it builds from, as written. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly patches: readonly KustomizePatch[];
  readonly namespace: string | undefined;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
  readonly replicas: readonly KustomizeReplicas[];
  readonly configurations: readonly string[];
  /** Whether a schema of its own may tell it to merge lists. */
  readonly hasSchema: boolean;
  /** What it does besides, and nobody can tell without kustomize what that does to a number. */
  readonly obstacles: readonly string[];
}

/** The stage at which kustomize 5 applies a patch. */
export type PatchStage = 'patchesStrategicMerge' | 'patches' | 'patchesJson6902';

export interface KustomizePatch {
  readonly stage: PatchStage;
  /** Selector, where it has one. */
  readonly target: JsonObject | undefined;
  /** `overlays/prod/patch.yaml`, or the kustomization with the patch's place in it. */
  readonly name: string;
  /** Path of the file where the patch is one of its own. */
  readonly path: string | undefined;
  /** Undefined for a file that is not in the repository, and for text that is not YAML. */
  readonly parts: readonly Sourced[] | undefined;
}

export interface KustomizeReplicas {
  readonly name: string;
  readonly count: SourcedNumber;
}

/** Names under which kustomize looks for the file of a folder. */
export const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

export function isKustomizationFile(file: string): boolean {
  return KUSTOMIZATION_FILES.some((name) => posix.basename(file) === name);
}

/** Fields that add or name things, and change no number of an object that is there. */
const HARMLESS_FIELDS: ReadonlySet<string> = new Set([
  ...['apiVersion', 'kind', 'metadata', 'images', 'configMapGenerator', 'secretGenerator', 'generatorOptions', 'vars'],
  ...['sortOptions', 'buildMetadata', 'crds', 'validators', 'imageTags'],
]);

const READ_FIELDS: ReadonlySet<string> = new Set([
  ...['resources', 'bases', 'components', 'patches', 'patchesStrategicMerge', 'patchesJson6902', 'namespace'],
  ...['namePrefix', 'nameSuffix', 'commonLabels', 'labels', 'commonAnnotations', 'replicas', 'configurations'],
  ...['openapi', 'replacements'],
]);

const OBSTACLE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['helmCharts', 'inflates Helm charts'],
  ['helmChartInflationGenerator', 'inflates Helm charts'],
  ['helmGlobals', 'inflates Helm charts'],
  ['generators', 'runs generators of its own'],
  ['transformers', 'runs transformers of its own'],
]);

/** The file of a folder that kustomize would build. */
export function kustomizationIn(folder: string, sources: Sources): Kustomization | undefined {
  for (const name of KUSTOMIZATION_FILES) {
    const manifest = sources.get(joined(folder, name) ?? '');
    if (manifest !== undefined) return readKustomization(manifest, sources);
  }
  return undefined;
}

/** Reads a kustomization and the patches that it names. */
export function readKustomization(manifest: ManifestFile, sources: Sources): Kustomization | undefined {
  const { file } = manifest;
  const document = manifest.documents[0];
  if (document === undefined) return undefined;
  const { value, index } = document;
  const folder = posix.dirname(file);
  return {
    file,
    folder,
    resources: [...texts(value, 'resources'), ...texts(value, 'bases')],
    components: texts(value, 'components'),
    patches: readPatches(value, { file, document: index, path: [] }, folder, sources),
    ...readNames(value),
    replicas: readReplicas(value, { file, document: index, path: [] }),
    configurations: texts(value, 'configurations'),
    hasSchema: valueAt(value, 'openapi') !== undefined,
    obstacles: obstaclesOf(file, value),
  };
}

/** The part of a kustomization that Argo CD and Flux can also write in an object of their own. */
export function readNames(
  value: JsonObject,
): Pick<Kustomization, 'namespace' | 'namePrefix' | 'nameSuffix' | 'labels' | 'annotations'> {
  const labels = (list: JsonValue | undefined): readonly JsonObject[] =>
    Array.isArray(list)
      ? list.flatMap((item: JsonValue) => (isObject(item) && isObject(item.pairs) ? [item.pairs] : []))
      : [];
  return {
    namespace: stringAt(value, 'namespace') || undefined,
    namePrefix: stringAt(value, 'namePrefix') ?? '',
    nameSuffix: stringAt(value, 'nameSuffix') ?? '',
    labels: stringsOf(valueAt(value, 'commonLabels'), ...labels(valueAt(value, 'labels'))),
    annotations: stringsOf(valueAt(value, 'commonAnnotations')),
  };
}

export function readReplicas(value: JsonObject, place: NumberPlace): readonly KustomizeReplicas[] {
  return listOf(value, 'replicas').flatMap((item, index): readonly KustomizeReplicas[] => {
    const name = stringAt(item, 'name');
    const count = valueAt(item, 'count');
    if (name === undefined || typeof count !== 'number') return [];
    const isNamedOnce = listOf(value, 'replicas').filter((other) => stringAt(other, 'name') === name).length === 1;
    const path = [...place.path, 'replicas', isNamedOnce ? { name } : String(index), 'count'];
    return [{ name, count: new SourcedNumber(count, { ...place, path }, 'kustomize replicas') }];
  });
}

export function readPatches(
  value: JsonObject,
  place: NumberPlace,
  folder: string,
  sources: Sources,
): readonly KustomizePatch[] {
  return PATCH_STAGES.flatMap((stage) =>
    listOf(value, stage).map((item, index): KustomizePatch => {
      const steps = [...place.path, stage, String(index)];
      const target = valueAt(item, 'target');
      const written = writtenPatch(item);
      const path = written.path === undefined ? undefined : joined(folder, written.path);
      const file = path === undefined ? undefined : sources.get(path);
      const inline = written.inline === undefined ? steps : [...steps, ...written.inline];
      return {
        stage,
        target: isObject(target) ? target : undefined,
        name: written.path ?? `${place.file} (${stage}[${index}])`,
        path,
        parts:
          written.text === undefined
            ? file && patchesInFile(file)
            : patchesInText(written.text, { ...place, path: inline }),
      };
    }),
  );
}

const PATCH_STAGES = ['patchesStrategicMerge', 'patches', 'patchesJson6902'] as const;

function writtenPatch(item: JsonValue): {
  readonly path?: string;
  readonly text?: string;
  readonly inline?: readonly string[];
} {
  if (typeof item === 'string') {
    // A strategic merge is named by its file or written out.
    return item.includes('\n') || item.includes(': ') ? { text: item, inline: [] } : { path: item };
  }
  const path = stringAt(item, 'path');
  const text = stringAt(item, 'patch');
  return { ...(path ? { path } : {}), ...(text === undefined || path ? {} : { text, inline: ['patch'] }) };
}

const MEANS = (value: JsonValue): NumberMeans => (Array.isArray(value) ? 'JSON patch' : 'strategic merge patch');

function patchesInFile({ file, text }: ManifestFile): readonly Sourced[] | undefined {
  const parts: Sourced[] = [];
  for (const span of documentSpans(text)) {
    const parsed = parsedDocument(file, text, span);
    if (!parsed.ok) return undefined;
    const { value } = parsed.value;
    if (value !== null) parts.push(sourced(value, { file, document: span.index, path: [] }, MEANS(value)));
  }
  return parts;
}

/** Patches that stand as text in another document; of several in one text none can be addressed, and splice says so. */
function patchesInText(text: string, place: NumberPlace): readonly Sourced[] | undefined {
  const parts: Sourced[] = [];
  for (const span of documentSpans(text)) {
    const parsed = parsedDocument(place.file, text, span);
    if (!parsed.ok) return undefined;
    const { value } = parsed.value;
    if (value !== null) parts.push(sourced(value, place, MEANS(value)));
  }
  return parts;
}

function obstaclesOf(file: string, value: JsonObject): readonly string[] {
  const obstacles: string[] = [];
  for (const [field, setting] of Object.entries(value)) {
    const isEmpty = setting === null || (Array.isArray(setting) && setting.length === 0);
    const what = OBSTACLE_FIELDS.get(field);
    if (what !== undefined && !isEmpty) obstacles.push(`${file} ${what} (${field})`);
    else if (what === undefined && !HARMLESS_FIELDS.has(field) && !READ_FIELDS.has(field)) {
      obstacles.push(`${file} has the field "${field}", which is unknown here`);
    }
  }
  if (listOf(value, 'replacements').some(mayReplace)) {
    obstacles.push(`${file} has replacements that may write over the number`);
  }
  return obstacles;
}

/** Whether a replacement may write into a graph, a scaling adapter or an autoscaler. */
function mayReplace(replacement: JsonValue): boolean {
  const targets = listOf(isObject(replacement) ? replacement : {}, 'targets');
  if (stringAt(replacement, 'path') !== undefined || targets.length === 0) return true;
  return targets.some((target) => {
    const kind = stringAt(target, 'select', 'kind');
    const group = stringAt(target, 'select', 'group');
    if (kind === undefined) return group === undefined || group === DYNAMO_GROUP;
    return !/^\w+$/.test(kind) || isScaledKind(kind);
  });
}

const SCALED_KINDS: ReadonlySet<string> = new Set([
  'DynamoGraphDeployment',
  'DynamoGraphDeploymentScalingAdapter',
  'HorizontalPodAutoscaler',
  'ScaledObject',
]);

/** Kinds in which a replica count of a graph or a bound of one stands. */
export function isScaledKind(kind: JsonValue | undefined): boolean {
  return typeof kind === 'string' && SCALED_KINDS.has(kind);
}

export function listOf(value: JsonObject, key: string): readonly JsonValue[] {
  const list = valueAt(value, key);
  return Array.isArray(list) ? list : [];
}

function texts(value: JsonObject, key: string): readonly string[] {
  return listOf(value, key).filter((item) => typeof item === 'string');
}

function stringsOf(...maps: readonly (JsonValue | undefined)[]): { readonly [key: string]: string } {
  return Object.fromEntries(
    maps.flatMap((map) =>
      isObject(map)
        ? Object.entries(map).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : []))
        : [],
    ),
  );
}

/** A path of a kustomization from the repository's root; undefined for one that leads out of it or is a URL. */
export function joined(folder: string, path: string): string | undefined {
  if (isRemote(path) || path.startsWith('/')) return undefined;
  const whole = posix.normalize(posix.join(folder, path)).replace(/\/$/, '');
  return whole === '..' || whole.startsWith('../') ? undefined : whole;
}

export function isRemote(path: string): boolean {
  return /:\/\/|^git@|^git::|[?&](?:ref|version|timeout)=|^(?:www\.)?(?:github|gitlab|bitbucket)\.(?:com|org)[/:]/.test(
    path,
  );
}
