import type { JsonValue } from '../../api/index.ts';
import type { MapEntry, YamlNode } from '../locate/yaml-node.ts';
import { DOUBLE_QUOTE, FlowReader, MAX_DEPTH, OPEN_BRACE, OPEN_BRACKET, SINGLE_QUOTE, SPACE } from './ordinary-flow.ts';
import { listAt, mapAt, scalarAt } from './ordinary-node.ts';
import { NOT_ORDINARY, plainValue, withoutEndSpaces } from './ordinary-scalar.ts';

/**
 * What a document says that is written as nearly every manifest is: maps and lists in blocks, plain keys, scalars and flow
 * collections on one line each, literal blocks. It takes a fifth of the time of a whole parser, and shares no code with one.
 * @returns undefined for anything else, right or wrong: anchors, tags, tabs, CR LF, escapes, folded text, duplicate keys.
 * It never guesses; whoever gets undefined asks a whole parser.
 */
export function readOrdinaryYaml(text: string): JsonValue | undefined {
  return read(text, false)?.value;
}

/** Where everything stands in such a document; undefined for any other. */
export function ordinaryTree(text: string): YamlNode | undefined {
  return read(text, true)?.node;
}

function read(
  text: string,
  isLocating: boolean,
): { readonly value: JsonValue; readonly node: YamlNode | undefined } | undefined {
  if (text === '' || ODD_CHARACTER.test(text)) return undefined;
  const isTerminated = text.endsWith('\n');
  const reader = new OrdinaryReader(isTerminated ? text : `${text}\n`, isTerminated, isLocating);
  try {
    const value = reader.document();
    return { value, node: reader.place };
  } catch (cause) {
    if (cause === NOT_ORDINARY) return undefined;
    throw cause;
  }
}

/** Tabs, carriage returns and other controls, byte order marks, separators of lines, halves of pairs. */
const ODD_CHARACTER = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

const LITERAL = /\|(-?) *(?: #[^\n]*)?\n/y;
const REST_OF_LINE = / *(?: #[^\n]*)?\n/y;
const PLAIN_START = /^(?:[A-Za-z0-9/._$+(]|-[^ ])/;

const LINE_FEED = 0x0a;
const HASH = 0x23;
const DASH = 0x2d;
const PIPE = 0x7c;

class OrdinaryReader extends FlowReader {
  readonly #isTerminated: boolean;
  /** Its column, from 0; -1 at the end of the document. */
  #indent = 0;

  constructor(text: string, isTerminated: boolean, isLocating: boolean) {
    super(text, isLocating);
    this.#isTerminated = isTerminated;
  }

  /** Where the value stands that was read last. */
  get place(): YamlNode | undefined {
    return this.node;
  }

  document(): JsonValue {
    this.#toContent(0);
    if (this.#indent === 0 && this.text.startsWith('---\n', this.at)) this.#toContent(this.at + 4);
    if (this.#indent !== 0) throw NOT_ORDINARY;
    const value = this.#block(0);
    if (this.at < this.text.length) throw NOT_ORDINARY;
    return value;
  }

  /** Goes to the first content at or after the start of a line. */
  #toContent(lineStart: number): void {
    const text = this.text;
    let start = lineStart;
    while (start < text.length) {
      let at = start;
      while (text.charCodeAt(at) === SPACE) at += 1;
      const code = text.charCodeAt(at);
      if (code !== LINE_FEED && code !== HASH) {
        this.at = at;
        this.#indent = at - start;
        return;
      }
      start = text.indexOf('\n', at) + 1;
    }
    this.at = text.length;
    this.#indent = -1;
  }

  #isDash(at: number): boolean {
    if (this.text.charCodeAt(at) !== DASH) return false;
    const next = this.text.charCodeAt(at + 1);
    return next === SPACE || next === LINE_FEED;
  }

  #block(indent: number): JsonValue {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw NOT_ORDINARY;
    const value = this.#isDash(this.at) ? this.#list(indent) : this.#map(indent);
    this.depth -= 1;
    return value;
  }

  #map(indent: number): JsonValue {
    const map: { [key: string]: JsonValue } = {};
    const start = this.at;
    const entries: MapEntry[] = [];
    while (this.#indent === indent) {
      const at = this.at;
      const key = this.key(at);
      if (key === undefined || Object.hasOwn(map, key)) throw NOT_ORDINARY;
      map[key] = this.#value(at + key.length + 1, indent, true);
      if (this.isLocating) entries.push({ key: scalarAt(at, at + key.length, 'plain', key), value: this.node });
    }
    if (this.#indent > indent) throw NOT_ORDINARY;
    if (this.isLocating) this.node = mapAt(start, entries);
    return map;
  }

  #list(indent: number): JsonValue {
    const list: JsonValue[] = [];
    const start = this.at;
    const items: YamlNode[] = [];
    while (this.#indent === indent && this.#isDash(this.at)) {
      const dash = this.at;
      const at = this.skipSpaces(dash + 1);
      if (this.key(at) === undefined) {
        if (this.#isDash(at)) throw NOT_ORDINARY;
        list.push(this.#value(at, indent, false));
      } else {
        this.at = at;
        this.#indent = indent + (at - dash);
        list.push(this.#block(this.#indent));
      }
      if (this.node !== undefined) items.push(this.node);
    }
    if (this.#indent > indent) throw NOT_ORDINARY;
    if (this.isLocating) this.node = listAt(start, items);
    return list;
  }

  /** What follows a colon or a dash; leaves the reader at the content after it. */
  #value(from: number, indent: number, isInMap: boolean): JsonValue {
    const text = this.text;
    const at = this.skipSpaces(from);
    const code = text.charCodeAt(at);
    switch (code) {
      case LINE_FEED:
      case HASH:
        this.#toContent(text.indexOf('\n', at) + 1);
        if (this.#indent > indent) return this.#block(this.#indent);
        if (isInMap && this.#indent === indent && this.#isDash(this.at)) return this.#block(indent);
        if (this.isLocating) this.node = scalarAt(from, from, 'plain', '');
        return null;
      case PIPE:
        return this.#literal(at, indent);
      case DOUBLE_QUOTE:
      case SINGLE_QUOTE:
      case OPEN_BRACKET:
      case OPEN_BRACE: {
        this.at = at;
        const value = this.flow();
        REST_OF_LINE.lastIndex = this.at;
        if (!REST_OF_LINE.test(text)) throw NOT_ORDINARY;
        this.#toContent(REST_OF_LINE.lastIndex);
        return value;
      }
      default: {
        const end = text.indexOf('\n', at);
        const line = text.slice(at, end);
        const comment = line.indexOf(' #');
        const word = withoutEndSpaces(comment < 0 ? line : line.slice(0, comment));
        if (!PLAIN_START.test(word) || word.includes(': ') || word.endsWith(':')) throw NOT_ORDINARY;
        this.#toContent(end + 1);
        if (this.isLocating) this.node = scalarAt(at, at + word.length, 'plain', word);
        return plainValue(word);
      }
    }
  }

  #literal(at: number, indent: number): JsonValue {
    const text = this.text;
    LITERAL.lastIndex = at;
    const header = LITERAL.exec(text);
    if (header === null) throw NOT_ORDINARY;
    let start = LITERAL.lastIndex;
    const margin = this.skipSpaces(start) - start;
    if (margin <= indent || text.charCodeAt(start + margin) === LINE_FEED) throw NOT_ORDINARY;
    const lines: string[] = [];
    while (start < text.length) {
      const end = text.indexOf('\n', start);
      const content = this.skipSpaces(start);
      const isBlank = content === end;
      if (isBlank && content - start > margin) throw NOT_ORDINARY;
      if (!isBlank && content - start < margin) break;
      lines.push(isBlank ? '' : text.slice(start + margin, end));
      start = end + 1;
    }
    if (start >= text.length && !this.#isTerminated) throw NOT_ORDINARY;
    while (lines.at(-1) === '') lines.pop();
    this.#toContent(start);
    const content = lines.join('\n') + (header[1] === '-' ? '' : '\n');
    if (this.isLocating) this.node = scalarAt(at, start, 'block', content);
    return content;
  }
}
