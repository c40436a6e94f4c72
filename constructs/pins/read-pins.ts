import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, type Node, parseDocument as parseYaml } from 'yaml';
import { type Pins, type Problem, parseDocument, pinsSchema, type Result, succeed } from '../../api/index.ts';

/** A pins file that fits its schema, and where its parts stand in the text. */
export interface PinsFile {
  readonly pins: Pins;
  /** Line of the value at a path such as `services.prefill.replicas`, from 1. */
  readonly lineOf: (path: string) => number | undefined;
}

/**
 * Reads a pins file; undefined where there is none.
 * @param shown its path from the repository's root, for messages
 */
export function readPins(file: string, shown: string): Result<PinsFile | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    if (isSystemError(cause) && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return succeed(undefined);
    return failure({ code: 'unreadable', file: shown, message: `cannot be read: ${messageOf(cause)}` });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return failure({ code: 'unreadable', file: shown, message: 'is not UTF-8 text' });
  }
  return parsePins(text, shown);
}

function parsePins(text: string, shown: string): Result<PinsFile> {
  const lineCounter = new LineCounter();
  const document = parseYaml(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    return failure(
      ...document.errors.map((error): Problem => {
        const { line, col } = lineCounter.linePos(error.pos[0]);
        return { code: 'syntax', file: shown, line, column: col, message: error.message };
      }),
    );
  }
  const lines = new Map<string, number>();
  collectLines(document.contents, '', (path, offset) => lines.set(path, lineCounter.linePos(offset).line));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    return failure({
      code: 'syntax',
      file: shown,
      message: `${messageOf(cause)}; pins are written out, without aliases`,
    });
  }
  const pins = parseDocument(pinsSchema, value, shown);
  if (!pins.ok) return failure(...pins.error.map((problem) => located(problem, lines)));
  return succeed({ pins: pins.value, lineOf: (path) => lines.get(path) });
}

/** Puts the line of its field to a problem, or that of the nearest field around it. */
function located(problem: Problem, lines: ReadonlyMap<string, number>): Problem {
  for (let path = problem.path ?? ''; path !== ''; path = path.slice(0, Math.max(path.lastIndexOf('.'), 0))) {
    const line = lines.get(path);
    if (line !== undefined) return { ...problem, line };
  }
  return problem;
}

/** Lines of the keys of nested maps; pins hold no lists. */
function collectLines(node: Node | null, path: string, add: (path: string, offset: number) => void): void {
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue;
    const below = path === '' ? String(key.value) : `${path}.${String(key.value)}`;
    if (key.range) add(below, key.range[0]);
    collectLines(value as Node | null, below, add);
  }
}

function failure(...problems: readonly Problem[]): Result<never> {
  return { ok: false, error: problems };
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'code' in cause;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
