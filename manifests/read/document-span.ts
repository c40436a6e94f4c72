/** One YAML document's stretch of its file, found before anything is parsed. Offsets count UTF-16 units. */
export interface DocumentSpan {
  /** Position in the stream, from 0; documents that turn out empty count too. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** Line of `start`, from 1. */
  readonly startLine: number;
  /** First line with content, from 1; for an empty document the line of its marker. */
  readonly line: number;
}

/**
 * The documents of a YAML stream. A line that starts with `---` or `...` is always a document marker, also inside block
 * and quoted scalars (YAML 1.2.2, production 206 `c-forbidden`), so no parsing is needed to split, and a document that
 * does not parse leaves the others readable.
 * @param most where to stop: there are more than that if there is one more than that in the result.
 */
export function documentSpans(text: string, most: number = Number.POSITIVE_INFINITY): readonly DocumentSpan[] {
  const spans: DocumentSpan[] = [];
  let start = 0;
  let startLine = 1;
  let line = 1;
  let markerLine: number | undefined;
  let contentLine: number | undefined;

  const close = (end: number, nextLine: number): void => {
    const first = contentLine ?? markerLine;
    if (first !== undefined) spans.push({ index: spans.length, start, end, startLine, line: first });
    start = end;
    startLine = nextLine;
    markerLine = undefined;
    contentLine = undefined;
  };

  for (let at = 0; at < text.length && spans.length <= most; line += 1) {
    const end = endOfLine(text, at);
    // A byte order mark may open any document of a stream, not only the first.
    const from = text.charCodeAt(at) === BYTE_ORDER_MARK ? at + 1 : at;
    const marker = markerAt(text, from);
    if (marker === '...') {
      close(end, line + 1);
    } else {
      if (marker === '---') {
        // Comments and directives before the first marker belong to the document that it opens.
        if (markerLine !== undefined || contentLine !== undefined) close(at, line);
        markerLine = line;
      }
      if (contentLine === undefined && hasContent(text, marker === undefined ? from : from + 3, end, markerLine)) {
        contentLine = line;
      }
    }
    at = end;
  }
  // Directives that no document follows are kept, so that the parser can say what is missing.
  if (contentLine === undefined && markerLine === undefined && /^\uFEFF?%|[\r\n]%/.test(text.slice(start))) {
    contentLine = startLine;
  }
  close(text.length, line);
  return spans;
}

const BYTE_ORDER_MARK = 0xfeff;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;
const PERCENT = 0x25;

/** Offset after the line break that ends the line at `from`; YAML knows LF, CR LF and CR. */
export function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) return at + 1;
    if (code === CARRIAGE_RETURN) return text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
  }
  return text.length;
}

function markerAt(text: string, at: number): '---' | '...' | undefined {
  const marker = text.startsWith('---', at) ? '---' : text.startsWith('...', at) ? '...' : undefined;
  if (marker === undefined) return undefined;
  const after = text.charCodeAt(at + 3);
  return Number.isNaN(after) || isBlank(after) || isBreak(after) ? marker : undefined;
}

/** Whether a line says something: not blank, not a comment, and not a directive before the document's marker. */
function hasContent(text: string, from: number, end: number, markerLine: number | undefined): boolean {
  if (markerLine === undefined && text.charCodeAt(from) === PERCENT) return false;
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (!isBlank(code)) return code !== HASH && !isBreak(code);
  }
  return false;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function isBreak(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}
