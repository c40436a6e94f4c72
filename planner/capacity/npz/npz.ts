import { unzipSync } from 'fflate';
import { fail, type Problem, type Result, succeed } from '../../../api/index.ts';
import { readNpy } from './npy.ts';

/** Largest array that a profile may hold, unpacked; a sweep of a thousand points is 8 KB. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_ARRAYS = 64;

/**
 * The arrays of an archive that `numpy.savez` wrote, by name, ready for the schema that JSON goes through too.
 * @returns a problem for an archive that is broken or not of number lists, and for one that unpacks to too much
 */
export function readNpz(bytes: Uint8Array, file: string): Result<{ readonly [name: string]: readonly number[] }> {
  const refuse = (message: string): Result<never> => fail({ code: 'unreadable', file, message });
  let entries: ReturnType<typeof unzipSync>;
  const tooLarge: string[] = [];
  let count = 0;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        count += 1;
        if (originalSize > MOST_BYTES) tooLarge.push(name);
        return originalSize <= MOST_BYTES && count <= MOST_ARRAYS;
      },
    });
  } catch (cause) {
    return refuse(`is not a readable zip archive: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (count > MOST_ARRAYS) return refuse(`holds ${count} arrays; a profile has a handful`);
  const [large] = tooLarge;
  if (large !== undefined) return refuse(`${JSON.stringify(large)} in it unpacks to more than ${MOST_BYTES} bytes`);

  const arrays = new Map<string, readonly number[]>();
  const problems: Problem[] = [];
  for (const [name, content] of Object.entries(entries)) {
    if (!name.endsWith('.npy')) continue;
    const array = readNpy(content, `${file}:${JSON.stringify(name)}`);
    if (array.ok) arrays.set(name.slice(0, -'.npy'.length), array.value);
    else problems.push(...array.error);
  }
  return problems.length > 0 ? fail(...problems) : succeed(Object.fromEntries(arrays));
}
