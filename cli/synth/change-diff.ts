import type { OutputChange } from '../../constructs/render/index.ts';

/** Lines of one file's diff that are shown; `git diff` after a run shows all. */
const MAX_LINES = 40;

/** A file as it is against what it should be, as a unified diff. */
export async function changeDiff(change: OutputChange, folder: string): Promise<string> {
  const { createTwoFilesPatch } = await import('diff');
  const file = `${folder}/${change.path}`;
  const before = change.before === undefined ? '/dev/null' : `a/${file}`;
  const after = change.after === undefined ? '/dev/null' : `b/${file}`;
  const patch = createTwoFilesPatch(before, after, textOf(change.before), change.after ?? '', undefined, undefined, {
    context: 2,
  });
  // The first line is a rule of equals signs, which git does not write.
  const lines = patch.trimEnd().split('\n').slice(1);
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `… ${more} more lines`].join('\n') : lines.join('\n');
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}
