import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { type Signature, secondsOf } from './git.ts';

/** What a repository names its objects by. */
export type ObjectHash = 'sha1' | 'sha256';

/** Kinds of objects that a commit is made of, and their numbers in a pack. */
const PACK_TYPES = { commit: 1, tree: 2, blob: 3 } as const;

/** An object as git stores it, and the name that follows from it. */
export interface GitObject {
  readonly type: keyof typeof PACK_TYPES;
  readonly bytes: Uint8Array;
  readonly name: string;
}

export function gitObject(type: GitObject['type'], bytes: Uint8Array, hash: ObjectHash): GitObject {
  const name = createHash(hash).update(`${type} ${bytes.byteLength}\0`).update(bytes).digest('hex');
  return { type, bytes, name };
}

/** The name that git gives to a file's content, with the hash of the repository's other names. */
export function objectName(bytes: Uint8Array, like: string): string {
  return gitObject('blob', bytes, hashOf(like)).name;
}

function hashOf(name: string): ObjectHash {
  return name.length === 64 ? 'sha256' : 'sha1';
}

export interface TreeEntry {
  /** Six digits. */
  readonly mode: string;
  readonly object: string;
}

export const FOLDER_MODE = '040000';

/**
 * A tree's entries by name: a mode, a name, a zero byte and the object's name in bytes.
 * @returns undefined of what is no tree, which git stores where it is not told to look.
 */
export function treeEntries(tree: Uint8Array, hash: ObjectHash): ReadonlyMap<string, TreeEntry> | undefined {
  const entries = rawEntries(tree, hash);
  if (entries === undefined) return undefined;
  return new Map(
    entries.map(({ mode, name, object }) => [
      Buffer.from(name, 'latin1').toString('utf8'),
      { mode: mode.padStart(6, '0'), object: Buffer.from(object, 'latin1').toString('hex') },
    ]),
  );
}

/** A tree with some entries put in place of those of the same name, or added; all others stay as they are. */
export function withEntries(tree: Uint8Array, entries: ReadonlyMap<string, TreeEntry>, hash: ObjectHash): Uint8Array {
  const all = new Map((rawEntries(tree, hash) ?? []).map((entry) => [entry.name, entry]));
  for (const [path, { mode, object }] of entries) {
    const name = Buffer.from(path, 'utf8').toString('latin1');
    all.set(name, { mode: withoutZeros(mode), name, object: Buffer.from(object, 'hex').toString('latin1') });
  }
  const sorted = [...all.values()].sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  return Buffer.from(sorted.map(({ mode, name, object }) => `${mode} ${name}\0${object}`).join(''), 'latin1');
}

/** Name and object as they stand, a character for a byte: a name need not be UTF-8. */
interface RawEntry {
  readonly mode: string;
  readonly name: string;
  readonly object: string;
}

function rawEntries(tree: Uint8Array, hash: ObjectHash): readonly RawEntry[] | undefined {
  const bytes = Buffer.from(tree.buffer, tree.byteOffset, tree.byteLength);
  const length = hash === 'sha256' ? 32 : 20;
  const entries: RawEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0x00, space);
    const end = zero + 1 + length;
    if (space < 0 || zero < 0 || end > bytes.length) return undefined;
    const [mode, name] = [bytes.toString('latin1', at, space), bytes.toString('latin1', space + 1, zero)];
    entries.push({ mode: withoutZeros(mode), name, object: bytes.toString('latin1', zero + 1, end) });
    at = end;
  }
  return entries;
}

/** As git writes a mode; other tools wrote `040000` once, and their trees are still about. */
function withoutZeros(mode: string): string {
  return mode.replace(/^0+/, '');
}

/** Git sorts a folder as if its name ended in a slash. */
function sortName({ mode, name }: RawEntry): string {
  return mode === FOLDER_MODE.slice(1) ? `${name}/` : name;
}

/** The text of a commit whose author is its committer. */
export function commitText(
  tree: string,
  parents: readonly string[],
  signature: Signature,
  message: string,
): Uint8Array {
  const who = `${withoutMarks(signature.name)} <${withoutMarks(signature.email)}> ${secondsOf(signature)} +0000`;
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  return Buffer.from(`${lines.join('\n')}\n\n${message}`);
}

/** Git leaves out what would end a name or an address. */
function withoutMarks(text: string): string {
  return text.replace(/[<>\n\0]/g, '');
}

/** A stream of whole objects, as git sends and reads them. */
export function packOf(objects: readonly GitObject[], hash: ObjectHash): Uint8Array {
  const head = Buffer.alloc(12);
  head.write('PACK', 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const parts = objects.flatMap(({ type, bytes }) => [packHeader(type, bytes.byteLength), deflateSync(bytes)]);
  const pack = Buffer.concat([head, ...parts]);
  return Buffer.concat([pack, createHash(hash).update(pack).digest()]);
}

/** The type and four bits of the size, then seven bits a byte, the lowest first; all but the last have the top bit set. */
function packHeader(type: GitObject['type'], size: number): Uint8Array {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = PACK_TYPES[type] * 16 + (size % 16);
  while (rest > 0) {
    bytes.push(byte + 128);
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, byte]);
}
