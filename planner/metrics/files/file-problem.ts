import { type Problem, singleLine } from '../../../api/index.ts';

/** A place in a file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const SHOWN = 40;

/** A cell as it may stand in a message: on one line, and no longer than a line. */
export function shown(text: string): string {
  return JSON.stringify(singleLine(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text));
}

export function badCell(file: string, { line, column }: Position, message: string, hint?: string): Problem {
  return { code: 'schema', file, line, column, message, ...(hint === undefined ? {} : { hint }) };
}
