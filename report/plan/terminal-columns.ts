/** Columns that everything is laid out in, so that a narrow terminal and a log look the same. */
export const TERMINAL_WIDTH = 100;
const GAP = '  ';
/** Narrowest column that sentences are put in; where less is left they go below their row. */
const NARROWEST_NOTE = 36;

/** A cell whose width is that of its text, whatever paint puts around it. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Sentence at the end of the row, wrapped within its own column. */
  readonly note: string;
}

/** Rows with aligned columns and a last column of wrapped sentences; no line is wider than the terminal. */
export function layOutRows(rows: readonly Row[], indent: string): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.cells.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => lengthOf(row.cells[column]?.text ?? ''))),
  );
  const noteAt = indent.length + widths.reduce((sum, width) => sum + width + GAP.length, 0);
  const isBelow = TERMINAL_WIDTH - noteAt < NARROWEST_NOTE;
  const noteIndent = isBelow ? `${indent}${GAP}${GAP}` : ' '.repeat(noteAt);
  return rows.flatMap(({ cells, note }) => {
    const left = cells.map((cell, column) => padded(cell, widths[column] ?? 0)).join(GAP);
    const lines = note === '' ? [] : wrap(note, TERMINAL_WIDTH - noteIndent.length);
    const [first, ...rest] = isBelow ? ['', ...lines] : lines.length === 0 ? [''] : lines;
    return [`${indent}${left}${GAP}${first}`.trimEnd(), ...rest.map((line) => `${noteIndent}${line}`)];
  });
}

/**
 * Words on lines of at most `width` characters. A longer word stands alone, whole, so that it can be copied; `2 → 4` is
 * one word.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<!→) (?!→)/)) {
    if (line !== '' && lengthOf(line) + 1 + lengthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function padded({ text, paint }: Cell, width: number): string {
  const padding = ' '.repeat(Math.max(0, width - lengthOf(text)));
  return `${paint === undefined ? text : paint(text)}${padding}`;
}

/** The eye counts characters, not UTF-16 units. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
