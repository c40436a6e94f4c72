import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = `sha256:${string}`;

export function digestOf(content: string | Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Digest of a document's meaning: key order and spacing do not matter. */
export function digestOfDocument(document: unknown): Digest {
  return digestOf(canonicalJson(document));
}
