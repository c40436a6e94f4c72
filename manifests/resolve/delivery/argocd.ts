import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue, objectAt, stringAt, valueAt } from '../../../api/index.ts';
import { embeddedIn } from '../../locate/embedded.ts';
import type { ManifestDocument } from '../../read/manifest.ts';
import {
  isRemote,
  joined,
  listOf,
  readNames,
  readPatches,
  readReplicas,
  type Sources,
} from '../kustomize/kustomization.ts';
import { type NumberPlace, type Sourced, SourcedNumber, sourced } from '../sourced.ts';
import type { Delivery, HelmParameter, HelmSettings, KustomizeLayer, ValueFile } from './delivery.ts';

const ARGO_GROUP = 'argoproj.io/';

/**
 * The sources of an Argo CD Application that lie in the repository. With a source hydrator the dry source is the one: what
 * the hydrator writes to its branch is never edited.
 */
export function applicationDeliveries({ file, index, value }: ManifestDocument, sources: Sources): readonly Delivery[] {
  const isApplication = value.kind === 'Application' && stringAt(value, 'apiVersion')?.startsWith(ARGO_GROUP) === true;
  const name = stringAt(value, 'metadata', 'name');
  if (!isApplication || name === undefined) return [];
  const place = (...path: readonly string[]): NumberPlace => ({ file, document: index, path });
  const found: { readonly source: JsonObject; readonly place: NumberPlace }[] = [];
  const dry = objectAt(value, 'spec', 'sourceHydrator', 'drySource');
  const single = objectAt(value, 'spec', 'source');
  if (dry !== undefined) found.push({ source: dry, place: place('spec', 'sourceHydrator', 'drySource') });
  else if (single !== undefined) found.push({ source: single, place: place('spec', 'source') });
  const spec = objectAt(value, 'spec') ?? {};
  listOf(spec, 'sources').forEach((source, position) => {
    if (isObject(source)) found.push({ source, place: place('spec', 'sources', String(position)) });
  });
  const namespace = stringAt(value, 'spec', 'destination', 'namespace') || undefined;
  return found
    .filter(({ source }) => stringAt(source, 'path') !== undefined || stringAt(source, 'chart') !== undefined)
    .map(({ source, place: at }) => deliveryOf(source, at, { name, file, namespace }, sources));
}

function deliveryOf(
  source: JsonObject,
  place: NumberPlace,
  { name, file, namespace }: { readonly name: string; readonly file: string; readonly namespace: string | undefined },
  sources: Sources,
): Delivery {
  const path = stringAt(source, 'path');
  const folder = path === undefined ? undefined : joined('.', path);
  const obstacles: string[] = [];
  const label = `Application "${name}"`;
  if (objectAt(source, 'plugin') !== undefined) obstacles.push(`${label} (${file}) renders with a plugin`);
  return {
    name: label,
    ...{ file, document: place.document, folder, namespace },
    kustomize: folder === undefined ? undefined : layerOf(source, place, folder, sources),
    helm: helmOf(source, place, folder ?? '.', name, obstacles),
    obstacles,
  };
}

/** Argo CD adds these to the kustomization of the folder, as `kustomize edit` does. */
function layerOf(source: JsonObject, place: NumberPlace, folder: string, sources: Sources): KustomizeLayer | undefined {
  const value = objectAt(source, 'kustomize');
  if (value === undefined) return undefined;
  const at = below(place, 'kustomize');
  return {
    ...readNames(value),
    patches: readPatches(value, at, folder, sources),
    replicas: readReplicas(value, at),
    components: listOf(value, 'components').filter((item) => typeof item === 'string'),
  };
}

function helmOf(
  source: JsonObject,
  place: NumberPlace,
  folder: string,
  application: string,
  obstacles: string[],
): HelmSettings {
  const helm = objectAt(source, 'helm') ?? {};
  const at = below(place, 'helm');
  const isOptional = helm.ignoreMissingValueFiles === true;
  const valueFiles = listOf(helm, 'valueFiles').flatMap((item): readonly ValueFile[] => {
    const path = typeof item === 'string' ? valueFilePath(item, folder) : undefined;
    if (path !== undefined) return [{ path, isOptional }];
    obstacles.push(
      `Application "${application}" takes values from ${JSON.stringify(item)}, which is not in the repository`,
    );
    return [];
  });
  if (listOf(helm, 'fileParameters').length > 0) {
    obstacles.push(`Application "${application}" sets values from files (fileParameters)`);
  }
  const values: Sourced[] = [];
  const text = stringAt(helm, 'values');
  const object = valueAt(helm, 'valuesObject');
  // Argo CD takes valuesObject where both are given.
  if (isObject(object)) values.push(sourced(object, below(at, 'valuesObject'), 'Helm values'));
  else if (text !== undefined && text.trim() !== '') {
    const embedded = embeddedIn(place.file, text);
    if ('message' in embedded)
      obstacles.push(`the values of Application "${application}" cannot be read: ${embedded.message}`);
    else values.push(sourced(embedded.document.value, below(at, 'values'), 'Helm values'));
  }
  return {
    release: stringAt(helm, 'releaseName') || application,
    valueFiles,
    values,
    parameters: listOf(helm, 'parameters').flatMap((item) => parameterOf(item, below(at, 'parameters'))),
  };
}

function parameterOf(item: JsonValue, place: NumberPlace): readonly HelmParameter[] {
  const name = stringAt(item, 'name');
  const value = valueAt(item, 'value');
  if (name === undefined || (typeof value !== 'string' && typeof value !== 'number')) return [];
  const isNumber =
    typeof value === 'number' || (/^(?:0|[1-9]\d{0,8})$/.test(value) && valueAt(item, 'forceString') !== true);
  const at = { ...place, path: [...place.path, { name }, 'value'] };
  return [
    { name, place: at, value: isNumber ? new SourcedNumber(Number(value), at, 'Helm parameter') : String(value) },
  ];
}

/** A value file is named from the chart's folder, from the root with `/`, or from another source with `$name/`. */
function valueFilePath(path: string, folder: string): string | undefined {
  if (isRemote(path) || /[*?[\]{}]/.test(path)) return undefined;
  const fromRoot = /^(?:\$[\w-]+)?\/(.+)$/.exec(path)?.[1];
  return fromRoot === undefined ? joined(folder, path) : joined('.', posix.normalize(fromRoot));
}

function below(place: NumberPlace, ...steps: readonly string[]): NumberPlace {
  return { ...place, path: [...place.path, ...steps] };
}
