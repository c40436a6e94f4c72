import { idOf, type RenderedObject, withMetadata } from '../rendered-object.ts';
import { isSourcedMap, type SourcedMap, sourcedAt } from '../sourced.ts';
import type { Kustomization } from './kustomization.ts';

/** A patch with a target keeps the object's own name and kind, whatever it says itself. */
export function withIdentity(merged: SourcedMap, before: SourcedMap): SourcedMap {
  const [own, other] = [sourcedAt(merged, ['metadata']), sourcedAt(before, ['metadata'])];
  const metadata = Object.fromEntries([
    ...Object.entries(isSourcedMap(own) ? own : {}).filter(([key]) => key !== 'name' && key !== 'namespace'),
    ...Object.entries(isSourcedMap(other) ? other : {}).filter(([key]) => key === 'name' || key === 'namespace'),
  ]);
  const { apiVersion, kind } = before;
  return {
    ...merged,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata,
  };
}

/** The object with the namespace, names and labels that a kustomization gives. */
export function renamed(object: RenderedObject, kustomization: Kustomization): RenderedObject {
  const { namespace, namePrefix, nameSuffix, labels, annotations } = kustomization;
  const { name } = idOf(object.value);
  const inNamespace = namespace === undefined ? object : withMetadata(object, { namespace });
  const named =
    namePrefix === '' && nameSuffix === ''
      ? inNamespace
      : withMetadata(inNamespace, { name: `${namePrefix}${name}${nameSuffix}` });
  return withTexts(withTexts(named, 'labels', labels), 'annotations', annotations);
}

function withTexts(
  object: RenderedObject,
  field: 'labels' | 'annotations',
  texts: { readonly [key: string]: string },
): RenderedObject {
  if (Object.keys(texts).length === 0) return object;
  const own = sourcedAt(object.value, ['metadata', field]);
  return withMetadata(object, { [field]: { ...(isSourcedMap(own) ? own : {}), ...texts } });
}
