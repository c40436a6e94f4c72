import type { DocumentSpan } from './document-span.ts';
import { endOfLine } from './document-span.ts';
import type { ManifestFile } from './manifest.ts';
import type { Position } from './position.ts';

/** Where each line of a file starts, found once for a file that is asked about; 4 bytes a line. */
const STARTS: WeakMap<ManifestFile, Uint32Array> = new WeakMap();

function lineStarts(manifest: ManifestFile): Uint32Array {
  const known = STARTS.get(manifest);
  if (known !== undefined) return known;
  const { text } = manifest;
  let count = 1;
  for (let at = endOfLine(text, 0); at < text.length; at = endOfLine(text, at)) count += 1;
  const starts = new Uint32Array(count);
  let line = 1;
  for (let at = endOfLine(text, 0); at < text.length; at = endOfLine(text, at)) {
    starts[line] = at;
    line += 1;
  }
  STARTS.set(manifest, starts);
  return starts;
}

/** Lines of a file; what follows the last line break counts where there is something. */
export function lineCount(manifest: ManifestFile): number {
  return lineStarts(manifest).length;
}

/** A line of a file, from 1, without its break and without a byte order mark. */
export function lineText(manifest: ManifestFile, line: number): string {
  const starts = lineStarts(manifest);
  const start = starts[line - 1] ?? manifest.text.length;
  const text = manifest.text.slice(start, starts[line] ?? manifest.text.length);
  return text.replace(/[\r\n]+$/, '').replace(/^\uFEFF/, '');
}

/** As `positionIn`, in the time that one look takes: findings may be many. */
export function positionAt(manifest: ManifestFile, span: DocumentSpan, at: number): Position {
  const offset = Math.max(span.start, Math.min(at, span.end - 1));
  const starts = lineStarts(manifest);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] ?? 0;
  const first = manifest.text.charCodeAt(start) === 0xfeff ? start + 1 : start;
  return { line: low + 1, column: Math.max(1, offset - first + 1) };
}
