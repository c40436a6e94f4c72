import { composeYaml } from '../read/compose-yaml.ts';
import type { DocumentSpan } from '../read/document-span.ts';
import { positionAt } from '../read/lines.ts';
import type { ManifestFile } from '../read/manifest.ts';
import { ordinaryTree } from '../read/ordinary-yaml.ts';
import { isStricterThanKubernetes } from '../read/parse-yaml.ts';
import type { Position } from '../read/position.ts';
import { eventTree } from './event-tree.ts';
import {
  type MapEntry,
  type MapNode,
  type ScalarNode,
  treeWithoutAnchors,
  type YamlNode,
  type YamlTree,
  yamlTree,
} from './yaml-node.ts';

/** Where to point at for a value, or for the nearest part of the document around one that is not written. */
export interface Place extends Position {
  /** UTF-16 units on that line; at least 1. */
  readonly length: number;
  /** Whether the value itself is there, rather than something around it. */
  readonly isExact: boolean;
  /** The text of a value that stands without quotes. */
  readonly plainText: string | undefined;
}

/** As much of a value as anybody wants to see marked. */
const MAX_LENGTH = 1000;

/** One document is asked about often, and then the next one: the trees of all would fill the memory. */
const LAST: WeakMap<ManifestFile, { readonly document: number; readonly tree: YamlTree | undefined }> = new WeakMap();

/**
 * The place of the value at a path of keys and list positions. Aliases and merge keys are followed; a part that is
 * absent is pointed at by the key that it would stand under.
 */
export function locatePlace(manifest: ManifestFile, document: number, path: readonly (string | number)[]): Place {
  const span = manifest.spans[document];
  if (span === undefined) return { line: 1, column: 1, length: 1, isExact: false, plainText: undefined };
  const simple = path.length === 1 ? topLevelPlace(manifest, span, path[0]) : undefined;
  if (simple !== undefined) return simple;
  const tree = treeOnce(manifest, document, span);
  const found = tree === undefined ? undefined : walk(tree, path);
  if (found === undefined) return { line: span.line, column: 1, length: 1, isExact: false, plainText: undefined };
  const { node, isExact } = found;
  const start = span.start + node.start;
  const end = Math.min(span.start + node.end, span.end, start + MAX_LENGTH);
  const [firstLine = ''] = manifest.text.slice(start, end).split(/[\r\n]/, 1);
  return {
    ...positionAt(manifest, span, span.start + node.start),
    length: Math.max(1, firstLine.trimEnd().length),
    isExact,
    plainText: node.kind === 'scalar' && node.style === 'plain' ? node.text : undefined,
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
  return { ...positionAt(manifest, span, at), length: word.length, isExact: true, plainText: word };
}

function treeOnce(manifest: ManifestFile, document: number, span: DocumentSpan): YamlTree | undefined {
  const last = LAST.get(manifest);
  if (last?.document === document) return last.tree;
  const tree = treeOf(manifest.text.slice(span.start, span.end));
  LAST.set(manifest, { document, tree });
  return tree;
}

/** The tree of a document; undefined where nobody can read it. */
function treeOf(text: string): YamlTree | undefined {
  const root = ordinaryTree(text);
  if (root !== undefined) return treeWithoutAnchors(root);
  try {
    return eventTree(text);
  } catch (cause) {
    const composed = isStricterThanKubernetes(cause) ? composeYaml(text) : undefined;
    return composed?.ok === true ? yamlTree(composed.value.document) : undefined;
  }
}

interface Found {
  readonly node: YamlNode;
  readonly isExact: boolean;
}

function walk(tree: YamlTree, path: readonly (string | number)[]): Found | undefined {
  let value = tree.root;
  let label: YamlNode | undefined;
  for (const step of path) {
    const next = child(tree, value, step, new Set());
    if (next === undefined) return label === undefined ? undefined : { node: label, isExact: false };
    value = next.value;
    label = next.label;
  }
  const node = label ?? tree.root;
  const exact = value?.kind === 'scalar' && value.text !== '' ? value : node;
  return exact === undefined ? undefined : { node: exact, isExact: true };
}

interface Child {
  readonly value: YamlNode | undefined;
  /** The key, or the list item itself. */
  readonly label: YamlNode;
}

/** `merged` holds the maps that were searched, since merge keys may lead back to where they stand. */
function child(
  tree: YamlTree,
  parent: YamlNode | undefined,
  step: string | number,
  merged: Set<YamlNode>,
): Child | undefined {
  const node = resolved(tree, parent);
  if (typeof step === 'number') {
    const item = node?.kind === 'list' ? node.items[step] : undefined;
    return item === undefined ? undefined : { value: item, label: firstKey(item) ?? item };
  }
  if (node?.kind !== 'map' || merged.has(node)) return undefined;
  merged.add(node);
  const own = entryOf(node, step);
  if (own !== undefined) return { value: own.value, label: own.key };
  for (const { key, value } of node.entries) {
    if (key.kind !== 'scalar' || key.text !== '<<') continue;
    const source = resolved(tree, value);
    const sources = source?.kind === 'list' ? source.items : [source];
    for (const one of sources) {
      const found = child(tree, one, step, merged);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Maps of many entries, which are asked about as often. */
const BY_KEY: WeakMap<MapNode, ReadonlyMap<string, MapEntry>> = new WeakMap();
const MANY = 32;

function entryOf(node: MapNode, name: string): MapEntry | undefined {
  if (node.entries.length < MANY) {
    return node.entries.find(({ key }) => key.kind === 'scalar' && key.text === name);
  }
  let byKey = BY_KEY.get(node);
  if (byKey === undefined) {
    byKey = new Map(node.entries.flatMap((entry) => (entry.key.kind === 'scalar' ? [[entry.key.text, entry]] : [])));
    BY_KEY.set(node, byKey);
  }
  return byKey.get(name);
}

function resolved(tree: YamlTree, node: YamlNode | undefined): YamlNode | undefined {
  if (node?.kind !== 'alias') return node;
  return node.anchor === undefined ? undefined : tree.anchored.get(node.anchor);
}

/** A map in a list is pointed at by its first key. */
function firstKey(item: YamlNode): ScalarNode | undefined {
  const key = item.kind === 'map' ? item.entries[0]?.key : undefined;
  return key?.kind === 'scalar' ? key : undefined;
}
