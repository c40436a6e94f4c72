import { fail, type Problem, type Result, succeed } from '../../../api/index.ts';

/** Longest line; a longer one is no table, and would be held in memory whole. */
export const MOST_CHARACTERS = 1_000_000;

export interface TextLine {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Calls `take` with each line that is not blank, until it returns a problem. Lines are cut out one at a time. */
export function eachLine(text: string, file: string, take: (line: TextLine) => Problem | undefined): Result<void> {
  let line = 1;
  for (let start = 0; start < text.length; line += 1) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    if (end - start > MOST_CHARACTERS) return fail(tooLong(file, line));
    const content = text.slice(start, text.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
    if (content.includes('\0')) return fail(nul(file, line, content.indexOf('\0') + 1));
    const problem = content.trim() === '' ? undefined : take({ text: content, line });
    if (problem !== undefined) return fail(problem);
    start = end + 1;
  }
  return succeed(undefined);
}

export function tooLong(file: string, line: number): Problem {
  const message = `is longer than ${MOST_CHARACTERS} characters`;
  return { code: 'schema', file, line, message, hint: 'a quote that is not closed, or another kind of file' };
}

export function nul(file: string, line: number, column: number): Problem {
  return { code: 'unreadable', file, line, column, message: 'holds a NUL character', hint: 'save it as UTF-8 text' };
}
