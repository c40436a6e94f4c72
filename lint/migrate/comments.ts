import { type Document, isMap, isNode, isScalar, Lexer, type Node, visit } from 'yaml';

export interface Comment {
  /** With its `#`. */
  readonly text: string;
  /** In the text, from 0. */
  readonly line: number;
}

interface MarkedComment extends Comment {
  readonly mark: string;
  readonly column: number;
  readonly isWholeLine: boolean;
}

/**
 * A text in which each comment is a mark of its own, so that none can be taken for another, lost or written twice
 * unseen. Lines and columns are those of the text itself.
 */
export interface MarkedText {
  readonly text: string;
  readonly comments: readonly MarkedComment[];
}

/** Marks of the lexer that stand for no text: document, end of flow, scalar. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

export function markComments(source: string): MarkedText {
  const word = unusedWord(source, 'comment');
  const comments: MarkedComment[] = [];
  const parts: string[] = [];
  let line = 0;
  let lineStart = '';
  let isContent = false;
  for (const lexeme of new Lexer().lex(source)) {
    if (WITHOUT_TEXT.has(lexeme)) {
      isContent = lexeme === '\u001f';
      continue;
    }
    if (!isContent && lexeme.startsWith('#')) {
      const mark = `#${word}${comments.length}x`;
      const isWholeLine = lineStart.trim() === '';
      comments.push({ text: lexeme.trimEnd(), line, mark, column: lineStart.length, isWholeLine });
      parts.push(mark);
    } else parts.push(lexeme);
    isContent = false;
    const lines = lexeme.split('\n');
    line += lines.length - 1;
    lineStart = lines.length > 1 ? (lines.at(-1) ?? '') : lineStart + lexeme;
  }
  return { text: parts.join(''), comments };
}

export function unusedWord(source: string, stem: string): string {
  for (let number = 0; ; number += 1) {
    const word = `${stem}${number}n`;
    if (!source.includes(word)) return word;
  }
}

/** Puts the comments back; one that was written twice stays at its first place. */
export function unmarkComments(printed: string, { comments }: MarkedText): string {
  return comments.reduce((text, { mark, text: comment }) => {
    const first = text.indexOf(mark);
    if (first < 0) return text;
    const end = first + mark.length;
    const rest = text.slice(end).replaceAll(new RegExp(`\\n[ ]*${mark}(?=\\n|$)|[ ]*${mark}`, 'g'), '');
    return text.slice(0, first) + comment + rest;
  }, printed);
}

/** Comments that are nowhere in what was printed. */
export function lostComments(printed: string, { comments }: MarkedText): readonly MarkedComment[] {
  return comments.filter(({ mark }) => !printed.includes(mark));
}

/**
 * Gives the lines of comment above a key or an item to that key or item, where they start in its column. The parser gives
 * them to whatever ended before, or to the map around, and they would stay behind when the key moves.
 */
export function settleComments(document: Document.Parsed, marked: MarkedText): void {
  const { text, comments } = marked;
  const lines = text.split('\n');
  const starts = nodesByLine(document, text);
  const items = itemMarks(marked);
  const byLine = new Map(comments.filter(({ isWholeLine }) => isWholeLine).map((comment) => [comment.line, comment]));
  const leading = new Map<number, MarkedComment[]>();
  for (const [line] of starts) {
    const column = indentOf(lines[line] ?? '');
    const own: MarkedComment[] = [];
    for (let above = line - 1; above >= 0; above -= 1) {
      const comment = byLine.get(above);
      if (comment === undefined || comment.column !== column) break;
      own.unshift(comment);
    }
    const isItem = /^\s*- /.test(lines[line] ?? '');
    // An item of a list that was commented out belongs to the list above.
    leading.set(line, isItem ? own : own.slice(own.findLastIndex(({ mark }) => items.has(mark)) + 1));
  }
  strip(document, new Set([...leading.values()].flat().map(({ mark }) => mark)));
  for (const [line, own] of leading) {
    const node = starts.get(line);
    const [first] = own;
    if (node === undefined || first === undefined) continue;
    node.commentBefore = own.map(({ mark }) => mark.slice(1)).join('\n');
    node.spaceBefore = first.line > 0 && (lines[first.line - 1] ?? '').trim() === '';
  }
}

/** Marks of lines that are items of a list, commented out, with the lines that go on below them. */
export function itemMarks({ comments }: MarkedText): ReadonlySet<string> {
  const marks = new Set<string>();
  let last = -1;
  for (const { text, mark, line, isWholeLine } of comments) {
    const goesOn = line === last + 1 && /^#\s{3,}/.test(text);
    if (!isWholeLine || !(/^#\s?- /.test(text) || goesOn)) continue;
    marks.add(mark);
    last = line;
  }
  return marks;
}

/** The key or the item that each line begins with. */
function nodesByLine(document: Document.Parsed, text: string): ReadonlyMap<number, Node> {
  const found = new Map<number, Node>();
  const lineAt = lineFinder(text);
  visit(document, {
    Pair(_, { key }, path) {
      const parent = path.at(-1);
      if (!isScalar(key) || (isMap(parent) && parent.flow === true)) return;
      const start = key.range?.[0] ?? 0;
      if (/(^|\n) *$/.test(text.slice(Math.max(0, start - 200), start))) found.set(lineAt(start), key);
    },
    Seq(_, list) {
      if (list.flow === true) return;
      for (const item of list.items) {
        if (!isNode(item) || item.range === undefined || item.range === null) continue;
        const start = item.range[0];
        if (/(^|\n) *- *$/.test(text.slice(Math.max(0, start - 200), start))) found.set(lineAt(start), item);
      }
    },
  });
  return found;
}

function strip(document: Document.Parsed, marks: ReadonlySet<string>): void {
  const without = (comment: string): string =>
    comment
      .split('\n')
      .filter((line) => !marks.has(`#${line.trim()}`))
      .join('\n')
      .replace(/^\n+|\n+$/g, '');
  const clean = (node: Node | Document.Parsed): void => {
    const { comment, commentBefore } = node;
    if (comment !== undefined && comment !== null) node.comment = without(comment) || null;
    if (commentBefore !== undefined && commentBefore !== null) node.commentBefore = without(commentBefore) || null;
  };
  clean(document);
  visit(document, {
    Node(_, node) {
      clean(node);
    },
  });
}

/** Lines from 0. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
