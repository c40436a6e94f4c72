import { isObject, type JsonObject, type JsonValue, stringAt } from '../../api/index.ts';
import { readManifest } from '../../manifests/index.ts';
import { itemsAt } from '../component.ts';
import { sourcesOf } from '../delivery.ts';
import type { FieldPath } from '../field-path.ts';
import { type FleetObject, type FleetRule, shownObject } from '../fleet.ts';
import { isKustomizationFile } from '../kustomize.ts';
import { violation } from '../rule.ts';
import { isDynamoKind } from '../schema/kinds.ts';
import { isWritten, secret } from './secrets.ts';

/** What is said about a patch, whether it stands in a file of its own or is written out where it is used. */
export const COMPONENT_LIST_REPLACED = {
  message:
    'kustomize replaces the whole list by this one: the other components, and all that is not written here, are gone',
  help: 'name an OpenAPI document with x-kubernetes-patch-merge-key under openapi.path, or use a JSON 6902 patch',
} as const;

/** What kustomize does to a graph. */
export const kustomizeRules: readonly FleetRule[] = [
  {
    id: 'kustomize-plain-secret',
    title: 'A generator of Secrets takes no values that are written out beside it',
    ...{ severity: 'warning', about: 'kustomize' },
    check: ({ objects }) =>
      objects
        .filter(({ file }) => isKustomizationFile(file))
        .flatMap((of) =>
          itemsAt(of.object, 'secretGenerator').flatMap((generator, index) =>
            itemsAt(generator, 'literals').flatMap((literal, position) => {
              const value = typeof literal === 'string' ? literal.slice(literal.indexOf('=') + 1) : undefined;
              const place = { path: ['secretGenerator', index, 'literals', position] };
              const message = 'the value is plain text, and Git keeps it for good';
              const help = 'take it from a file that Git does not have, or from a store of secrets; then replace it';
              return isWritten(value) ? [{ of, ...secret(place, message, help) }] : [];
            }),
          ),
        ),
  },
  {
    id: 'kustomize-inline-list',
    title: 'A strategic merge patch that is written out in its place says how a list of components is merged',
    ...{ severity: 'error', about: 'kustomize' },
    check: ({ objects, kustomize, deliveries }) => [
      ...objects
        .filter(({ file, folder }) => isKustomizationFile(file) && !kustomize.knowsLists(folder))
        .flatMap((of) => [
          ...inlinePatches(of, of.object, []),
          ...itemsAt(of.object, 'patchesStrategicMerge').flatMap((patch, index) =>
            typeof patch === 'string' && patch.includes('\n') && replacesList(patch)
              ? [{ of, path: ['patchesStrategicMerge', index], ...COMPONENT_LIST_REPLACED }]
              : [],
          ),
        ]),
      ...deliveries.flatMap(({ of, tool, at, body }) => {
        const spec = isObject(body.spec) ? body.spec : {};
        if (tool === 'flux') return inlinePatches(of, spec, ['spec']);
        return sourcesOf(body).flatMap((source) => {
          const position = itemsAt(spec, 'sources').indexOf(source);
          const place = position < 0 ? ['source'] : ['sources', position];
          const settings = isObject(source.kustomize) ? source.kustomize : {};
          return inlinePatches(of, settings, [...at, 'spec', ...place, 'kustomize']);
        });
      }),
    ],
  },
  {
    id: 'kustomize-replicas',
    title: 'The replicas of a kustomization are for kinds that kustomize knows, and a graph is none',
    ...{ severity: 'error', about: 'kustomize' },
    check: ({ objects, graphs, kustomize }) =>
      objects
        .filter(({ file }) => isKustomizationFile(file))
        .flatMap((of) => {
          const counts = itemsAt(of.object, 'replicas');
          if (counts.length === 0) return [];
          const files = kustomize.filesOf(of.folder);
          return counts.flatMap((count, index) => {
            const name = stringAt(count, 'name');
            const graph = graphs.find((one) => one.name === name && files.has(one.of.file));
            if (graph === undefined) return [];
            const message = `names ${shownObject(graph.of)}, which has no count of its own: the build fails`;
            const help = 'use a JSON 6902 patch on the replicas of one service';
            return [{ of, ...violation({ path: ['replicas', index, 'name'] }, message, help) }];
          });
        }),
  },
];

function inlinePatches(of: FleetObject, holder: JsonObject, at: FieldPath) {
  return itemsAt(holder, 'patches').flatMap((patch, index) => {
    const text = stringAt(patch, 'patch');
    return text !== undefined && replacesList(text)
      ? [{ of, path: [...at, 'patches', index, 'patch'], ...COMPONENT_LIST_REPLACED }]
      : [];
  });
}

/** Whether a patch is a part of a Dynamo object with a list of components; a list of JSON 6902 operations is not. */
function replacesList(text: string): boolean {
  if (!text.includes('components')) return false;
  const documents = readManifest('patch.yaml', Buffer.from(text)).manifest?.documents ?? [];
  return documents.some(({ value }) => isDynamoKind(value.kind) && hasComponents(value));
}

function hasComponents(value: JsonObject): boolean {
  return itemsAt(value, 'spec', 'components').some((component: JsonValue) => isObject(component));
}
