import { chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, type Result, succeed } from '../../api/index.ts';
import type { EditedFile } from '../edit-set/index.ts';
import { withLocks } from './lock.ts';
import { failureOf, removeStaleTemporaries, temporaryIn } from './temporary.ts';

/**
 * Replaces files below a folder, all or none: each new content is on disk beside its file before the first one takes its
 * place, and a failure after that puts the old ones back. Modes are kept. No other process of ours writes in the same
 * folders meanwhile.
 * @param move puts a file in the place of another in one step.
 * @returns a problem where a file is no longer what was edited.
 */
export async function replaceInWorkTree(
  root: string,
  files: readonly EditedFile[],
  move: (from: string, to: string) => Promise<void> = rename,
): Promise<Result<void>> {
  const paths = files.map(({ file }) => join(root, file));
  return withLocks(paths, async () => {
    for (const folder of new Set(paths.map((path) => dirname(path)))) await removeStaleTemporaries(folder);
    return replaceAll(root, files, move);
  });
}

async function replaceAll(
  root: string,
  files: readonly EditedFile[],
  move: (from: string, to: string) => Promise<void>,
): Promise<Result<void>> {
  const staged: { readonly path: string; readonly temporary: string; readonly edited: EditedFile }[] = [];
  const replaced: EditedFile[] = [];
  try {
    for (const edited of files) {
      const path = join(root, edited.file);
      staged.push({ path, temporary: await stage(path, edited.file, edited.after), edited });
    }
    const changed = await changedMeanwhile(root, files);
    if (changed.length > 0) return { ok: false, error: changed };
    for (const { path, temporary, edited } of staged) {
      await move(temporary, path).catch((cause: unknown) => Promise.reject(failureOf(cause, edited.file)));
      replaced.push(edited);
    }
    return succeed(undefined);
  } catch (cause) {
    for (const { file, before } of replaced) {
      const path = join(root, file);
      await rename(await stage(path, file, before), path);
    }
    throw cause;
  } finally {
    await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true })));
  }
}

async function stage(path: string, file: string, content: Uint8Array): Promise<string> {
  const temporary = temporaryIn(dirname(path));
  try {
    const { mode } = await stat(path);
    await writeFile(temporary, content);
    await chmod(temporary, mode);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw failureOf(cause, file);
  }
  return temporary;
}

async function changedMeanwhile(root: string, files: readonly EditedFile[]): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { file, before } of files) {
    if (Buffer.compare(await readFile(join(root, file)), before) === 0) continue;
    problems.push({
      code: 'stale',
      file,
      message: 'changed while it was edited',
      hint: 'nothing was written; try again',
    });
  }
  return problems;
}
