import { formatPatch, structuredPatch } from 'diff';
import type { EditedFile } from '../edit-set/index.ts';

/** The edits as `git diff` shows them, and `git apply` takes them. */
export function unifiedDiff(files: readonly EditedFile[]): string {
  return files
    .map(({ file, before, after }) => {
      const patch = structuredPatch(`a/${file}`, `b/${file}`, text(before), text(after), undefined, undefined, {
        context: 3,
      });
      return formatPatch({ ...patch, isGit: true });
    })
    .join('');
}

/** With a byte order mark where there is one, since it is part of the first line. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
