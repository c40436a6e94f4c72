import { open, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { fail, type Result, succeed } from '../../api/index.ts';
import { replaceFile } from '../files.ts';
import { unexpected } from '../unexpected.ts';

/** Writes a recording. Only an earlier recording is replaced: a slip of the hand must not cost anybody their work. */
export async function saveRecording(cwd: string, file: string, text: string): Promise<Result<void>> {
  const refuse = (message: string): Result<never> =>
    fail({ code: 'refused', file, message, hint: 'name another file' });
  const named = resolve(cwd, file);
  // Names compare without case, as some file systems do.
  if (named.split(sep).some((step) => step.toLowerCase() === '.git')) {
    return refuse('lies in a folder of git, where no recording belongs');
  }
  try {
    if (!(await canBeReplaced(named))) return refuse('exists and is not a recording, so it is not replaced');
    // Past any symbolic link, so that a link stays one.
    await replaceFile(await realpath(named).catch(() => named), text);
    return succeed(undefined);
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

/** Enough of a file to see what it is: a recording says so in its second field. */
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
    return /^\s*\{[^{[]*"kind"\s*:\s*"recording"/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
