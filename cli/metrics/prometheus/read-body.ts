import type { HttpResponse } from './transport.ts';

export type ReadBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-text' };

/** Reads a body as it comes, and no further than its limit, whatever length the server announced. */
export async function readBody({ body }: HttpResponse, mostBytes: number): Promise<ReadBody> {
  if (body === null) return { kind: 'text', text: '' };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > mostBytes) return { kind: 'too-large' };
    const part = decode(decoder, chunk);
    if (part === undefined) return { kind: 'not-text' };
    parts.push(part);
  }
  const last = decode(decoder);
  return last === undefined ? { kind: 'not-text' } : { kind: 'text', text: parts.join('') + last };
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): string | undefined {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    return undefined;
  }
}
