import { isSourcedMap, type Sourced, type SourcedMap, sourcedAt } from './sourced.ts';

/** An object as it leaves a renderer, with the document that it began as. */
export interface RenderedObject {
  readonly value: SourcedMap;
  readonly file: string;
  /** Position in the file, from 0. */
  readonly document: number;
  /** First line of the document, from 1. */
  readonly line: number;
  /** Who it was before its name or namespace changed, the first one first. */
  readonly earlier: readonly ObjectId[];
}

export interface ObjectId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** Empty where none is written. */
  readonly namespace: string;
}

export function idOf(value: SourcedMap): ObjectId {
  const apiVersion = textAt(value, 'apiVersion');
  const slash = apiVersion.lastIndexOf('/');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: textAt(value, 'kind'),
    name: textAt(value, 'metadata', 'name'),
    namespace: textAt(value, 'metadata', 'namespace'),
  };
}

/** All that an object was and is called, the present last. */
export function objectIds({ value, earlier }: RenderedObject): readonly ObjectId[] {
  return [...earlier, idOf(value)];
}

/** The object with other metadata, and the memory of what it was called. */
export function withMetadata(object: RenderedObject, fields: { readonly [key: string]: Sourced }): RenderedObject {
  const metadata = sourcedAt(object.value, ['metadata']);
  const value = { ...object.value, metadata: { ...(isSourcedMap(metadata) ? metadata : {}), ...fields } };
  const before = idOf(object.value);
  const after = idOf(value);
  const isRenamed = before.name !== after.name || before.namespace !== after.namespace;
  return { ...object, value, earlier: isRenamed ? [...object.earlier, before] : object.earlier };
}

function textAt(value: SourcedMap, ...path: readonly string[]): string {
  const found = sourcedAt(value, path);
  return typeof found === 'string' ? found : '';
}
