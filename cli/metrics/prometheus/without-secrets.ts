import type { RequestHeaders } from './credentials.ts';

/** Headers that carry credentials, by name. */
const SECRET_NAME = /auth|token|secret|cookie|password|key/i;
/** Shorter ones would be found where they are not, and are no secrets. */
const SHORTEST_SECRET = 6;

/**
 * An answer without the credentials that the request carried. Gateways repeat the headers of what they refuse, and a
 * server's words get into logs, into plans and into merge requests.
 */
export function withoutSecrets(text: string, headers: RequestHeaders): string {
  const secrets = Object.entries(headers)
    .filter(([name]) => SECRET_NAME.test(name))
    .flatMap(([, value]) => formsOf(value))
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    // The longest first, since one may be a part of another.
    .sort((a, b) => b.length - a.length);
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

/** The credentials themselves are what stands behind `Bearer` or `Basic`, and the latter hides a password. */
function formsOf(value: string): readonly string[] {
  const [, scheme = '', credentials] = /^(\S+)\s+(\S+)$/.exec(value) ?? [];
  if (credentials === undefined) return [value];
  if (scheme.toLowerCase() !== 'basic') return [value, credentials];
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  return [value, credentials, pair.slice(pair.indexOf(':') + 1)];
}
