import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fail, type Result, succeed } from '../api/index.ts';
import { NOT_REGULAR } from './files.ts';
import { unexpected } from './unexpected.ts';

/**
 * The file that something is written to, which need not exist yet, past any symbolic link, so that a link stays one.
 * @param file as the user named it
 * @param what as in `report`
 */
export async function realPlace(cwd: string, file: string, what: string): Promise<Result<string>> {
  const refuse = (message: string): Result<never> =>
    fail({ code: 'refused', file, message, hint: 'name another file' });
  const named = resolve(cwd, file);
  // The open files of this process: replacing what they lead to would tear it away from whoever reads it.
  if (/^\/(proc|dev\/(fd|std(in|out|err)))(\/|$)/.test(named)) return refuse(NOT_REGULAR);
  try {
    const path = await followed(named);
    if (path === undefined) return refuse('is a symbolic link that leads nowhere');
    // Names compare without case, as some file systems do.
    return path.split(sep).some((step) => step.toLowerCase() === '.git')
      ? refuse(`lies in a folder of git, where no ${what} belongs`)
      : succeed(path);
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

/** Undefined for a link to nothing. */
async function followed(path: string): Promise<string | undefined> {
  if ((await lstat(path).catch(missing)) !== undefined) return realpath(path).catch(missing);
  const parent = dirname(path);
  const folder = parent === path ? path : await followed(parent);
  return folder === undefined ? undefined : join(folder, basename(path));
}

/** Undefined for what is not there; anything else is thrown on. */
export function missing(cause: unknown): undefined {
  if (unexpected(cause).code !== 'not-found') throw cause;
}
