import { posix } from 'node:path';
import { valueAt } from '../../api/index.ts';
import type { ManifestDocument } from '../read/manifest.ts';
import type { BuildPlan } from './build.ts';
import { applicationSetDeliveries } from './delivery/application-set.ts';
import { applicationDeliveries } from './delivery/argocd.ts';
import type { Delivery } from './delivery/delivery.ts';
import { fluxDeliveries } from './delivery/flux.ts';
import { isChart } from './helm/render.ts';
import { isKustomizationFile, joined, listOf, type Sources } from './kustomize/kustomization.ts';

export interface BuildPlans {
  readonly plans: readonly BuildPlan[];
  /** Folders that are delivered, and of which nothing was read. */
  readonly missing: readonly string[];
  /** Deliveries of what is in no repository, such as a chart of a registry, in words. */
  readonly elsewhere: readonly string[];
}

/** Fields of a kustomization that leave every object of its resources as it is written. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  ...['apiVersion', 'kind', 'metadata', 'resources', 'configMapGenerator', 'secretGenerator', 'generatorOptions'],
  ...['images', 'sortOptions'],
]);

/** Fields that change the metadata of objects alone. */
const METADATA_FIELDS: ReadonlySet<string> = new Set([
  ...['namespace', 'namePrefix', 'nameSuffix', 'labels', 'commonLabels', 'commonAnnotations', 'buildMetadata'],
]);

/**
 * What has to be rendered so that its numbers are known: what Argo CD and Flux deliver, and every kustomization that no
 * other one builds on. Folders whose manifests reach the cluster as they are written are left out.
 */
export function buildPlans(sources: Sources, scope: ReadonlySet<string>): BuildPlans {
  const deliveries: Delivery[] = [];
  const kustomizations: FoundKustomization[] = [];
  const usedFolders = new Set<string>();
  const uses = new Map<string, FoundKustomization[]>();
  const sets: ManifestDocument[] = [];
  for (const manifest of sources.values()) {
    for (const document of manifest.documents) {
      if (!scope.has(manifest.file)) break;
      deliveries.push(...applicationDeliveries(document, sources), ...fluxDeliveries(document, sources));
      if (document.value.kind === 'ApplicationSet') sets.push(document);
    }
    if (!isKustomizationFile(manifest.file)) continue;
    const value = manifest.documents[0]?.value;
    const folder = posix.dirname(manifest.file);
    if (value === undefined) continue;
    const references = ['resources', 'bases', 'components'].flatMap((field) => listOf(value, field));
    const paths = references.map((one) => (typeof one === 'string' ? joined(folder, one) : undefined));
    const resources = paths.filter((path) => path !== undefined && sources.has(path)).flatMap((path) => path ?? []);
    const isPlain = resources.length === paths.length && Object.keys(value).every((field) => PLAIN_FIELDS.has(field));
    const mayPatch = Object.keys(value).some((field) => !PLAIN_FIELDS.has(field) && !METADATA_FIELDS.has(field));
    const found: FoundKustomization = { file: manifest.file, folder, resources, isPlain, mayPatch };
    for (const path of paths) {
      if (path === undefined) continue;
      uses.set(path, [...(uses.get(path) ?? []), found]);
      if (!sources.has(path)) usedFolders.add(path);
    }
    const isComponent = valueAt(value, 'kind') === 'Component';
    if (!isComponent && scope.has(manifest.file)) kustomizations.push(found);
  }

  const plans: BuildPlan[] = [];
  const missing: string[] = [];
  const elsewhere: string[] = [];
  const folders = new Set([...sources.keys()].flatMap(foldersAbove));
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  /** Whether every object reaches the cluster as it is written, and once. */
  const isAsWritten = ({ folder, resources, isPlain }: FoundKustomization): boolean =>
    isPlain && !usedFolders.has(folder) && resources.every((path) => uses.get(path)?.length === 1);
  const buildable = new Set([...folders].filter((folder) => byFolder.has(folder) || isChart(folder, sources)));
  deliveries.push(...sets.flatMap((document) => applicationSetDeliveries(document, buildable)));
  const deliveredTwice = repeated(deliveries.flatMap(({ folder }) => folder ?? []));
  const delivered = new Set<string>();
  for (const delivery of deliveries) {
    const { folder } = delivery;
    if (folder === undefined) {
      elsewhere.push(`${delivery.name} (${delivery.file}) delivers what is not in the repository`);
      continue;
    }
    if (!folders.has(folder)) missing.push(folder);
    const kustomization = byFolder.get(folder);
    const isRaw = kustomization === undefined ? !isChart(folder, sources) : isAsWritten(kustomization);
    const hasLayer =
      (delivery.kustomize !== undefined && isLayer(delivery.kustomize)) ||
      (kustomization !== undefined && delivery.obstacles.length > 0);
    if (isRaw && !hasLayer && (kustomization === undefined || !deliveredTwice.has(folder))) continue;
    const patcher = patcherOf(delivery.file, uses, new Set());
    const obstacle = `${delivery.name} (${delivery.file}) is itself rendered by ${patcher}, which may change what it says`;
    const obstacles = patcher === undefined ? delivery.obstacles : [...delivery.obstacles, obstacle];
    plans.push({ folder, delivery: { ...delivery, obstacles } });
    delivered.add(folder);
  }
  for (const kustomization of kustomizations) {
    const { folder } = kustomization;
    if (delivered.has(folder) || usedFolders.has(folder) || isAsWritten(kustomization)) continue;
    plans.push({ folder, delivery: undefined });
  }
  return { plans, missing, elsewhere };
}

/** The kustomization that may patch what a file says, if there is one above it. */
function patcherOf(
  path: string,
  uses: ReadonlyMap<string, readonly FoundKustomization[]>,
  seen: Set<string>,
): string | undefined {
  if (seen.has(path)) return undefined;
  seen.add(path);
  for (const { file, folder, mayPatch } of uses.get(path) ?? []) {
    const found = mayPatch ? file : patcherOf(folder, uses, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface FoundKustomization {
  readonly file: string;
  readonly folder: string;
  /** Files among its resources. */
  readonly resources: readonly string[];
  /** Whether it changes no object and builds from files alone. */
  readonly isPlain: boolean;
  /** Whether it may change more of an object than its name, namespace and labels. */
  readonly mayPatch: boolean;
}

function repeated(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.filter((text, index) => texts.indexOf(text) !== index));
}

function isLayer(layer: NonNullable<Delivery['kustomize']>): boolean {
  const { patches, components, replicas, namespace, namePrefix, nameSuffix } = layer;
  const lists = [patches, components, replicas];
  return lists.some((list) => list.length > 0) || namespace !== undefined || namePrefix !== '' || nameSuffix !== '';
}

function foldersAbove(file: string): readonly string[] {
  const steps = file.split('/').slice(0, -1);
  return ['.', ...steps.map((_, index) => steps.slice(0, index + 1).join('/'))];
}
