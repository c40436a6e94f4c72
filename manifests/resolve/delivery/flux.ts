import { objectAt, stringAt, valueAt } from '../../../api/index.ts';
import type { ManifestDocument } from '../../read/manifest.ts';
import { joined, listOf, readPatches, type Sources } from '../kustomize/kustomization.ts';
import type { Delivery } from './delivery.ts';

/** A Kustomization of Flux that builds a folder of the repository. Flux adds its own fields to the folder's kustomization. */
export function fluxDeliveries({ file, index, value }: ManifestDocument, sources: Sources): readonly Delivery[] {
  const isFlux =
    value.kind === 'Kustomization' &&
    stringAt(value, 'apiVersion')?.startsWith('kustomize.toolkit.fluxcd.io/') === true;
  const name = stringAt(value, 'metadata', 'name');
  const folder = joined('.', stringAt(value, 'spec', 'path') ?? '.');
  const fields = objectAt(value, 'spec');
  if (!isFlux || name === undefined || folder === undefined || fields === undefined) return [];
  const place = { file, document: index, path: ['spec'] };
  return [
    {
      name: `Flux Kustomization "${name}"`,
      ...{ file, document: index, folder, namespace: undefined, obstacles: [] },
      kustomize: {
        patches: readPatches({ patches: valueAt(fields, 'patches') }, place, folder, sources),
        namespace: stringAt(fields, 'targetNamespace') || undefined,
        namePrefix: stringAt(fields, 'namePrefix') ?? '',
        nameSuffix: stringAt(fields, 'nameSuffix') ?? '',
        ...{ labels: {}, annotations: {}, replicas: [] },
        components: listOf(fields, 'components').filter((item) => typeof item === 'string'),
      },
      helm: { release: name, valueFiles: [], values: [], parameters: [] },
    },
  ];
}
