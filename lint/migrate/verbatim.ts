import { isCollection, isNode, isPair, isScalar, type Pair, Scalar, type YAMLMap, Pair as YamlPair } from 'yaml';
import { unusedWord } from './comments.ts';

/**
 * Carries parts of a document to another place as they are written: quotes, folds, flow style, blank lines and comments
 * included. A carried value is a mark in the tree that is printed; the text takes the mark's place afterwards, indented to
 * where it has come to.
 */
export interface Verbatim {
  /** The pair under its own name or another one. What stands in braces or brackets is left to the printer. */
  carry(pair: Pair, parent: YAMLMap, name?: string): Pair;
  /** Puts the carried texts where their marks were printed. */
  restore(printed: string): string;
}

/** Stands for a carried text until it is printed. */
class Mark extends Scalar {}

/** Whether something below is carried, and so has to be printed in blocks. */
export function holdsCarried(node: unknown): boolean {
  if (isPair(node)) return holdsCarried(node.value);
  return isCollection(node) ? node.items.some(holdsCarried) : node instanceof Mark;
}

interface Carried {
  readonly text: string;
  /** Column, from 0, of the key that the text stood under. */
  readonly column: number;
}

/** @param isItem whether a comment is an item of a list that was commented out */
export function verbatim(source: string, isItem: (comment: string) => boolean): Verbatim {
  const carried: Carried[] = [];
  const word = unusedWord(source, 'carried');
  return {
    carry(pair, parent, name) {
      const text = parent.flow === true ? undefined : carriedText(source, pair, isItem);
      if (name !== undefined && isScalar(pair.key)) pair.key.value = name;
      if (text === undefined) return pair;
      const mark = new Mark(`${word}${carried.push(text) - 1}`);
      mark.type = Scalar.PLAIN;
      return new YamlPair(pair.key, mark);
    },
    restore(printed) {
      const mark = new RegExp(`^([ ]*(?:- +)*)(.*): ${word}(\\d+)$`);
      return printed
        .split('\n')
        .map((line) => {
          const [, before = '', key = '', index = ''] = mark.exec(line) ?? [];
          const part = carried[Number(index)];
          if (index === '' || part === undefined) return line;
          return `${before}${key}:${shifted(part.text, before.length - part.column)}`;
        })
        .join('\n');
    },
  };
}

/** What stands behind the colon, with the comments that belong to it; undefined where it cannot be told apart by lines. */
function carriedText(source: string, { key, value }: Pair, isItem: (comment: string) => boolean): Carried | undefined {
  if (!isScalar(key) || !isNode(value)) return undefined;
  const [keyStart, keyEnd] = key.range ?? [];
  const valueEnd = value.range?.[1];
  if (keyStart === undefined || keyEnd === undefined || valueEnd === undefined) return undefined;
  const colon = source.indexOf(':', keyEnd);
  if (colon < 0 || source.slice(keyEnd, colon).trim() !== '') return undefined;
  if (isScalar(value) && value.source === '') return undefined;
  // Blank lines at the end of a text that keeps them are a part of it.
  if (/[|>]\d?\+/.test(source.slice(colon, valueEnd))) return undefined;
  const column = keyStart - (source.lastIndexOf('\n', keyStart - 1) + 1);
  const end = endOfValue(source, colon + 1, valueEnd);
  const more = isCollection(value) && value.flow !== true ? commentsBelow(source, end, column, isItem) : end;
  return { text: source.slice(colon + 1, more), column };
}

/** The end of the line on which the value ends. */
function endOfValue(source: string, start: number, valueEnd: number): number {
  let end = valueEnd;
  while (end > start && /\s/.test(source.charAt(end - 1))) end -= 1;
  const lineEnd = source.indexOf('\n', end);
  return lineEnd < 0 ? source.length : lineEnd;
}

/** Comment lines that follow a collection and are indented below its key, or are items of it that were commented out. */
function commentsBelow(source: string, end: number, column: number, isItem: (comment: string) => boolean): number {
  let last = end;
  for (let at = end + 1; at < source.length; ) {
    const newline = source.indexOf('\n', at);
    const lineEnd = newline < 0 ? source.length : newline;
    const line = source.slice(at, lineEnd);
    const indent = /^ *#/.test(line) ? line.indexOf('#') : undefined;
    if (indent !== undefined && (indent > column || (indent === column && isItem(line.trim())))) last = lineEnd;
    else if (line.trim() !== '') break;
    at = lineEnd + 1;
  }
  return last;
}

function shifted(text: string, by: number): string {
  const [first = '', ...rest] = text.split('\n');
  const moved = rest.map((line) => {
    if (line.trim() === '') return line.trim();
    if (by >= 0) return `${' '.repeat(by)}${line}`;
    return line.slice(Math.min(-by, line.length - line.trimStart().length));
  });
  return [first, ...moved].join('\n');
}
