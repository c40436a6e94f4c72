import type { JsonValue } from '../../api/index.ts';
import type { MapEntry, YamlNode } from '../locate/yaml-node.ts';
import { listAt, mapAt, scalarAt } from './ordinary-node.ts';
import { NOT_ORDINARY, plainValue, WORDS } from './ordinary-scalar.ts';

const KEY = /[A-Za-z][A-Za-z0-9_./-]*(?=:[ \n])/y;
const FLOW_WORD = /-{0,2}[A-Za-z0-9_./][A-Za-z0-9_./=@+-]*/y;
/** Lists and maps in each other, in blocks and in brackets. */
export const MAX_DEPTH = 60;
/** YAML lets a key be no longer than 1,024 characters. */
const MAX_KEY_LENGTH = 1000;

export const SPACE = 0x20;
export const DOUBLE_QUOTE = 0x22;
export const SINGLE_QUOTE = 0x27;
const COMMA = 0x2c;
export const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Reads what stands on one line: quoted texts, and lists and maps in brackets. Whoever extends it reads the lines.
 */
export class FlowReader {
  protected readonly text: string;
  protected readonly isLocating: boolean;
  /** Where the value stands that was read last; kept only while locating. */
  protected node: YamlNode | undefined;
  /** First character with content that is not read yet. */
  protected at = 0;
  protected depth = 0;

  constructor(text: string, isLocating: boolean) {
    this.text = text;
    this.isLocating = isLocating;
  }

  /** The plain key at an offset; what would be read as another value than text is not ordinary. */
  protected key(at: number): string | undefined {
    KEY.lastIndex = at;
    if (!KEY.test(this.text)) return undefined;
    const key = this.text.slice(at, KEY.lastIndex);
    if (key.length > MAX_KEY_LENGTH || WORDS.has(key)) throw NOT_ORDINARY;
    return key;
  }

  protected skipSpaces(from: number): number {
    let at = from;
    while (this.text.charCodeAt(at) === SPACE) at += 1;
    return at;
  }

  /** A quoted text or a flow collection, on one line; leaves the reader behind it. */
  protected flow(): JsonValue {
    switch (this.text.charCodeAt(this.at)) {
      case DOUBLE_QUOTE:
        return this.#quoted('"');
      case SINGLE_QUOTE:
        return this.#quoted("'");
      case OPEN_BRACKET:
        return this.#flowList();
      case OPEN_BRACE:
        return this.#flowMap();
      default: {
        const word = this.#flowWord();
        if (this.isLocating) this.node = scalarAt(this.at - word.length, this.at, 'plain', word);
        return plainValue(word);
      }
    }
  }

  #flowWord(): string {
    FLOW_WORD.lastIndex = this.at;
    if (!FLOW_WORD.test(this.text)) throw NOT_ORDINARY;
    const word = this.text.slice(this.at, FLOW_WORD.lastIndex);
    this.at = FLOW_WORD.lastIndex;
    return word;
  }

  #quoted(quote: '"' | "'"): string {
    const text = this.text;
    const start = this.at + 1;
    const end = text.indexOf(quote, start);
    const content = text.slice(start, end);
    const isDoubled = quote === "'" && text.charAt(end + 1) === quote;
    if (end < 0 || isDoubled || content.includes('\n') || (quote === '"' && content.includes('\\'))) throw NOT_ORDINARY;
    this.at = end + 1;
    if (this.isLocating) this.node = scalarAt(start - 1, end + 1, 'quoted', content);
    return content;
  }

  #flowList(): JsonValue {
    const list: JsonValue[] = [];
    const start = this.at;
    const items: YamlNode[] = [];
    while (this.#openNext(CLOSE_BRACKET, list.length)) {
      list.push(this.flow());
      if (this.node !== undefined) items.push(this.node);
    }
    if (this.isLocating) this.node = { ...listAt(start, items), end: this.at };
    return list;
  }

  #flowMap(): JsonValue {
    const map: { [key: string]: JsonValue } = {};
    const start = this.at;
    const entries: MapEntry[] = [];
    for (let count = 0; this.#openNext(CLOSE_BRACE, count); count += 1) {
      const at = this.at;
      const key = this.key(at);
      if (key === undefined || Object.hasOwn(map, key)) throw NOT_ORDINARY;
      this.at = this.skipSpaces(at + key.length + 1);
      map[key] = this.flow();
      if (this.isLocating) entries.push({ key: scalarAt(at, at + key.length, 'plain', key), value: this.node });
    }
    if (this.isLocating) this.node = { ...mapAt(start, entries), end: this.at };
    return map;
  }

  /** Whether another member of a flow collection follows; leaves the reader at it, or behind the collection. */
  #openNext(close: number, count: number): boolean {
    const text = this.text;
    if (count === 0) {
      this.depth += 1;
      if (this.depth > MAX_DEPTH) throw NOT_ORDINARY;
    }
    let at = this.skipSpaces(count === 0 ? this.at + 1 : this.at);
    const code = text.charCodeAt(at);
    if (code === close) {
      this.at = at + 1;
      this.depth -= 1;
      return false;
    }
    if (count > 0) {
      if (code !== COMMA) throw NOT_ORDINARY;
      at = this.skipSpaces(at + 1);
    }
    this.at = at;
    return true;
  }
}
