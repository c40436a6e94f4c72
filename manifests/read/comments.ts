import { Lexer } from 'yaml';
import type { ManifestFile } from './manifest.ts';

export interface Comment {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** With its `#`, to the end of the line. */
  readonly text: string;
  /** Whether nothing but space stands before it on its line. */
  readonly isAlone: boolean;
}

/** What the lexer says about the text rather than of it: a document starts, a scalar follows, a flow collection ended wrongly. */
const DOCUMENT = '\u0002';
const SCALAR = '\u001f';
const FLOW_END = '\u0018';

/** The lexer reads a megabyte in a second or so. */
const MAX_LEXED = 4 * 1024 * 1024;

/**
 * The comments of a file that hold a mark. Only documents that it stands in are looked at, and none that is larger than any
 * that a person writes.
 */
export function commentsWith({ text, spans }: ManifestFile, mark: string): readonly Comment[] {
  const found: Comment[] = [];
  for (let index = 0, start = 0; start < text.length; index += 1) {
    const end = spans[index + 1]?.start ?? text.length;
    const part = text.slice(start, end);
    if (part.includes(mark) && part.length <= MAX_LEXED) {
      const above = index === 0 ? 0 : (spans[index]?.startLine ?? 1) - 1;
      for (const comment of commentsOf(part)) {
        if (comment.text.includes(mark)) found.push({ ...comment, line: comment.line + above });
      }
    }
    start = end;
  }
  return found;
}

/** The comments of a YAML text, by a lexer that knows them from a `#` in a scalar, and that reads broken YAML, too. */
export function commentsOf(text: string): readonly Comment[] {
  const comments: Comment[] = [];
  let line = 1;
  let lineStart = 0;
  let offset = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (!isScalar && (token === DOCUMENT || token === FLOW_END)) continue;
    if (!isScalar && token === SCALAR) {
      isScalar = true;
      continue;
    }
    if (!isScalar && token.startsWith('#')) {
      const isAlone = text.slice(lineStart, offset).trim() === '';
      comments.push({ line, column: offset - lineStart + 1, text: token.trimEnd(), isAlone });
    }
    isScalar = false;
    for (let end = token.indexOf('\n'); end >= 0; end = token.indexOf('\n', end + 1)) {
      line += 1;
      lineStart = offset + end + 1;
    }
    offset += token.length;
  }
  return comments;
}
