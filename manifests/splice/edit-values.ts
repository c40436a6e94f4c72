import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { JsonValue, Result } from '../../api/index.ts';
import { type ComposedYaml, composeYaml } from '../read/compose-yaml.ts';
import { documentSpans } from '../read/document-span.ts';
import { parseYaml } from '../read/parse-yaml.ts';
import { type ValueEdit, valueAfter } from './value-edit.ts';

/** A stretch of the text and what stands there instead. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Spliced = Result<Splice, string>;

/**
 * Edits values in the text of one document; every other byte stays. The result is parsed again, by two parsers that share
 * no code, and has to say exactly what was meant. All edits or none; where items of a list are taken out, the last first.
 * @returns the new text, or in a few words why it cannot be done.
 */
export function editValues(text: string, edits: readonly ValueEdit[]): Result<string, string> {
  const before = readAlike(text);
  if (before === undefined) return refused('parsers do not read it alike');
  const splices: Splice[] = [];
  let expected: JsonValue | undefined = before.value;
  for (const edit of edits) {
    const spliced = spliceOf(text, before, edit);
    if (!spliced.ok) return spliced;
    splices.push(spliced.value);
    const quoted = edit.kind === 'quote' ? text.slice(spliced.value.start, spliced.value.end) : undefined;
    expected = expected === undefined ? undefined : valueAfter(expected, edit, quoted);
  }
  const result = withSplices(text, splices);
  const after = result === undefined ? undefined : readAlike(result);
  if (result === undefined || after === undefined || expected === undefined) return refused(OTHER_VALUE);
  if (isJson(text) && !isJson(result)) return refused('it would no longer be JSON');
  return isDeepStrictEqual(after.value, expected) ? { ok: true, value: result } : refused(OTHER_VALUE);
}

/** YAML holds JSON; a program that reads a file as JSON does not read all of YAML. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const OTHER_VALUE = 'it would change another value';

/** Undefined where two are about the same stretch. */
function withSplices(text: string, splices: readonly Splice[]): string | undefined {
  let result = '';
  let at = 0;
  for (const { start, end, text: inserted } of [...splices].sort((first, second) => first.start - second.start)) {
    if (start < at) return undefined;
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

function refused(reason: string): Result<never, string> {
  return { ok: false, error: reason };
}

function readAlike(text: string): ComposedYaml | undefined {
  if (documentSpans(text).length !== 1) return undefined;
  const parsed = parseYaml(text);
  const composed = composeYaml(text);
  return parsed.ok && composed.ok && isDeepStrictEqual(parsed.value, composed.value.value) ? composed.value : undefined;
}

function spliceOf(text: string, { document }: ComposedYaml, edit: ValueEdit): Spliced {
  const parentPath = edit.path.slice(0, -1);
  const key = edit.path.at(-1);
  let parent: unknown = document.contents;
  for (const step of parentPath) parent = childOf(parent, step);
  if (isMap(parent) && typeof key === 'string') return inMap(text, parent, key, edit);
  if (isSeq(parent) && typeof key === 'number') return inList(text, parent, key, edit);
  return refused('it is not written out there');
}

function childOf(parent: unknown, step: string | number): unknown {
  if (isSeq(parent)) return typeof step === 'number' ? parent.items[step] : undefined;
  return isMap(parent) && typeof step === 'string' ? pairOf(parent, step)?.value : undefined;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function inMap(text: string, map: YAMLMap, key: string, edit: ValueEdit): Spliced {
  const index = map.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  const pair = map.items[index];
  switch (edit.kind) {
    case 'quote':
      return quoted(text, pair?.value);
    case 'set':
      if (pair !== undefined) return replaced(text, pair.value, edit.value);
      return map.flow === true
        ? insertedInFlow(map, flowEntry(text, map, key, edit.value))
        : insertedInBlock(text, map, `${scalarText(key)}: ${scalarText(edit.value)}`);
    case 'remove':
      if (pair === undefined) return refused('it is not written out there');
      if (map.items.length === 1) return refused('it is the only one there');
      return map.flow === true
        ? removedFromFlow(text, map.items.map(pairExtent), index)
        : removedFromBlock(text, map.items.map(pairExtent), index);
  }
}

function inList(text: string, list: YAMLSeq, index: number, edit: ValueEdit): Spliced {
  const item = list.items[index];
  if (item === undefined) return refused('it is not written out there');
  switch (edit.kind) {
    case 'quote':
      return quoted(text, item);
    case 'set':
      return replaced(text, item, edit.value);
    case 'remove': {
      if (list.items.length === 1) return refused('it is the only one there');
      const extents = list.items.map((one) => nodeExtent(one));
      if (list.flow === true) return removedFromFlow(text, extents, index);
      // The dash is a part of the item.
      return removedFromBlock(
        text,
        extents.map((extent) =>
          extent === undefined ? undefined : { ...extent, start: dashBefore(text, extent.start) },
        ),
        index,
      );
    }
  }
}

function dashBefore(text: string, at: number): number {
  const found = /-[ \t]+$/.exec(text.slice(lineStart(text, at), at));
  return found === null ? at : lineStart(text, at) + found.index;
}

/** A scalar on one line, without anchor and tag. */
function plainWord(
  text: string,
  node: unknown,
): { readonly start: number; readonly end: number; readonly scalar: Scalar } | undefined {
  if (!isScalar(node) || node.range === undefined || node.range === null || node.anchor !== undefined) return undefined;
  if (node.tag !== undefined || node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL)
    return undefined;
  const [start, end] = node.range;
  return start === end || /[\r\n]/.test(text.slice(start, end)) ? undefined : { start, end, scalar: node };
}

function quoted(text: string, node: unknown): Spliced {
  const word = plainWord(text, node);
  if (word === undefined || word.scalar.type !== Scalar.PLAIN) return refused('it is not a plain value');
  const { start, end } = word;
  return { ok: true, value: { start, end, text: JSON.stringify(text.slice(start, end)) } };
}

function replaced(text: string, node: unknown, value: string | number | boolean): Spliced {
  const word = plainWord(text, node);
  if (word === undefined) return refused('it is not a value on one line');
  const { start, end, scalar } = word;
  return { ok: true, value: { start, end, text: scalarText(value, scalar.type) } };
}

/** In quotes where the keys beside it are, as JSON wants them. */
function flowEntry(text: string, map: YAMLMap, key: string, value: string | number | boolean): string {
  const sibling = map.items.at(-1)?.key;
  const isQuoted = isScalar(sibling) ? sibling.type === Scalar.QUOTE_DOUBLE : isJson(text);
  const style = isQuoted ? Scalar.QUOTE_DOUBLE : undefined;
  return `${scalarText(key, style)}: ${scalarText(value, style)}`;
}

/** Words that some YAML reads as something else than text. */
const SPECIAL_WORDS = /^(y|n|yes|no|on|off|true|false|null|inf|nan)$/i;

/** Text keeps the quotes that stood there. */
function scalarText(value: string | number | boolean, style?: Scalar['type']): string {
  if (typeof value !== 'string') return String(value);
  if (style === Scalar.QUOTE_DOUBLE) return JSON.stringify(value);
  if (style === Scalar.QUOTE_SINGLE && !/[^ -~]|'/.test(value)) return `'${value}'`;
  return /^[A-Za-z][A-Za-z0-9._/=-]*$/.test(value) && !SPECIAL_WORDS.test(value) ? value : JSON.stringify(value);
}

/** From the first character to the one behind the last. */
interface Extent {
  readonly start: number;
  readonly end: number;
}

function pairExtent(pair: Pair): Extent | undefined {
  const key = nodeExtent(pair.key);
  const value = nodeExtent(pair.value);
  return key === undefined ? undefined : { start: key.start, end: Math.max(key.end, value?.end ?? 0) };
}

function nodeExtent(node: unknown): Extent | undefined {
  const range = (node as Node | null | undefined)?.range;
  if (range === undefined || range === null) return undefined;
  const [start, end] = range;
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    return { start, end: (last === undefined ? undefined : pairExtent(last)?.end) ?? end };
  }
  if (isSeq(node) && node.flow !== true) return { start, end: nodeExtent(node.items.at(-1))?.end ?? end };
  return { start, end };
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Behind the line break. */
function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found + 1;
}

function removedFromBlock(text: string, extents: readonly (Extent | undefined)[], index: number): Spliced {
  const extent = extents[index];
  if (extent === undefined) return refused('its place is not known');
  const { start } = extent;
  const end = start + text.slice(start, extent.end).trimEnd().length;
  const from = lineStart(text, start);
  if (/^[ \t]*$/.test(text.slice(from, start))) {
    const to = lineEnd(text, end);
    // A key without a value ends before its colon.
    if (!/^:?[ \t]*(#[^\r\n]*)?\r?\n?$/.test(text.slice(end, to))) return refused('something else is on its line');
    return { ok: true, value: { start: from, end: to, text: '' } };
  }
  // The first key of an item stands behind the dash, and the next takes its place.
  const next = extents[index + 1]?.start;
  if (next === undefined || text.slice(end, next).includes('#')) return refused('something else is on its line');
  return { ok: true, value: { start, end: next, text: '' } };
}

function removedFromFlow(text: string, extents: readonly (Extent | undefined)[], index: number): Spliced {
  const [before, extent, next] = [extents[index - 1], extents[index], extents[index + 1]];
  const cut =
    next !== undefined && extent !== undefined
      ? { start: extent.start, end: next.start }
      : before !== undefined && extent !== undefined
        ? { start: before.end, end: extent.end }
        : undefined;
  if (cut === undefined || /[\r\n]/.test(text.slice(cut.start, cut.end))) return refused('it is not on one line');
  return { ok: true, value: { ...cut, text: '' } };
}

function insertedInFlow(map: YAMLMap, entry: string): Spliced {
  const last = map.items.at(-1);
  const at = last === undefined ? (map.range?.[0] ?? 0) + 1 : pairExtent(last)?.end;
  if (at === undefined) return refused('its place is not known');
  return { ok: true, value: { start: at, end: at, text: last === undefined ? entry : `, ${entry}` } };
}

/** Behind the last key of the map that has its value on its own line; else before the first. */
function insertedInBlock(text: string, map: YAMLMap, entry: string): Spliced {
  const first = map.items[0] === undefined ? undefined : pairExtent(map.items[0]);
  if (first === undefined) return refused('its place is not known');
  const prefix = text.slice(lineStart(text, first.start), first.start);
  if (!/^[ ]*(-[ ]+)*$/.test(prefix)) return refused('it is not written plainly');
  const indent = ' '.repeat(prefix.length);
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const sibling = map.items.findLast((pair) => plainWord(text, pair.value) !== undefined);
  const extent = sibling === undefined ? undefined : pairExtent(sibling);
  if (extent === undefined) {
    return { ok: true, value: { start: first.start, end: first.start, text: `${entry}${lineBreak}${indent}` } };
  }
  const at = lineEnd(text, extent.end);
  const isLast = text[at - 1] !== '\n';
  return {
    ok: true,
    value: { start: at, end: at, text: isLast ? `${lineBreak}${indent}${entry}` : `${indent}${entry}${lineBreak}` },
  };
}
