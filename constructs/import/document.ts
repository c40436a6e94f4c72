import {
  fail,
  isObject,
  type JsonObject,
  type JsonValue,
  POLICY_ANNOTATION,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';

/** A document of a manifest file, parsed. */
export interface SourceDocument {
  readonly value: JsonObject;
  /** First line, from 1. */
  readonly line: number;
}

/** An object of Kubernetes as its author wrote it, without what only a cluster writes. */
export interface SourceObject extends SourceDocument {
  readonly apiVersion: string;
  readonly kind: string;
  /** Fields that were left out. */
  readonly dropped: readonly string[];
}

/** Fields of `metadata` that the API server sets. */
const SERVER_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** Written by kubectl's client-side apply, and by our own synth. */
const TOOL_ANNOTATIONS = ['kubectl.kubernetes.io/last-applied-configuration', POLICY_ANNOTATION];

/** The objects of a file; a List is what is in it. */
export function sourceObjects(documents: readonly SourceDocument[], file: string): Result<readonly SourceObject[]> {
  const objects: SourceObject[] = [];
  const problems: Problem[] = [];
  for (const document of documents.flatMap(items)) {
    const { value, line } = document;
    const { apiVersion, kind } = value;
    const unsuitable = unsuitableAt(value, '');
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') {
      problems.push({ code: 'schema', file, line, message: 'is no Kubernetes object: it has no apiVersion and kind' });
    } else if (unsuitable !== undefined) {
      problems.push({ code: 'refused', file, line, ...unsuitable });
    } else {
      objects.push({ ...authored(value), apiVersion, kind, line });
    }
  }
  return problems.length > 0 ? fail(...problems) : succeed(objects);
}

function items(document: SourceDocument): readonly SourceDocument[] {
  const { kind, items: list } = document.value;
  if (kind !== 'List' || !Array.isArray(list)) return [document];
  return list.map((item: JsonValue) => ({ value: isObject(item) ? item : {}, line: document.line }));
}

function authored(value: JsonObject): Pick<SourceObject, 'value' | 'dropped'> {
  const { status, metadata, ...rest } = value;
  const dropped = status === undefined ? [] : ['status'];
  if (!isObject(metadata)) return { value: metadata === undefined ? rest : { ...rest, metadata }, dropped };
  const { annotations, ...fields } = metadata;
  const kept = Object.entries(fields).filter(([key]) => !SERVER_METADATA.includes(key));
  dropped.push(
    ...Object.keys(fields)
      .filter((key) => SERVER_METADATA.includes(key))
      .map((key) => `metadata.${key}`),
  );
  const own = Object.entries(isObject(annotations) ? annotations : {}).filter(
    ([key]) => !TOOL_ANNOTATIONS.includes(key),
  );
  const isTouched = isObject(annotations) && own.length < Object.keys(annotations).length;
  if (isTouched) dropped.push('metadata.annotations of tools');
  const keptAnnotations = isTouched ? (own.length === 0 ? undefined : Object.fromEntries(own)) : annotations;
  return {
    value: {
      ...rest,
      metadata: {
        ...Object.fromEntries(kept),
        ...(keptAnnotations === undefined ? {} : { annotations: keptAnnotations }),
      },
    },
    dropped,
  };
}

/** What no manifest holds on purpose, and what JavaScript would take for something else. */
function unsuitableAt(value: JsonValue, path: string): Pick<Problem, 'path' | 'message'> | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return { path, message: 'is no finite number' };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`;
    if (key === '__proto__')
      return { path: below, message: 'is a key that JavaScript takes for an object’s prototype' };
    const found = item === undefined ? undefined : unsuitableAt(item, below);
    if (found !== undefined) return found;
  }
  return undefined;
}
