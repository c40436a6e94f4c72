import { isObject, type JsonObject, type JsonValue } from '../../api/json.ts';
import { keyText, presentWhole, scalarText } from './scalar-text.ts';

/**
 * One YAML document in block style, keys in the order of the value, with one line break at its end. No anchors.
 *
 * The policy says how a text is written, and js-yaml writes what is quoted or in a block, each text once; it lays out only
 * what is rare. A manifest says the same few hundred texts thousands of times, and looking at each anew took most of a
 * synthesis. Tests hold every document to the library's own, byte for byte.
 */
export function emitYaml(value: JsonValue): string {
  if (!isObject(value) || !isFilled(value)) return presentWhole(value);
  const layout = new Layout();
  const text = layout.mapping(value, '');
  return layout.isRare ? presentWhole(value) : `${text}\n`;
}

const STEP = '  ';

class Layout {
  /** Whether something came up that is the library's to lay out, or to refuse. */
  isRare = false;

  /** The pairs of a mapping, a line each; the first is without its indentation. */
  mapping(value: JsonObject, indent: string): string {
    let text = '';
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      const written = keyText(key);
      if (written === undefined) this.isRare = true;
      if (text !== '') text += `\n${indent}`;
      text += `${written}:${this.#value(item, indent)}`;
    }
    return text;
  }

  #sequence(values: readonly JsonValue[], indent: string): string {
    let text = '';
    for (const value of values) {
      if (text !== '') text += `\n${indent}`;
      text += `- ${this.#item(value ?? null, indent + STEP)}`;
    }
    return text;
  }

  /** What follows the colon of a pair whose key stands at an indentation. */
  #value(value: JsonValue, indent: string): string {
    const below = indent + STEP;
    return isFilled(value) ? `\n${below}${this.#item(value, below)}` : ` ${this.#item(value, below)}`;
  }

  /** A value that begins where the text stands, and whose further lines stand at an indentation. */
  #item(value: JsonValue, indent: string): string {
    if (Array.isArray(value)) return value.length === 0 ? '[]' : this.#sequence(value, indent);
    if (isObject(value)) {
      if (isPlain(value)) return isFilled(value) ? this.mapping(value, indent) : '{}';
      this.isRare = true;
      return '';
    }
    const text = scalarText(value);
    if (text === undefined) this.isRare = true;
    else if (text.includes('\n')) return text.replace(/\n(?!\n)/g, `\n${indent}`);
    return text ?? '';
  }
}

function isFilled(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (!isObject(value)) return false;
  for (const key of Object.keys(value)) if (value[key] !== undefined) return true;
  return false;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
