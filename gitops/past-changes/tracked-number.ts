import { type DocumentPath, isObject, type JsonObject, MAX_REPLICA_COUNT, stringAt } from '../../api/index.ts';
import { locateInteger, type ManifestDocument, type ManifestFile } from '../../manifests/index.ts';

/** A number that decides a service's replicas, by where it is written now. */
export interface TrackedNumber {
  readonly deployment: string;
  readonly namespace: string;
  readonly environment: string;
  readonly service: string;
  readonly file: string;
  readonly path: DocumentPath;
  readonly document: DocumentMark;
}

/** How a document is told from others of its file in an earlier state, where its place may have been another. */
export interface DocumentMark {
  /** Of an object, or of a patch of one; undefined for values, kustomizations and lists of operations. */
  readonly object: { readonly kind: string; readonly name: string } | undefined;
  readonly index: number;
  /**
   * The text without its numbers, where the path counts positions in a list: of a list that was another one, nobody can
   * tell whose number stood there.
   */
  readonly shape: string | undefined;
}

/** Marks the document that holds a number now; undefined where the file has no such document. */
export function documentMark(manifest: ManifestFile, index: number, path: DocumentPath): DocumentMark | undefined {
  if (manifest.spans[index] === undefined) return undefined;
  const value = manifest.documents.find((document) => document.index === index)?.value;
  const name = value === undefined ? undefined : stringAt(value, 'metadata', 'name');
  const hasPosition = path.some((step) => typeof step === 'string' && /^\d+$/.test(step));
  return {
    object: typeof value?.kind === 'string' && name !== undefined ? { kind: value.kind, name } : undefined,
    ...{ index, shape: hasPosition ? shapeOf(manifest, index) : undefined },
  };
}

/** The number in an earlier state of its file; undefined where it was not there, or was no count. */
export function readNumber(manifest: ManifestFile | undefined, number: TrackedNumber): number | undefined {
  if (manifest === undefined) return undefined;
  const index = indexIn(manifest, number);
  if (index === undefined) return undefined;
  const { shape } = number.document;
  if (shape !== undefined && shapeOf(manifest, index) !== shape) return undefined;
  const value = manifest.documents.find((document) => document.index === index)?.value;
  const plain = value === undefined ? undefined : valueAtPath(value, number.path);
  if (plain !== undefined) return isCount(plain) ? plain : undefined;
  // It may stand in a text inside the document, or below a list.
  const located = locateInteger(manifest, index, number.path);
  return located.ok && isCount(located.value.value) ? located.value.value : undefined;
}

function indexIn({ documents, spans }: ManifestFile, { document, namespace }: TrackedNumber): number | undefined {
  const { object, index } = document;
  if (object === undefined) return spans[index]?.index;
  const found = documents.filter(
    ({ value }) => value.kind === object.kind && stringAt(value, 'metadata', 'name') === object.name,
  );
  const isOwn = ({ value }: ManifestDocument): boolean => stringAt(value, 'metadata', 'namespace') === namespace;
  return (found.find(isOwn) ?? found[0])?.index;
}

/** Numbers that stand alone; one that is part of a name or of a path says which thing is meant. */
const LONE_NUMBER = /(?<![\w./-])\d+(?![\w./-])/g;

function shapeOf({ text, spans }: ManifestFile, index: number): string | undefined {
  const span = spans[index];
  return span === undefined
    ? undefined
    : text
        .slice(span.start, span.end)
        .replace(/^\s*#.*$/gm, '')
        .replace(LONE_NUMBER, '#')
        .trim();
}

function isCount(count: unknown): count is number {
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 && count <= MAX_REPLICA_COUNT;
}

function valueAtPath(document: JsonObject, path: DocumentPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof step !== 'string') {
      return Array.isArray(value) ? value.find((item: unknown) => stringAt(item, 'name') === step.name) : undefined;
    }
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, document);
}
