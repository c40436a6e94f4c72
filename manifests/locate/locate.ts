import {
  type DocumentPath,
  fail,
  formatPath,
  isObject,
  type JsonValue,
  type PathStep,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import type { DocumentSpan } from '../read/document-span.ts';
import type { ManifestFile } from '../read/manifest.ts';
import { type Position, positionIn } from '../read/position.ts';
import { embeddedDocument } from './embedded.ts';
import { integerOf } from './integer-text.ts';
import { type ParsedDocument, parsedDocument } from './parsed-document.ts';
import { type Refusal, valueInForce, WRITE_IT } from './refusal.ts';
import type { ScalarNode, YamlNode } from './yaml-node.ts';

/** A whole number in a file that may be replaced digit by digit. Offsets count UTF-16 units of the file's text. */
export interface LocatedInteger extends Position {
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the number at a path of a document.
 * @returns the reason why the number may not be edited in place: absent, quoted, a template, reached through an alias or
 * a merge key, repeated by one, or written as something other than plain decimal digits.
 */
export function locateInteger(manifest: ManifestFile, document: number, path: DocumentPath): Result<LocatedInteger> {
  const span = manifest.spans[document];
  if (span === undefined) {
    return fail({ code: 'not-found', file: manifest.file, message: `has no document ${document + 1}` });
  }
  const parsed = parsedOnce(manifest, document, span);
  return parsed.ok ? locateInDocument(parsed.value, path) : parsed;
}

/** Two parsers read a document to locate in it; whoever asks for several of its numbers pays for that once. */
const PARSED: WeakMap<ManifestFile, Map<number, Result<ParsedDocument>>> = new WeakMap();

function parsedOnce(manifest: ManifestFile, document: number, span: DocumentSpan): Result<ParsedDocument> {
  const documents = PARSED.get(manifest) ?? new Map<number, Result<ParsedDocument>>();
  PARSED.set(manifest, documents);
  const parsed = documents.get(document) ?? parsedDocument(manifest.file, manifest.text, span);
  documents.set(document, parsed);
  return parsed;
}

export function locateInDocument(document: ParsedDocument, path: DocumentPath): Result<LocatedInteger> {
  const { file, text, span } = document;
  const refuse = ({ refusal, offset }: Stop): Result<never> =>
    fail({
      code: 'refused',
      file,
      ...positionIn(text, span, span.start + offset),
      path: formatPath(path),
      ...refusal,
    });

  const reached = walk(document, path);
  if (reached.stop !== undefined) return refuse(reached.stop);
  const { node, value, offset, rest } = reached;
  if (rest !== undefined && node.kind === 'scalar') {
    const embedded = embeddedDocument(document, node, String(value));
    if ('message' in embedded) return refuse({ offset, refusal: embedded });
    const inner = locateInDocument(embedded.document, rest);
    if (!inner.ok)
      return { ok: false, error: inner.error.map((problem) => outerProblem(problem, document, node, path)) };
    const { value: count, start: innerStart, end: innerEnd } = inner.value;
    const start = span.start + embedded.outerOffset(innerStart);
    return succeed({ value: count, start, end: start + innerEnd - innerStart, ...positionIn(text, span, start) });
  }
  if (node.kind !== 'scalar') return refuse({ offset, refusal: { message: `is a ${node.kind}, not a number` } });
  const integer = integerOf(node, path);
  if (typeof integer !== 'number') return refuse({ offset, refusal: integer });
  const isText = node.style === 'quoted';
  if (isText ? String(integer) !== value : integer !== value) {
    return refuse({ offset, refusal: { message: `is written ${integer} but read as ${String(value)}` } });
  }
  // The digits alone are replaced, and the quotes stay.
  const quote = isText ? 1 : 0;
  const start = span.start + node.start + quote;
  const end = span.start + node.end - quote;
  return succeed({ value: integer, start, end, ...positionIn(text, span, start) });
}

/** A problem of an embedded text, told as one of the file: its first line follows the head of the block. */
function outerProblem(problem: Problem, document: ParsedDocument, node: ScalarNode, path: DocumentPath): Problem {
  const { column: _column, ...rest } = problem;
  return { ...rest, line: lineOf(document, node.start) + (problem.line ?? 1), path: formatPath(path) };
}

interface Stop {
  readonly refusal: Refusal;
  /** In the document's own text. */
  readonly offset: number;
}

interface Place {
  readonly node: YamlNode;
  readonly value: JsonValue | undefined;
  /** Where the node stands; for an empty one, where its key does. */
  readonly offset: number;
  /** What of the path lies in the YAML that a text holds. */
  readonly rest?: DocumentPath;
}

type Reached = (Place & { readonly stop?: undefined }) | { readonly stop: Stop };

/** Follows the path through what is written and what it means side by side; where they part, something shared was used. */
function walk(document: ParsedDocument, path: DocumentPath): Reached {
  const { root } = document.tree;
  if (root === undefined) return { stop: { offset: 0, refusal: { message: 'stands in an empty document' } } };
  let place: Place = { node: root, value: document.value, offset: root.start };
  for (const [index, step] of path.entries()) {
    const stop = shared(document, place.node, path, index);
    if (stop !== undefined) return { stop };
    if (place.node.kind === 'scalar' && typeof place.value === 'string' && place.value.includes('\n')) {
      return { ...place, rest: path.slice(index) };
    }
    const next = child(document, place, step, path, index);
    if (next.stop !== undefined) return next;
    place = next;
  }
  const stop = shared(document, place.node, path, path.length);
  return stop === undefined ? place : { stop };
}

/** Why a node stands for more than one place: it is an alias, or an alias repeats it. */
function shared(document: ParsedDocument, node: YamlNode, path: DocumentPath, depth: number): Stop | undefined {
  const part = depth === path.length ? '' : `${formatPath(path.slice(0, depth)) || 'the document'} `;
  if (node.kind === 'alias') {
    const where = node.anchor === undefined ? '' : ` on line ${lineOf(document, node.anchor.start)}`;
    const message = `${part}is the alias *${node.name}; its value stands at the anchor &${node.name}${where}`;
    return { offset: node.start, refusal: { message, hint: 'write it out here to edit it' } };
  }
  if (node.anchor === undefined) return undefined;
  const alias = document.tree.firstAliases.get(node.anchor);
  if (alias === undefined) return undefined;
  const name = node.anchor.name;
  const message = `${part}has the anchor &${name}, which *${name} on line ${lineOf(document, alias)} repeats`;
  return { offset: node.start, refusal: { message, hint: 'an edit would change both; write the repeated part out' } };
}

function child(document: ParsedDocument, place: Place, step: PathStep, path: DocumentPath, index: number): Reached {
  return typeof step === 'string'
    ? entry(document, place, step, path, index)
    : namedItem(place, step.name, path, index);
}

function entry(document: ParsedDocument, place: Place, key: string, path: DocumentPath, index: number): Reached {
  const { node, value } = place;
  if (node.kind === 'list' && Array.isArray(value) && /^(?:0|[1-9][0-9]{0,5})$/.test(key)) {
    const [item, itemValue] = [node.items[Number(key)], (value as readonly JsonValue[])[Number(key)]];
    return item === undefined
      ? { stop: absent(node, path, index) }
      : { node: item, value: itemValue, offset: item.start };
  }
  if (node.kind !== 'map' || !isObject(value)) return { stop: absent(node, path, index) };
  const found = node.entries.filter((candidate) => candidate.key.kind === 'scalar' && candidate.key.text === key);
  const [only, second] = found;
  if (second !== undefined) {
    return { stop: { offset: second.key.start, refusal: { message: `the key "${key}" stands twice` } } };
  }
  if (only?.value !== undefined) return { node: only.value, value: value[key], offset: placeOf(only.value, only.key) };
  if (only !== undefined) {
    const message = `has no value${index === path.length - 1 ? valueInForce(path) : ''}`;
    return { stop: { offset: only.key.start, refusal: { message, hint: WRITE_IT } } };
  }
  if (!Object.hasOwn(value, key)) return { stop: absent(node, path, index) };
  const merge = node.entries.find((candidate) => candidate.key.kind === 'scalar' && candidate.key.text === '<<');
  const where = merge === undefined ? '' : ` on line ${lineOf(document, merge.key.start)}`;
  const part = index === path.length - 1 ? '' : `${formatPath(path.slice(0, index + 1))} `;
  return {
    stop: {
      offset: merge?.key.start ?? node.start,
      refusal: { message: `${part}comes through the merge key <<${where}`, hint: 'write it out here to edit it' },
    },
  };
}

function namedItem({ node, value }: Place, name: string, path: DocumentPath, index: number): Reached {
  if (node.kind !== 'list' || !Array.isArray(value)) return { stop: absent(node, path, index) };
  const positions = value.flatMap((item, position) => (isObject(item) && item.name === name ? [position] : []));
  const [position, second] = positions;
  const item = position === undefined ? undefined : node.items[position];
  if (position === undefined || item === undefined) return { stop: absent(node, path, index) };
  if (second !== undefined) {
    const offset = node.items[second]?.start ?? node.start;
    return { stop: { offset, refusal: { message: `two items are named "${name}"`, hint: 'keep one' } } };
  }
  return { node: item, value: value[position], offset: item.start };
}

/** Where to point: at the value, or at its key where nothing is written. */
function placeOf(value: YamlNode, key: YamlNode): number {
  return value.kind === 'scalar' && value.text === '' ? key.start : value.start;
}

function absent(node: YamlNode, path: DocumentPath, index: number): Stop {
  if (index === path.length - 1) {
    return { offset: node.start, refusal: { message: `is absent${valueInForce(path)}`, hint: WRITE_IT } };
  }
  return {
    offset: node.start,
    refusal: { message: `${formatPath(path.slice(0, index + 1))} is not in this document` },
  };
}

function lineOf(document: ParsedDocument, offset: number): number {
  return positionIn(document.text, document.span, document.span.start + offset).line;
}
