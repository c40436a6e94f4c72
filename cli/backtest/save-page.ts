import { lstat, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fail, type Result, succeed } from '../../api/index.ts';
import { NOT_REGULAR, replaceFile } from '../files.ts';
import { unexpected } from '../unexpected.ts';

/** Writes a page. Only an earlier one of ours is replaced: a slip of the hand must not cost anybody their work. */
export async function savePage(cwd: string, file: string, page: string): Promise<Result<void>> {
  const place = await placeOfPage(cwd, file);
  if (!place.ok) return place;
  try {
    await replaceFile(place.value, page);
    return succeed(undefined);
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

/** The file that a page would be written to, past any symbolic link, so that a link stays one; or why it is not. */
export async function placeOfPage(cwd: string, file: string): Promise<Result<string>> {
  const refuse = (message: string): Result<never> =>
    fail({ code: 'refused', file, message, hint: 'name another file' });
  const named = resolve(cwd, file);
  // The open files of this process: replacing what they lead to would tear it away from whoever reads it.
  if (/^\/(proc|dev\/(fd|std(in|out|err)))(\/|$)/.test(named)) return refuse(NOT_REGULAR);
  try {
    const path = await realPlace(named);
    if (path === undefined) return refuse('is a symbolic link that leads nowhere');
    // Names compare without case, as some file systems do.
    if (path.split(sep).some((step) => step.toLowerCase() === '.git')) {
      return refuse('lies in a folder of git, where no report belongs');
    }
    return (await canBeReplaced(path))
      ? succeed(path)
      : refuse('exists and is not a report of a backtest, so it is not replaced');
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

/** The real path of a file that need not exist yet; undefined for a link to nothing. */
async function realPlace(path: string): Promise<string | undefined> {
  if ((await lstat(path).catch(missing)) !== undefined) return realpath(path).catch(missing);
  const parent = dirname(path);
  const folder = parent === path ? path : await realPlace(parent);
  return folder === undefined ? undefined : join(folder, basename(path));
}

function missing(cause: unknown): undefined {
  if (unexpected(cause).code !== 'not-found') throw cause;
}

/** Enough of a file to see what it is. */
const HEAD_BYTES = 512;

async function canBeReplaced(path: string): Promise<boolean> {
  const entry = await stat(path).catch(missing);
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
