/** What can happen to one request. */
export const FAULTS = {
  'a time-out': async () => {
    throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  },
  'a reset connection': async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  },
  'a lost answer': async (send) => {
    await (await send()).arrayBuffer();
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
    });
  },
  'a lost answer, and a 500 in its place': async (send) => {
    await (await send()).arrayBuffer();
    return json(500, { message: 'Server Error' });
  },
  'a truncated answer': async (send) => {
    const response = await send();
    const text = await response.text();
    return new Response(text.slice(0, Math.floor(text.length / 2)), {
      status: response.status,
      headers: { 'content-type': 'application/json' },
    });
  },
  'a 500': async () => json(500, { message: 'Server Error' }),
  'a 502 of a proxy, in HTML': async () =>
    new Response('<html>Bad gateway at cache.corp.example</html>', {
      status: 502,
      headers: { 'content-type': 'text/html' },
    }),
  'a 403 with retry-after': async () =>
    json(403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '60' }),
  'a 409': async () => json(409, { message: 'Conflict' }),
  'a 422': async () => json(422, { message: 'Validation Failed' }),
} as const satisfies { readonly [name: string]: Fault };

export type FaultName = keyof typeof FAULTS;
type Fault = (send: () => Promise<Response>) => Promise<Response>;

export function json(status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}

/** A fetch with a fault at some of its requests, counted from 0. */
export function faultyFetch(
  fault: FaultName,
  isHit: (request: number) => boolean,
  fetch: typeof globalThis.fetch,
): { readonly fetch: typeof globalThis.fetch; readonly requests: () => number } {
  let count = 0;
  return {
    fetch: async (input, init) => {
      const request = count;
      count += 1;
      const send = (): Promise<Response> => fetch(input, init);
      return isHit(request) ? FAULTS[fault](send) : send();
    },
    requests: () => count,
  };
}
