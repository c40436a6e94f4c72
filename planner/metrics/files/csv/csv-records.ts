import { fail, type Problem, type Result, succeed } from '../../../../api/index.ts';
import type { Position } from '../file-problem.ts';
import { MOST_CHARACTERS, nul, tooLong } from '../text-lines.ts';

export interface CsvCell extends Position {
  readonly text: string;
}

/**
 * Calls `take` with the cells of each record, as RFC 4180 reads them: a cell may stand in quotes, hold commas and line
 * breaks there, and a quote as two. Blank lines are left out. Ends with the first problem.
 */
export function eachRecord(
  text: string,
  file: string,
  take: (cells: readonly CsvCell[]) => Problem | undefined,
): Result<void> {
  let [at, line, lineStart] = [0, 1, 0];
  while (at < text.length) {
    const cells: CsvCell[] = [];
    const recordStart = at;
    for (;;) {
      const position = { line, column: at - lineStart + 1 };
      let cell: string;
      if (text[at] === '"') {
        const quoted = quotedCell(text, at);
        if (quoted === undefined || quoted.end - recordStart > MOST_CHARACTERS) {
          const message = 'opens a quote that is not closed';
          return fail({ code: 'syntax', file, ...position, message });
        }
        cell = quoted.text;
        for (let next = text.indexOf('\n', at); next >= 0 && next < quoted.end; next = text.indexOf('\n', next + 1)) {
          line += 1;
          lineStart = next + 1;
        }
        at = quoted.end;
      } else {
        const end = plainEnd(text, at);
        if (end - recordStart > MOST_CHARACTERS) return fail(tooLong(file, line));
        cell = text.slice(at, end);
        if (cell.includes('"')) {
          const column = position.column + cell.indexOf('"');
          return fail({
            code: 'syntax',
            file,
            line,
            column,
            message: 'has a quote inside of a cell that has none around it',
          });
        }
        at = end;
      }
      if (cell.includes('\0')) return fail(nul(file, position.line, position.column));
      cells.push({ text: cell, ...position });
      const next = text[at];
      if (next === ',') {
        at += 1;
        continue;
      }
      if (next === '\r') at += 1;
      if (text[at] === '\n') at += 1;
      else if (at < text.length) {
        return fail({
          code: 'syntax',
          file,
          line,
          column: at - lineStart + 1,
          message: 'has text behind a closing quote',
        });
      }
      line += 1;
      lineStart = at;
      break;
    }
    const isBlank = cells.length === 1 && cells[0]?.text.trim() === '';
    const problem = isBlank ? undefined : take(cells);
    if (problem !== undefined) return fail(problem);
  }
  return succeed(undefined);
}

function plainEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) === 0x0a)) return at;
    if (at - start > MOST_CHARACTERS) return at;
    at += 1;
  }
  return at;
}

function quotedCell(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || quote - start > MOST_CHARACTERS) return undefined;
    if (text[quote + 1] !== '"') return { text: text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    at = quote + 2;
  }
}
