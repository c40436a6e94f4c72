import { posix } from 'node:path';
import { isObject, type JsonObject, objectAt, stringAt } from '../../api/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import { itemsAt } from '../component.ts';
import { isKustomizationFile, patchFiles } from '../kustomize.ts';

/** Which counts a kustomization changes, so that the base says nothing about them. */
export interface PatchedServices {
  /** The file of a patch that may change the GPUs of a service; undefined for one that no patch speaks of. */
  patchOf(graph: string, service: string): string | undefined;
}

/** Fields that GPUs are counted by. */
const COUNTING = /replicas|gpu|multinode|nodeCount|resources|scalingAdapter/i;

/** Reads the patches of every kustomization: files, and those that are written out in its place. */
export function patchedServices(files: readonly ManifestFile[]): PatchedServices {
  const patches = patchFiles(files);
  const found = new Map<string, string>();
  const keep = (file: string, ...names: readonly string[]): void => {
    if (!found.has(JSON.stringify(names))) found.set(JSON.stringify(names), file);
  };
  for (const { file, documents } of files) {
    for (const { value } of documents) {
      if (patches.has(file)) for (const names of mergedInto(value)) keep(file, ...names);
      if (!isKustomizationFile(file)) continue;
      for (const patch of ['patches', 'patchesJson6902'].flatMap((field) => itemsAt(value, field))) {
        if (!isObject(patch)) continue;
        const graph = stringAt(patch, 'target', 'name');
        const kind = stringAt(patch, 'target', 'kind') ?? 'DynamoGraphDeployment';
        const path = stringAt(patch, 'path');
        const beside = path === undefined ? undefined : posix.join(posix.dirname(file), path);
        const text = stringAt(patch, 'patch') ?? files.find((one) => one.file === beside)?.text ?? '';
        if (graph !== undefined && kind === 'DynamoGraphDeployment' && COUNTING.test(text)) keep(beside ?? file, graph);
      }
    }
  }
  return {
    patchOf: (graph, service) => found.get(JSON.stringify([graph, service])) ?? found.get(JSON.stringify([graph])),
  };
}

/** `[graph, service]` of each service that a strategic merge patch says a count of. */
function mergedInto(patch: JsonObject): readonly (readonly [string, string])[] {
  const graph = stringAt(patch, 'metadata', 'name');
  if (patch.kind !== 'DynamoGraphDeployment' || graph === undefined) return [];
  const services = Object.entries(objectAt(patch, 'spec', 'services') ?? {});
  const components = itemsAt(patch, 'spec', 'components').map((body) => [stringAt(body, 'name') ?? '', body] as const);
  return [...services, ...components].flatMap(([name, body]) =>
    COUNTING.test(JSON.stringify(body) ?? '') ? [[graph, name] as const] : [],
  );
}
