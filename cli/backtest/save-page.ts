import { stat } from 'node:fs/promises';
import { fail, type Result, succeed } from '../../api/index.ts';
import { replaceFile } from '../files.ts';
import { missing, realPlace } from '../real-place.ts';
import { canBeReplaced } from '../replaceable.ts';
import { unexpected } from '../unexpected.ts';

/** Writes a page. Only an earlier one of ours is replaced. */
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
  const place = await realPlace(cwd, file, 'report');
  if (!place.ok) return place;
  try {
    if ((await stat(place.value).catch(missing))?.isDirectory() === true) {
      return fail({ code: 'refused', file, message: 'is a folder, not a file', hint: 'name another file' });
    }
    if (await canBeReplaced(place.value, isPage)) return place;
    const message = 'exists and is not a report of a backtest, so it is not replaced';
    return fail({ code: 'refused', file, message, hint: 'name another file' });
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

function isPage(head: string): boolean {
  return head.includes('<meta name="generator" content="dynamo-gitops backtest">');
}
