import { readFileSync, statSync } from 'node:fs';
import { lstat, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Problem, type Result, succeed } from '../api/index.ts';
import { failureOf, removeStaleTemporaries, temporaryIn } from '../gitops/work-tree/temporary.ts';
import { unexpected } from './unexpected.ts';

/** Largest file that is read as a whole; anything above is not a manifest, a plan or a recording. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Reads a file that the user named; `shown` is the name to use in messages. */
export async function readInput(path: string, shown: string): Promise<Result<Uint8Array>> {
  // It would resolve to the folder in which the command runs.
  if (shown === '') return failure({ code: 'usage', message: 'the name of a file is empty' });
  try {
    const entry = statSync(path);
    if (entry.isDirectory()) return failure({ code: 'unreadable', file: shown, message: 'is a folder, not a file' });
    // Reading a pipe waits for somebody to write, and a device may never end.
    if (!entry.isFile())
      return failure({ code: 'unreadable', file: shown, message: NOT_REGULAR, hint: 'save it to a file first' });
    const { size } = entry;
    if (size > MAX_BYTES)
      return failure({ code: 'unreadable', file: shown, message: `is ${size} bytes; the limit is ${MAX_BYTES}` });
    return succeed(readFileSync(path));
  } catch (cause) {
    return failure({ ...unexpected(cause), file: shown });
  }
}

export const NOT_REGULAR = 'is a pipe or a device, not a regular file';

/** Reads text; a file that is not UTF-8 is refused rather than read with replacement characters. */
export async function readTextInput(path: string, shown: string): Promise<Result<string>> {
  const bytes = await readInput(path, shown);
  if (!bytes.ok) return bytes;
  try {
    return succeed(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value));
  } catch {
    return failure({ code: 'unreadable', file: shown, message: 'is not UTF-8 text' });
  }
}

/** Replaces a file in one step: whoever reads it sees the old bytes or the new ones, never a part. The mode is kept. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  await removeStaleTemporaries(folder);
  const mode = await lstat(path).then(
    (entry) => entry.mode,
    () => undefined,
  );
  const temporary = temporaryIn(folder);
  try {
    await writeFile(temporary, content, mode === undefined ? {} : { mode });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw failureOf(cause, path);
  }
}

/** Step by step, since Node's own recursion never ends where a folder exists and takes none inside, as in `/proc`. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await stat(folder);
    return;
  } catch (cause) {
    if (unexpected(cause).code !== 'not-found' || dirname(folder) === folder) throw cause;
  }
  await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (cause) {
    // Another process may have made it meanwhile; anything else in its place is found on the way into it.
    const exists = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (!exists) throw cause;
  }
}

function failure(problem: Problem): Result<never> {
  return { ok: false, error: [problem] };
}
