import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
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
    if (path.split(sep).some((step) => step.toLowerCase() === '.git')) {
      return refuse(`lies in a folder of git, where no ${what} belongs`);
    }
    const folder = await nearestFolder(dirname(path));
    if (folder === undefined) return refuse('has a file where a folder is needed');
    return (await isWritable(folder)) ? succeed(path) : refuse('lies in a folder that may not be written to');
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

/** The folder that something is to lie in, or the nearest above it that is there; undefined where that is a file. */
async function nearestFolder(folder: string): Promise<string | undefined> {
  const entry = await stat(folder).catch(missing);
  if (entry === undefined && dirname(folder) !== folder) return nearestFolder(dirname(folder));
  return entry?.isDirectory() === true ? folder : undefined;
}

/** A file is replaced by a new one beside it. */
async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Undefined for what is not there; anything else is thrown on. */
export function missing(cause: unknown): undefined {
  if (unexpected(cause).code !== 'not-found') throw cause;
}
