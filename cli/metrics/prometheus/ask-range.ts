import { type Problem, type Result, succeed } from '../../../api/index.ts';
import { type AskRange, looksLikeHtml, type RangeAnswer, type RangeQuery, shown } from '../../../planner/index.ts';
import type { HeaderSource, RequestHeaders } from './credentials.ts';
import { networkFailure } from './network-failure.ts';
import { readBody } from './read-body.ts';
import type { HttpFetch, HttpResponse } from './transport.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface PrometheusServer {
  /** Without a slash at its end. */
  readonly address: string;
  readonly headers: HeaderSource;
  readonly timeoutSeconds: number;
}

/** What asking needs of the outside world. */
export interface AskingMeans {
  readonly fetch: HttpFetch;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Largest answer that is read. */
  readonly mostBytes?: number;
}

/** Tries of one request. What the server would say the same again is not asked twice. */
const TRIES = 4;
/** The first pause is up to this long, each further one up to twice the one before. */
const FIRST_PAUSE_MS = 500;
/** Longest pause that a server may ask for with Retry-After. */
const LONGEST_PAUSE_MS = 30_000;
/** A week of minutes of all columns is about 10 MB. */
const MOST_BYTES = 128 * 1024 * 1024;
/** Clocks that differ by more would put load into other buckets than it belongs to. */
const MOST_SKEW_MS = 120_000;

type Attempt =
  | RangeAnswer
  /** Worth another try, after a pause that the server may have asked for. */
  | { readonly kind: 'again'; readonly problem: Problem; readonly pauseMs?: number };

/** Asks a server of Prometheus' HTTP API; every way in which it fails is one line. */
export function askRange(server: PrometheusServer, means: AskingMeans): AskRange {
  return async (query) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await askOnce(server, means, query);
      if (answer.kind !== 'again') return answer;
      const pauseMs = answer.pauseMs ?? means.random() * FIRST_PAUSE_MS * 2 ** (attempt - 1);
      if (attempt === TRIES || pauseMs > LONGEST_PAUSE_MS) return { kind: 'failed', problems: [answer.problem] };
      await means.sleep(pauseMs);
    }
  };
}

async function askOnce(server: PrometheusServer, means: AskingMeans, query: RangeQuery): Promise<Attempt> {
  const headers = await server.headers();
  if (!headers.ok) return { kind: 'failed', problems: headers.error };
  const signal = AbortSignal.timeout(server.timeoutSeconds * 1000);
  try {
    const response = await means.fetch(`${server.address}/api/v1/query_range`, {
      method: 'POST',
      headers: { ...headers.value, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: formOf(query, server.timeoutSeconds),
      signal,
      redirect: 'manual',
    });
    return await answerOf(response, server, means, headers.value);
  } catch (cause) {
    if (signal.aborted) {
      const hint = 'raise metrics.prometheus.timeoutSeconds, or ask for less with metrics.historyHours';
      return failed(server, `did not answer within ${server.timeoutSeconds} s`, hint);
    }
    const { message, hint, isWorthAnotherTry } = networkFailure(cause);
    const problem = problemOf(server, message, hint);
    return isWorthAnotherTry ? { kind: 'again', problem } : { kind: 'failed', problems: [problem] };
  }
}

/** Thanos leaves out what does not answer unless it is told not to, and takes coarser samples for long stretches. */
function formOf({ promql, firstEndMs, lastEndMs, stepSeconds }: RangeQuery, timeoutSeconds: number): string {
  return new URLSearchParams({
    query: promql,
    start: String(firstEndMs / 1000),
    end: String(lastEndMs / 1000),
    step: String(stepSeconds),
    timeout: `${timeoutSeconds}s`,
    partial_response: 'false',
    dedup: 'true',
    max_source_resolution: '0s',
  }).toString();
}

async function answerOf(
  response: HttpResponse,
  server: PrometheusServer,
  means: AskingMeans,
  sent: RequestHeaders,
): Promise<Attempt> {
  const { status, headers } = response;
  const mostBytes = means.mostBytes ?? MOST_BYTES;
  if (status >= 300 && status < 400) {
    await response.body?.[Symbol.asyncIterator]().return?.();
    return failed(server, `redirects (${status}) instead of answering`, 'check the address, and the token');
  }
  const announced = Number(headers.get('content-length') ?? 0);
  const body = announced > mostBytes ? ({ kind: 'too-large' } as const) : await readBody(response, mostBytes);
  if (announced > mostBytes) await response.body?.[Symbol.asyncIterator]().return?.();
  if (body.kind === 'too-large') {
    const hint = 'ask for less with metrics.historyHours, or for longer metrics.bucketSeconds';
    return failed(server, `answers with more than ${Math.floor(mostBytes / 1024 / 1024)} MB`, hint);
  }
  const text = body.kind === 'text' ? withoutSecrets(body.text, sent) : '';
  if (headers.get('content-type')?.includes('text/html') === true || looksLikeHtml(text)) {
    if (status < 400) return failed(server, 'is a login page, not Prometheus', 'check the token, and the address');
  }
  if (status !== 200) return refusalOf(status, headers, text, server, means.now());
  if (body.kind === 'not-text') return failed(server, 'sent an answer that is not UTF-8 text');
  const skew = clockSkew(headers, means.now());
  if (!skew.ok) return failed(server, skew.error, 'set both clocks; load would be counted at the wrong time');
  return { kind: 'body', text };
}

function refusalOf(
  status: number,
  headers: HttpResponse['headers'],
  text: string,
  server: PrometheusServer,
  now: Date,
): Attempt {
  const words = errorWords(text);
  const said = `answers ${status}${words === undefined ? '' : `: ${words}`}`;
  if (status === 422) {
    const reason = `Prometheus refuses the query (422)${words === undefined ? '' : `: ${words}`}`;
    return { kind: 'refused', reason };
  }
  if (status === 429 || status >= 500) {
    const problem = problemOf(server, said, 'nothing is planned; try again later');
    const pauseMs = retryAfterMs(headers.get('retry-after'), now);
    return { kind: 'again', problem, ...(pauseMs === undefined ? {} : { pauseMs }) };
  }
  return failed(server, said, STATUS_HINTS.get(status));
}

const STATUS_HINTS: ReadonlyMap<number, string> = new Map([
  [400, 'the server does not take this query; it must understand PromQL of Prometheus 2.26 or later'],
  [401, 'set PROMETHEUS_TOKEN, PROMETHEUS_TOKEN_FILE, or PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD'],
  [403, 'these credentials may not read metrics; several tenants need the header X-Scope-OrgID'],
  [
    404,
    "no Prometheus API is there; Mimir's address ends in /prometheus, VictoriaMetrics' in /select/<tenant>/prometheus",
  ],
]);

/** The server's own words, where it answered in the form of the API; a page of HTML says nothing that fits a line. */
function errorWords(text: string): string | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const error = typeof document === 'object' && document !== null ? Reflect.get(document, 'error') : undefined;
    return typeof error === 'string' && error !== '' ? shown(error) : undefined;
  } catch {
    const line = text.trim();
    return line === '' || looksLikeHtml(line) ? undefined : shown(line);
  }
}

/** Retry-After in seconds or as a date. */
function retryAfterMs(text: string | null, now: Date): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function clockSkew(headers: HttpResponse['headers'], now: Date): Result<void, string> {
  // What a cache kept has the date of when it was made.
  if (headers.get('age') !== null) return succeed(undefined);
  const skewMs = Date.parse(headers.get('date') ?? '') - now.getTime();
  if (!(Math.abs(skewMs) > MOST_SKEW_MS)) return succeed(undefined);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return { ok: false, error: `has a clock that is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's` };
}

function failed(server: PrometheusServer, message: string, hint?: string): RangeAnswer {
  return { kind: 'failed', problems: [problemOf(server, message, hint)] };
}

/** Of the address only the server is said: its path may hold a tenant. */
function problemOf({ address }: PrometheusServer, message: string, hint?: string): Problem {
  const problem: Problem = { code: 'unavailable', message: `Prometheus at ${new URL(address).origin} ${message}` };
  return hint === undefined ? problem : { ...problem, hint };
}
