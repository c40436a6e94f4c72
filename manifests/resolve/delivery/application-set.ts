import { isObject, type JsonObject, objectAt, stringAt } from '../../../api/index.ts';
import type { ManifestDocument } from '../../read/manifest.ts';
import { listOf } from '../kustomize/kustomization.ts';
import type { Delivery } from './delivery.ts';

/**
 * The folders that an ApplicationSet delivers with settings of its own. Its generators fill in a template, from clusters
 * and requests that are not in the repository, so that nobody can tell here what a folder of it becomes.
 * @param folders those with a kustomization or a chart.
 */
export function applicationSetDeliveries(
  { file, index, value }: ManifestDocument,
  folders: ReadonlySet<string>,
): readonly Delivery[] {
  const name = stringAt(value, 'metadata', 'name');
  const isSet = value.kind === 'ApplicationSet' && stringAt(value, 'apiVersion')?.startsWith('argoproj.io/') === true;
  if (!isSet || name === undefined) return [];
  const spec = objectAt(value, 'spec', 'template', 'spec') ?? {};
  const sources = [objectAt(spec, 'source'), ...listOf(spec, 'sources')].filter(isObject);
  const label = `ApplicationSet "${name}"`;
  const obstacle = `${label} (${file}) renders it with settings that its generators fill in; write an Application, or map the number in the config`;
  return sources.filter(hasSettings).flatMap((source) => {
    const path = stringAt(source, 'path');
    if (path === undefined) return [];
    return [...folders]
      .filter((folder) => mayMean(path, folder))
      .map(
        (folder): Delivery => ({
          name: label,
          ...{ file, document: index, folder, namespace: undefined, kustomize: undefined },
          helm: { release: name, valueFiles: [], values: [], parameters: [] },
          obstacles: [obstacle],
        }),
      );
  });
}

function hasSettings(source: JsonObject): boolean {
  return ['kustomize', 'helm', 'plugin'].some((field) => Object.keys(objectAt(source, field) ?? {}).length > 0);
}

/** Whether a path with `{{ }}` in it may become a folder: what is certain of it stands there in this order. */
function mayMean(path: string, folder: string): boolean {
  const [first = '', ...others] = path
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .split(/\{\{[^}]*\}\}/);
  if (others.length === 0) return first === folder;
  if (!folder.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = folder.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return folder.endsWith(others.at(-1) ?? '');
}
