import { fail, type Result, succeed } from '../../api/index.ts';
import { replaceFile } from '../files.ts';
import { realPlace } from '../real-place.ts';
import { canBeReplaced } from '../replaceable.ts';
import { unexpected } from '../unexpected.ts';

/** Writes a recording. Only an earlier recording is replaced. */
export async function saveRecording(cwd: string, file: string, text: string): Promise<Result<void>> {
  const place = await realPlace(cwd, file, 'recording');
  if (!place.ok) return place;
  try {
    if (!(await canBeReplaced(place.value, isRecording))) {
      const message = 'exists and is not a recording, so it is not replaced';
      return fail({ code: 'refused', file, message, hint: 'name another file' });
    }
    await replaceFile(place.value, text);
    return succeed(undefined);
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

/** A recording says so in its second field. */
function isRecording(head: string): boolean {
  return /^\s*\{[^{[]*"kind"\s*:\s*"recording"/.test(head);
}
