import { resolve } from 'node:path';
import { digestOf, type Result, succeed } from '../../api/index.ts';
import { type ProfileParts, parseProfileParts } from '../../planner/index.ts';
import { readInput } from '../files.ts';
import type { ReadDocument } from '../plan/read-document.ts';

/** Reads a profile from JSON or npz; the archive's reader is loaded only for an archive. */
export async function readProfile(cwd: string, file: string): Promise<Result<ReadDocument<ProfileParts>>> {
  const bytes = await readInput(resolve(cwd, file), file);
  if (!bytes.ok) return bytes;
  const parts = await partsOf(bytes.value, file);
  return parts.ok ? succeed({ value: parts.value, input: { file, digest: digestOf(bytes.value) } }) : parts;
}

async function partsOf(bytes: Uint8Array, file: string): Promise<Result<ProfileParts>> {
  // `PK`, as every zip archive begins and no JSON does.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const { readNpz } = await import('../../planner/capacity/npz/index.ts');
    const arrays = readNpz(bytes, file);
    return arrays.ok ? parseProfileParts(arrays.value, file) : arrays;
  }
  try {
    return parseProfileParts(new TextDecoder('utf-8', { fatal: true }).decode(bytes), file);
  } catch {
    return { ok: false, error: [{ code: 'unreadable', file, message: 'is neither JSON text nor an npz archive' }] };
  }
}
