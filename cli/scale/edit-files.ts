import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, type Result, succeed } from '../../api/index.ts';
import type { EditedFile } from '../../gitops/index.ts';
import { spliceIntegers } from '../../manifests/index.ts';
import type { ScaleEdit } from './plan-edits.ts';

/** The files with their new numbers, in the order of their names. Nothing is written here. */
export function spliceFiles(edits: readonly ScaleEdit[]): Result<readonly EditedFile[]> {
  const byFile = new Map<string, ScaleEdit[]>();
  for (const edit of edits) byFile.set(edit.manifest.file, [...(byFile.get(edit.manifest.file) ?? []), edit]);
  const problems: Problem[] = [];
  const files: EditedFile[] = [];
  for (const [file, ofFile] of [...byFile].sort(([first], [second]) => (first < second ? -1 : 1))) {
    const before = ofFile[0]?.manifest.bytes;
    if (before === undefined) continue;
    const spliced = spliceIntegers(file, before, ofFile);
    if (!spliced.ok) problems.push(...spliced.error);
    else if (spliced.value.changes.length > 0) files.push({ file, before, after: spliced.value.bytes });
  }
  return problems.length > 0 ? { ok: false, error: problems } : succeed(files);
}

/** What keeps files from being replaced. A file that its owner made read-only counts, though a rename would get past it. */
export async function writeProblems(cwd: string, files: readonly EditedFile[]): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { file } of files) {
    const path = join(cwd, file);
    const isWritable = await Promise.all([
      access(path, constants.W_OK),
      access(dirname(path), constants.W_OK),
      stat(path).then(({ mode }) => (mode & ANY_WRITE) === 0 && Promise.reject(new Error('read-only'))),
    ]).then(
      () => true,
      () => false,
    );
    if (!isWritable) problems.push({ code: 'unwritable', file, message: 'may not be written' });
  }
  return problems;
}

/** Write permission of the owner, the group or others. */
const ANY_WRITE = 0o222;
