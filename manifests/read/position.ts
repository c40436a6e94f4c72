import { type DocumentSpan, endOfLine } from './document-span.ts';

/** Both count from 1; a column counts UTF-16 units, and a byte order mark does not count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of an offset inside a document of the text; one beyond it stands for the document's last character. */
export function positionIn(text: string, span: DocumentSpan, at: number): Position {
  const offset = Math.max(span.start, Math.min(at, span.end - 1));
  let line = span.startLine;
  let lineStart = span.start;
  for (let next = endOfLine(text, lineStart); next <= offset; next = endOfLine(text, lineStart)) {
    line += 1;
    lineStart = next;
  }
  if (text.charCodeAt(lineStart) === 0xfeff) lineStart += 1;
  return { line, column: Math.max(1, offset - lineStart + 1) };
}
