import { fail, type Problem, type Result, succeed } from '../../../api/index.ts';

/** Where an address was read, in the words of a message. */
export type AddressOrigin = '--prometheus' | 'PROMETHEUS_URL' | 'metrics.prometheus.url';

/**
 * The address of a server, without a slash at its end. What may be a secret in it is refused: addresses get into logs and
 * process lists.
 */
export function serverAddress(text: string, origin: AddressOrigin): Result<string> {
  const refuse = (message: string, hint?: string): Result<never> => {
    const problem: Problem = { code: 'usage', path: origin, message };
    return fail(hint === undefined ? problem : { ...problem, hint });
  };
  const url = parse(text.trim());
  // The text itself is not repeated: a password may stand in it.
  if (url === undefined) return refuse('is no address', 'such as http://prometheus.monitoring:9090');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse('must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') {
    return refuse('has a user or a password in it', 'set PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD');
  }
  if (url.search !== '' || url.hash !== '') {
    return refuse('has a query or a fragment', 'set headers in PROMETHEUS_HEADERS, and labels in metrics.prometheus');
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api\/v1(\/query(_range)?)?$/, '');
  return succeed(`${url.origin}${path}`);
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
