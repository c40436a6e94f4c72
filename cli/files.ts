import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Problem, type Result, succeed } from '../api/index.ts';
import { unexpected } from './unexpected.ts';

/** Largest file that is read as a whole; anything above is not a manifest, a plan or a recording. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Reads a file that the user named; `shown` is the name to use in messages. */
export async function readInput(path: string, shown: string): Promise<Result<Uint8Array>> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) return failure({ code: 'unreadable', file: shown, message: 'is a folder, not a file' });
    const { size } = entry;
    if (size > MAX_BYTES)
      return failure({ code: 'unreadable', file: shown, message: `is ${size} bytes; the limit is ${MAX_BYTES}` });
    return succeed(await readFile(path));
  } catch (cause) {
    return failure({ ...unexpected(cause), file: shown });
  }
}

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
  await mkdir(folder, { recursive: true });
  const mode = await lstat(path).then(
    (entry) => entry.mode,
    () => undefined,
  );
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, content, mode === undefined ? {} : { mode });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

function failure(problem: Problem): Result<never> {
  return { ok: false, error: [problem] };
}
