import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, type Result, succeed } from '../../api/index.ts';

/**
 * Files below a folder, by path; those that do not exist are left out. A path that leads through a symbolic link is
 * refused, since its end may lie anywhere.
 */
export async function readWorkTree(
  root: string,
  files: readonly string[],
): Promise<Result<ReadonlyMap<string, Uint8Array>>> {
  const read = new Map<string, Uint8Array>();
  const problems: Problem[] = [];
  for (const file of files) {
    const kind = await kindOf(root, file);
    if (kind === 'file') read.set(file, await readFile(join(root, file)));
    else if (kind !== 'missing') problems.push({ code: 'refused', file, message: `${kind}, so it is not edited` });
  }
  return problems.length > 0 ? { ok: false, error: problems } : succeed(read);
}

async function kindOf(root: string, file: string): Promise<'file' | 'missing' | `is ${string}`> {
  let path = root;
  const steps = file.split('/');
  for (const [index, step] of steps.entries()) {
    path = join(path, step);
    try {
      const entry = await lstat(path);
      if (entry.isSymbolicLink()) return 'is reached through a symbolic link';
      if (index === steps.length - 1) return entry.isFile() ? 'file' : 'is not a file';
    } catch (cause) {
      const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
      throw cause;
    }
  }
  return 'missing';
}
