import { open, stat } from 'node:fs/promises';
import { missing } from './real-place.ts';

/** Enough of a file to see what it is. */
const HEAD_BYTES = 512;

/**
 * Whether a file may be written: one that is not there or is empty, or one whose beginning shows that it is ours, since a slip of the hand
 * must not cost anybody their work.
 */
export async function canBeReplaced(path: string, isOurs: (head: string) => boolean): Promise<boolean> {
  const entry = await stat(path).catch(missing);
  if (entry === undefined) return true;
  if (!entry.isFile()) return false;
  if (entry.size === 0) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return isOurs(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
