import { type Problem, type Result, succeed } from '../../../api/index.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Reads one number at an offset. */
type ReadNumber = (view: DataView, offset: number, littleEndian: boolean) => number;

/** By kind and bytes of numpy's type: `f8` is a double. */
const NUMBERS: ReadonlyMap<string, ReadNumber> = new Map<string, ReadNumber>([
  ['f8', (view, offset, little) => view.getFloat64(offset, little)],
  ['f4', (view, offset, little) => view.getFloat32(offset, little)],
  ['i8', (view, offset, little) => Number(view.getBigInt64(offset, little))],
  ['i4', (view, offset, little) => view.getInt32(offset, little)],
  ['i2', (view, offset, little) => view.getInt16(offset, little)],
  ['i1', (view, offset) => view.getInt8(offset)],
  ['u8', (view, offset, little) => Number(view.getBigUint64(offset, little))],
  ['u4', (view, offset, little) => view.getUint32(offset, little)],
  ['u2', (view, offset, little) => view.getUint16(offset, little)],
  ['u1', (view, offset) => view.getUint8(offset)],
]);

/**
 * The numbers of an array that `numpy.save` wrote: a list, or a single number as a list of one. Tables and objects, which
 * only Python could load, are refused.
 *
 * Format: numpy.lib.format, versions 1 to 3.
 * @param file where the bytes come from, for messages
 */
export function readNpy(bytes: Uint8Array, file: string): Result<readonly number[]> {
  const refuse = (message: string): Result<never> => {
    const problem: Problem = { code: 'unreadable', file, message };
    return { ok: false, error: [problem] };
  };
  if (bytes.length < 12 || MAGIC.some((byte, index) => bytes[index] !== byte)) return refuse('is not a numpy array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWide = view.getUint8(6) > 1;
  const start = isWide ? 12 : 10;
  const end = start + (isWide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) return refuse('ends before the header of its array does');
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, end));
  const descr = /'descr':\s*'([<>|=])?([a-zA-Z]\d+)'/.exec(header);
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (shape === undefined) return refuse('holds an array whose shape cannot be read');
  const [, order, type = ''] = descr ?? [];
  const read = NUMBERS.get(type);
  if (read === undefined)
    return refuse(`holds an array of ${type === '' ? 'objects' : `type ${type}`}, not of numbers`);
  const sizes = shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number.parseInt(size, 10)]));
  if (sizes.length > 1) return refuse(`holds a table of shape (${sizes.join(', ')}), not a list`);
  const [length = 1] = sizes;
  const width = Number(type.slice(1));
  if (length * width !== bytes.length - end) {
    return refuse(`says that it holds ${length} numbers of ${width} bytes, and ${bytes.length - end} bytes follow`);
  }
  return succeed(Array.from({ length }, (_, index) => read(view, end + index * width, order !== '>')));
}
