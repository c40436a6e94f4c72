import { resolve } from 'node:path';
import { fail, headerRefusal, type Result, succeed } from '../../../api/index.ts';
import type { CommandContext } from '../../context.ts';
import { readTextInput } from '../../files.ts';

export interface RequestHeaders {
  readonly [name: string]: string;
}

/** The headers of one request; files are read again for each, since tokens of service accounts rotate. */
export type HeaderSource = () => Promise<Result<RequestHeaders>>;

/**
 * Credentials from the environment, and the headers of the config. Secrets come from the environment or from files that it
 * names, never from the command line or from the config.
 */
export function requestHeaders(
  { env, cwd }: Pick<CommandContext, 'env' | 'cwd'>,
  configured: RequestHeaders,
): Result<HeaderSource> {
  // CI systems set a secret that does not exist to nothing.
  const variable = (name: string): string | undefined => env[name]?.trim() || undefined;
  const [token, tokenFile] = [variable('PROMETHEUS_TOKEN'), variable('PROMETHEUS_TOKEN_FILE')];
  const [password, passwordFile] = [variable('PROMETHEUS_PASSWORD'), variable('PROMETHEUS_PASSWORD_FILE')];
  const username = variable('PROMETHEUS_USERNAME');
  const ways = Object.entries({
    PROMETHEUS_TOKEN: token,
    PROMETHEUS_TOKEN_FILE: tokenFile,
    PROMETHEUS_USERNAME: username,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (ways.length > 1) return usage(`${ways.join(' and ')} are set`, 'keep one way to authenticate');
  if (password !== undefined && passwordFile !== undefined) {
    return usage('PROMETHEUS_PASSWORD and PROMETHEUS_PASSWORD_FILE are set', 'keep one of the two');
  }
  const hasPassword = password !== undefined || passwordFile !== undefined;
  if (hasPassword && username === undefined) return usage('a password is set without PROMETHEUS_USERNAME');
  if (username !== undefined && !hasPassword) {
    return usage('PROMETHEUS_USERNAME is set without PROMETHEUS_PASSWORD or PROMETHEUS_PASSWORD_FILE');
  }
  if (username?.includes(':')) return usage('PROMETHEUS_USERNAME has a colon, which basic authentication cannot carry');
  const extra = parseHeaders(env.PROMETHEUS_HEADERS ?? '');
  if (!extra.ok) return extra;

  const secret = async (value: string | undefined, file: string | undefined): Promise<Result<string>> => {
    if (file === undefined) return succeed(value ?? '');
    const text = await readTextInput(resolve(cwd, file), file);
    return text.ok ? succeed(text.value.trim()) : text;
  };
  return succeed(async () => {
    const headers = { ...configured, ...extra.value };
    if (token !== undefined || tokenFile !== undefined) {
      const read = await secret(token, tokenFile);
      if (!read.ok) return read;
      // A line break in the middle would begin a header of its own.
      if (!/^[\x21-\x7e]+$/.test(read.value)) {
        return usage(`${ways.join()} ${read.value === '' ? 'is empty' : 'has characters that no token has'}`);
      }
      return succeed({ ...headers, authorization: `Bearer ${read.value}` });
    }
    if (username === undefined) return succeed(headers);
    const read = await secret(password, passwordFile);
    if (!read.ok) return read;
    const encoded = Buffer.from(`${username}:${read.value}`, 'utf8').toString('base64');
    return succeed({ ...headers, authorization: `Basic ${encoded}` });
  });
}

/** One `Name: value` a line. */
function parseHeaders(text: string): Result<RequestHeaders> {
  const headers: { [name: string]: string } = Object.create(null);
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    // The line is not repeated: it may be a secret.
    const where = `PROMETHEUS_HEADERS, line ${index + 1}`;
    const parts = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*([\t\x20-\x7e]*?)\s*$/.exec(line);
    const [name, value] = [parts?.[1], parts?.[2]];
    if (name === undefined || value === undefined || value === '') {
      return usage(`${where}: is no header`, 'one "Name: value" a line');
    }
    const refusal = headerRefusal(name);
    if (refusal !== undefined) return usage(`${where}: ${name} ${refusal}`);
    headers[name] = value;
  }
  return succeed(headers);
}

function usage(message: string, hint?: string): Result<never> {
  return fail(hint === undefined ? { code: 'usage', message } : { code: 'usage', message, hint });
}
