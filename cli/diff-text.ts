import { formatPatch, structuredPatch } from 'diff';
import { singleLine } from '../api/index.ts';
import type { EditedFile } from '../gitops/index.ts';
import { lineHider } from '../lint/secret-fields.ts';
import { readManifest } from '../manifests/index.ts';
import type { Paint } from '../report/index.ts';

/** Longest line that is shown whole. */
const MAX_WIDTH = 160;

/** The change as `git diff` shows it, with stars where secrets stand: nobody asked to see what is around an edit. */
export function fileDiff({ file, before, after }: EditedFile, context = 2): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const [old, edited] = [decoder.decode(before), decoder.decode(after)];
  const patch = structuredPatch(`a/${file}`, `b/${file}`, old, edited, undefined, undefined, { context });
  const documents = [before, after].flatMap((bytes) => readManifest(file, bytes).manifest?.documents ?? []);
  const hide = lineHider(documents.map(({ value }) => value));
  const hunks = patch.hunks.map((hunk) => ({ ...hunk, lines: hunk.lines.map(hide) }));
  return formatPatch({ ...patch, hunks, isGit: true })
    .split('\n')
    .filter((line) => !line.startsWith('diff --git'))
    .join('\n');
}

/** The same, safe for a terminal whatever the file holds. */
export function diffText(file: EditedFile, paint: Paint, context?: number): string {
  return fileDiff(file, context)
    .trimEnd()
    .split('\n')
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
