import { open, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { fail, type Result, succeed } from '../../api/index.ts';
import { replaceFile } from '../files.ts';
import { unexpected } from '../unexpected.ts';

/** Writes a page. Only an earlier one of ours is replaced: a slip of the hand must not cost anybody their work. */
export async function savePage(cwd: string, file: string, page: string): Promise<Result<void>> {
  const refuse = (message: string): Result<never> =>
    fail({ code: 'refused', file, message, hint: 'name another file' });
  const named = resolve(cwd, file);
  // Names compare without case, as some file systems do.
  if (named.split(sep).some((step) => step.toLowerCase() === '.git')) {
    return refuse('lies in a folder of git, where no report belongs');
  }
  try {
    if (!(await canBeReplaced(named))) return refuse('exists and is not a report of a backtest, so it is not replaced');
    // Past any symbolic link, so that a link stays one.
    await replaceFile(await realpath(named).catch(() => named), page);
    return succeed(undefined);
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

/** Enough of a file to see what it is. */
const HEAD_BYTES = 512;

async function canBeReplaced(path: string): Promise<boolean> {
  const entry = await stat(path).catch((cause: unknown) => {
    if (unexpected(cause).code !== 'not-found') throw cause;
  });
  if (entry === undefined) return true;
  if (!entry.isFile()) return false;
  if (entry.size === 0) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead).includes('<meta name="generator" content="dynamo-gitops backtest">');
  } finally {
    await file.close();
  }
}
