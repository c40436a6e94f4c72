import { existsSync, readFileSync } from 'node:fs';
import loadJsYaml from '#js-yaml';
import { fail, type Pins, type Problem, type Result, succeed } from '../../api/index.ts';
import { checkPins } from './check-pins.ts';
import { fieldLines } from './field-lines.ts';

/** A pins file that fits its schema, and where its parts stand in the text. */
export interface PinsFile {
  readonly pins: Pins;
  /** Line of the field at a path such as `services.prefill.replicas`, from 1. */
  readonly lineOf: (path: string) => number | undefined;
}

/**
 * Reads a pins file; undefined where there is none.
 * @param shown its path from the repository's root, for messages
 */
export function readPins(file: string, shown: string): Result<PinsFile | undefined> {
  // Most graphs that are fixed in the code have none, and asking costs a tenth of an exception.
  if (!existsSync(file)) return succeed(undefined);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return succeed(undefined);
    return fail({ code: 'unreadable', file: shown, message: `cannot be read (${code ?? String(cause)})` });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail({ code: 'unreadable', file: shown, message: 'is not UTF-8 text' });
  }
  return parsePins(text, shown);
}

function parsePins(text: string, shown: string): Result<PinsFile> {
  let value: unknown;
  try {
    // A pin reaches one number of one graph, so nothing in the file stands for two.
    value = loadJsYaml().load(text, { maxAliases: 0 });
  } catch (cause) {
    return fail(syntaxProblem(cause, shown));
  }
  const lineOf = lineFinder(text);
  const pins = checkPins(value, shown);
  if (!pins.ok) return fail(...pins.error.map((problem) => located(problem, lineOf)));
  return succeed({ pins: pins.value, lineOf });
}

function syntaxProblem(cause: unknown, shown: string): Problem {
  if (!(cause instanceof loadJsYaml().YAMLException)) throw cause;
  const { mark, reason } = cause;
  const position = mark === undefined ? {} : { line: mark.line + 1, column: mark.column + 1 };
  return { code: 'syntax', file: shown, ...position, message: reason };
}

/** Only messages need lines, so the text is read for them when the first one asks. */
function lineFinder(text: string): PinsFile['lineOf'] {
  let lines: ReadonlyMap<string, number> | undefined;
  return (path) => {
    lines ??= fieldLines(text);
    return lines.get(path);
  };
}

/** Puts the line of its field to a problem, or that of the nearest field around it. */
function located(problem: Problem, lineOf: PinsFile['lineOf']): Problem {
  for (let path = problem.path ?? ''; path !== ''; path = path.slice(0, Math.max(path.lastIndexOf('.'), 0))) {
    const line = lineOf(path);
    if (line !== undefined) return { ...problem, line };
  }
  return problem;
}

/** `ENOENT`, `EACCES`, … */
function codeOf(cause: unknown): string | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
