import { formatPatch, structuredPatch } from 'diff';
import { singleLine } from '../api/index.ts';
import type { EditedFile } from '../gitops/index.ts';
import type { Paint } from '../report/index.ts';

/** Longest line that is shown whole. */
const MAX_WIDTH = 160;

/** The change as `git diff` shows it, safe for a terminal whatever the file holds. */
export function diffText({ file, before, after }: EditedFile, paint: Paint): string {
  const decoder = new TextDecoder();
  const [old, edited] = [decoder.decode(before), decoder.decode(after)];
  const patch = structuredPatch(`a/${file}`, `b/${file}`, old, edited, undefined, undefined, { context: 2 });
  return formatPatch({ ...patch, isGit: true })
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('diff --git'))
    .map((line) => painted(shown(line), paint))
    .join('\n');
}

function shown(line: string): string {
  const safe = singleLine(line.replace(/\r$/, '').replaceAll('\t', '    '));
  return safe.length <= MAX_WIDTH ? safe : `${safe.slice(0, MAX_WIDTH - 1)}…`;
}

function painted(line: string, paint: Paint): string {
  if (/^(---|\+\+\+|@@)/.test(line)) return paint.faint(line);
  if (line.startsWith('-')) return paint.bad(line);
  return line.startsWith('+') ? paint.good(line) : line;
}
