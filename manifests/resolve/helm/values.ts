import type { ManifestFile } from '../../read/manifest.ts';
import type { HelmParameter, HelmSettings } from '../delivery/delivery.ts';
import type { Sources } from '../kustomize/kustomization.ts';
import { isSourcedMap, type Sourced, type SourcedMap, SourcedNumber, sourced } from '../sourced.ts';

export interface ReleaseValues {
  readonly values: SourcedMap;
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly obstacles: readonly string[];
}

/** The values of a release as Helm merges them: the chart's own, each value file, inline values, parameters. */
export function releaseValues(chart: string, settings: HelmSettings, sources: Sources): ReleaseValues {
  const files: string[] = [];
  const missing: string[] = [];
  const obstacles: string[] = [];
  let values: SourcedMap = {};
  const own = inFolder(chart, 'values.yaml');
  for (const { path, isOptional } of [{ path: own, isOptional: true }, ...settings.valueFiles]) {
    const manifest = sources.get(path);
    if (manifest === undefined) {
      missing.push(path);
      if (!isOptional) obstacles.push(`the value file ${path} is not in the repository`);
      continue;
    }
    files.push(path);
    const read = valuesOf(manifest);
    if (read === undefined) obstacles.push(`the value file ${path} cannot be read`);
    else values = merged(values, read);
  }
  for (const inline of settings.values) {
    if (isSourcedMap(inline)) values = merged(values, inline);
  }
  for (const parameter of settings.parameters) values = withParameter(values, parameter, obstacles);
  return { values, files, missing, obstacles };
}

export function inFolder(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

function valuesOf({ file, documents, spans }: ManifestFile): SourcedMap | undefined {
  if (spans.length === 0) return {};
  const [document] = documents;
  if (spans.length !== 1 || document === undefined) return undefined;
  const value = sourced(document.value, { file, document: document.index, path: [] }, 'Helm values');
  return isSourcedMap(value) ? value : undefined;
}

/** Maps are merged; lists are replaced; null takes a key away. */
function merged(below: SourcedMap, above: SourcedMap): SourcedMap {
  const members = new Map<string, Sourced | undefined>(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const before = members.get(key);
    if (value === null || value === undefined) members.delete(key);
    else if (isSourcedMap(value) && isSourcedMap(before)) members.set(key, merged(before, value));
    else members.set(key, value instanceof SourcedNumber ? value.over(before) : value);
  }
  return Object.fromEntries(members);
}

function withParameter(values: SourcedMap, { name, value }: HelmParameter, obstacles: string[]): SourcedMap {
  if (!/^[\w-]+(?:\.[\w-]+)*$/.test(name)) {
    obstacles.push(`the Helm parameter "${name}" is more than a plain key`);
    return values;
  }
  const nested = name.split('.').reduceRight<Sourced>((inner, key) => Object.fromEntries([[key, inner]]), value);
  return isSourcedMap(nested) ? merged(values, nested) : values;
}
