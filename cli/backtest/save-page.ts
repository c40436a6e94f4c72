import { open, stat } from 'node:fs/promises';
import { fail, type Result, succeed } from '../../api/index.ts';
import { replaceFile } from '../files.ts';
import { unexpected } from '../unexpected.ts';
import { missing, realPlace } from './real-place.ts';

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

/** The file that a page would be written to, or why none is. */
export async function placeOfPage(cwd: string, file: string): Promise<Result<string>> {
  const place = await realPlace(cwd, file);
  if (!place.ok) return place;
  try {
    if (await canBeReplaced(place.value)) return place;
    const message = 'exists and is not a report of a backtest, so it is not replaced';
    return fail({ code: 'refused', file, message, hint: 'name another file' });
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
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
