/** The closed list of what can be wrong with input; a program that reads `--output json` may switch on it. */
export type ProblemCode =
  | 'usage'
  | 'not-found'
  | 'unreadable'
  | 'unwritable'
  | 'syntax'
  | 'schema'
  | 'duplicate'
  | 'refused'
  | 'stale'
  | 'conflict'
  | 'unavailable'
  | 'app-failed'
  | 'internal';

/**
 * One thing that is wrong with what a user gave, said in one line.
 *
 * `line` and `column` count from 1. `path` is the field inside the document (`spec.services.decode.replicas`).
 * `hint` says what to do next.
 */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly hint?: string;
}

/** `file:line:column: path: message (hint)`, on one line whatever the parts contain. */
export function formatProblem(problem: Problem): string {
  const position = [problem.file, problem.line, problem.line === undefined ? undefined : problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  const text = [position, problem.path, problem.message].filter((part) => part !== undefined && part !== '').join(': ');
  return singleLine(problem.hint === undefined ? text : `${text} (${problem.hint})`);
}

/** Control characters and line breaks become visible escapes, so that hostile input cannot forge a second line. */
export function singleLine(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being escaped
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
