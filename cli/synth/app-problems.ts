import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../api/index.ts';
import { isSynthError } from '../../constructs/synthesis.ts';
import type { FoundApp } from './find-apps.ts';

/**
 * What an app threw, as problems with a file: its own findings as they are, anything else as its message with the line of
 * the user's code that it came from.
 */
export function appProblems(cause: unknown, app: Pick<FoundApp, 'shown'>, root: string): readonly Problem[] {
  try {
    return problemsIn(cause, app, root);
  } catch {
    // Whatever an app throws, a look at it may throw again.
    return [{ code: 'app-failed', file: app.shown, message: 'threw what cannot be shown; throw an Error' }];
  }
}

function problemsIn(cause: unknown, app: Pick<FoundApp, 'shown'>, root: string): readonly Problem[] {
  if (isSynthError(cause)) return cause.problems.map((problem) => ({ file: app.shown, ...problem }));
  const { message, stack } = wordsOf(cause);
  // A parser's position is exact. Of a frame only the line is: transpiled code keeps its lines but not its columns.
  const frame = positionIn(stack, root);
  const position = positionIn(message, root) ??
    (frame && { file: frame.file, line: frame.line }) ?? { file: app.shown };
  return [{ code: 'app-failed', ...position, message: firstLine(message) }];
}

function wordsOf(cause: unknown): { readonly message: string; readonly stack: string } {
  if (!(cause instanceof Error)) return { message: `threw ${String(cause)}`, stack: '' };
  const kind = cause.name === 'Error' || cause.message.startsWith(cause.name) ? '' : `${cause.name}: `;
  return { message: `${kind}${cause.message}`, stack: cause.stack ?? '' };
}

function firstLine(message: string): string {
  const line = message.split('\n').find((text) => text.trim() !== '');
  return line === undefined ? 'threw an error without a message' : line.trim();
}

/** `at main (file:///repo/apps/chat/main.ts:10:9)`, or the line that a parser puts before its excerpt. */
const POSITION = /((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^\s()]*?):(\d+)(?::(\d+))?(?=[\s)]|$)/g;

interface Position {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** The first position in the user's own code: below the root, but neither in a package nor in this one. */
function positionIn(text: string, root: string): Position | undefined {
  const ownCode = resolve(fileURLToPath(import.meta.resolve('dynamo-gitops/package.json')), '..', 'build') + sep;
  for (const [, address = '', line, column] of text.matchAll(POSITION)) {
    const path = pathOf(address);
    if (path === undefined || path.startsWith(ownCode) || path.includes(`${sep}node_modules${sep}`)) continue;
    const file = relative(root, path);
    if (file === '' || file.startsWith('..')) continue;
    return {
      file: file.split(sep).join('/'),
      line: Number(line),
      ...(column === undefined ? {} : { column: Number(column) }),
    };
  }
  return undefined;
}

function pathOf(address: string): string | undefined {
  if (!address.startsWith('file:')) return address;
  try {
    return fileURLToPath(address);
  } catch {
    return undefined;
  }
}
