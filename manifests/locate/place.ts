import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar } from 'yaml';
import { composeYaml } from '../read/compose-yaml.ts';
import type { DocumentSpan } from '../read/document-span.ts';
import type { ManifestFile } from '../read/manifest.ts';
import { type Position, positionIn } from '../read/position.ts';

/** Where to point at for a value, or for the nearest part of the document around one that is not written. */
export interface Place extends Position {
  /** UTF-16 units on that line; at least 1. */
  readonly length: number;
  /** Whether the value itself is there, rather than something around it. */
  readonly isExact: boolean;
  /** The text of a value that stands without quotes. */
  readonly plainText: string | undefined;
}

/** Composing is slow, and one document may be asked about often. */
const COMPOSED: WeakMap<ManifestFile, Map<number, Document.Parsed | undefined>> = new WeakMap();

/**
 * The place of the value at a path of keys and list positions. Aliases and merge keys are followed; a part that is
 * absent is pointed at by the key that it would stand under.
 */
export function locatePlace(manifest: ManifestFile, document: number, path: readonly (string | number)[]): Place {
  const span = manifest.spans[document];
  if (span === undefined) return { line: 1, column: 1, length: 1, isExact: false, plainText: undefined };
  const simple = path.length === 1 ? topLevelPlace(manifest, span, path[0]) : undefined;
  if (simple !== undefined) return simple;
  const composed = composedOnce(manifest, document);
  const found = composed === undefined ? undefined : walk(composed, path);
  if (found === undefined) return { line: span.line, column: 1, length: 1, isExact: false, plainText: undefined };
  const { node, isExact } = found;
  const [start, end] = node.range ?? [0, 0];
  const text = manifest.text.slice(span.start + start, Math.min(span.start + end, span.end));
  const [firstLine = ''] = text.split(/[\r\n]/, 1);
  return {
    ...positionIn(manifest.text, span, span.start + start),
    length: Math.max(1, firstLine.trimEnd().length),
    isExact,
    plainText: isScalar(node) && node.type === Scalar.PLAIN ? (node.source ?? '') : undefined,
  };
}

/**
 * A plain word at the root of a document that is written in blocks, found without composing it: nothing but a key of the
 * root stands at the start of a line.
 */
function topLevelPlace(
  manifest: ManifestFile,
  span: DocumentSpan,
  key: string | number | undefined,
): Place | undefined {
  if (typeof key !== 'string' || !/^[A-Za-z]+$/.test(key)) return undefined;
  const text = manifest.text.slice(span.start, span.end);
  const found = [...text.matchAll(new RegExp(`^${key}:[ \\t]+([A-Za-z0-9./_-]+)[ \\t]*\\r?$`, 'gm'))];
  const [only, second] = found;
  if (only === undefined || second !== undefined) return undefined;
  const [whole, word = ''] = only;
  const at = span.start + only.index + whole.indexOf(word, key.length + 1);
  return { ...positionIn(manifest.text, span, at), length: word.length, isExact: true, plainText: word };
}

function composedOnce(manifest: ManifestFile, document: number): Document.Parsed | undefined {
  const documents = COMPOSED.get(manifest) ?? new Map<number, Document.Parsed | undefined>();
  COMPOSED.set(manifest, documents);
  if (documents.has(document)) return documents.get(document);
  const span = manifest.spans[document];
  const composed = span === undefined ? undefined : composeYaml(manifest.text.slice(span.start, span.end));
  const parsed = composed?.ok === true ? composed.value.document : undefined;
  documents.set(document, parsed);
  return parsed;
}

interface Found {
  readonly node: Node;
  readonly isExact: boolean;
}

function walk(document: Document.Parsed, path: readonly (string | number)[]): Found | undefined {
  let value: unknown = document.contents;
  let label: Node | undefined;
  for (const step of path) {
    const next = child(document, value, step);
    if (next === undefined) return label === undefined ? undefined : { node: label, isExact: false };
    value = next.value;
    label = next.label;
  }
  const node = label ?? document.contents;
  const exact = isScalar(value) && value.range !== undefined && value.source !== '' ? value : node;
  return exact === null || exact === undefined ? undefined : { node: exact, isExact: true };
}

interface Child {
  readonly value: unknown;
  /** The key, or the list item itself. */
  readonly label: Node;
}

function child(document: Document.Parsed, parent: unknown, step: string | number): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (typeof step === 'number') {
    const item = isSeq(node) ? node.items[step] : undefined;
    if (item === undefined || item === null) return undefined;
    return { value: item, label: firstKey(item) ?? (item as Node) };
  }
  if (!isMap(node)) return undefined;
  for (const pair of node.items) {
    if (isScalar(pair.key) && keyText(pair.key) === step) return { value: pair.value, label: pair.key };
  }
  for (const pair of node.items) {
    if (!isScalar(pair.key) || keyText(pair.key) !== '<<') continue;
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    const merged = sources.map((source) => child(document, source, step)).find((found) => found !== undefined);
    if (merged !== undefined) return merged;
  }
  return undefined;
}

/** The library reads a merge key as a symbol. */
function keyText({ value }: Scalar): string {
  return typeof value === 'symbol' ? '<<' : String(value);
}

/** A map in a list is pointed at by its first key. */
function firstKey(item: unknown): Node | undefined {
  const key = isMap(item) ? item.items[0]?.key : undefined;
  return isScalar(key) ? key : undefined;
}
