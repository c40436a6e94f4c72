import { resolve } from 'node:path';
import { digestOf, type InputDigest, parseJsonDocument, type Result, succeed } from '../../api/index.ts';
import { readInput } from '../files.ts';

/** The schema of a document that rooms exchange. */
export type DocumentSchema = Parameters<typeof parseJsonDocument>[0];

export interface ReadDocument<T> {
  readonly value: T;
  readonly input: InputDigest;
}

/** Reads a JSON document and checks it; `file` is the path as the user gave it, and as it stands in messages. */
export async function readDocument<S extends DocumentSchema>(
  cwd: string,
  file: string,
  schema: S,
): Promise<Result<ReadDocument<ParsedBy<S>>>> {
  const read = await readTextDocument(cwd, file);
  if (!read.ok) return read;
  const parsed = parseJsonDocument(schema, read.value.value, file);
  return parsed.ok ? succeed({ value: parsed.value, input: read.value.input }) : parsed;
}

type ParsedBy<S extends DocumentSchema> = ReturnType<typeof parseJsonDocument<S>> extends Result<infer T> ? T : never;

/** Reads text with the digest of its bytes, so that anybody can check it with `sha256sum`. */
export async function readTextDocument(cwd: string, file: string): Promise<Result<ReadDocument<string>>> {
  const bytes = await readInput(resolve(cwd, file), file);
  if (!bytes.ok) return bytes;
  try {
    const value = new TextDecoder('utf-8', { fatal: true }).decode(bytes.value);
    return succeed({ value, input: { file, digest: digestOf(bytes.value) } });
  } catch {
    return { ok: false, error: [{ code: 'unreadable', file, message: 'is not UTF-8 text' }] };
  }
}
