import { resolve } from 'node:path';
import { fail, type Problem, type Result, succeed } from '../../../api/index.ts';
import type { CommandContext } from '../../context.ts';
import { readTextInput } from '../../files.ts';

export interface HttpRequest {
  readonly method: 'POST';
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly signal: AbortSignal;
  /** An address that moved may belong to somebody else, and credentials travel with the request. */
  readonly redirect: 'manual';
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Decompressed. */
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** The part of fetch that is used; both Node's own and undici's have it. */
export type HttpFetch = (url: string, request: HttpRequest) => Promise<HttpResponse>;

/** PEM files, as the user named them. */
export interface TlsFiles {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** Node's fetch, or undici's where a certificate or a proxy is needed, which Node's own takes no setting for. */
export async function openTransport(
  { env, cwd }: Pick<CommandContext, 'env' | 'cwd'>,
  files: TlsFiles,
): Promise<Result<HttpFetch>> {
  const tls = await readTlsFiles(cwd, files);
  if (!tls.ok) return tls;
  const variable = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const [httpProxy, httpsProxy] = [variable('HTTP_PROXY'), variable('HTTPS_PROXY')];
  const hasProxy = httpProxy !== undefined || httpsProxy !== undefined;
  if (tls.value === undefined && !hasProxy) return succeed((url, request) => fetch(url, request));
  if (![httpProxy, httpsProxy].every((proxy) => proxy === undefined || isProxyAddress(proxy))) {
    // A password may stand in it, so it is not repeated.
    return fail({ code: 'usage', message: 'HTTP_PROXY or HTTPS_PROXY is no address of a proxy' });
  }
  // By its default export alone, which is all that a bundle keeps of a CommonJS package.
  const { default: undici } = await import('undici');
  const connect = tls.value ?? {};
  const dispatcher = hasProxy
    ? new undici.EnvHttpProxyAgent({
        // An empty text keeps undici from reading the environment itself.
        ...{ httpProxy: httpProxy ?? '', httpsProxy: httpsProxy ?? '', noProxy: variable('NO_PROXY') ?? '' },
        ...{ connect, requestTls: connect },
      })
    : new undici.Agent({ connect });
  return succeed((url, request) => undici.fetch(url, { ...request, headers: { ...request.headers }, dispatcher }));
}

function isProxyAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

async function readTlsFiles(
  cwd: string,
  { caFile, certFile, keyFile }: TlsFiles,
): Promise<Result<TlsOptions | undefined>> {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    return fail({ code: 'usage', message: '--cert-file and --key-file belong together; one of them is missing' });
  }
  const problems: Problem[] = [];
  const options: { ca?: string; cert?: string; key?: string } = {};
  for (const [name, file] of [
    ['ca', caFile],
    ['cert', certFile],
    ['key', keyFile],
  ] as const) {
    if (file === undefined) continue;
    const text = await readTextInput(resolve(cwd, file), file);
    if (!text.ok) problems.push(...text.error);
    else if (!text.value.includes('-----BEGIN ')) {
      problems.push({ code: 'unreadable', file, message: 'is no PEM file: it has no line "-----BEGIN …"' });
    } else options[name] = text.value;
  }
  if (problems.length > 0) return fail(...problems);
  return succeed(Object.keys(options).length === 0 ? undefined : options);
}
