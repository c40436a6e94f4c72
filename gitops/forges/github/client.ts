import { createAppAuth } from '@octokit/auth-app';
import { GraphqlResponseError } from '@octokit/graphql';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type * as z from 'zod';
import { type Result, succeed } from '../../../api/index.ts';
import type { GitHubConnection } from './connection.ts';
import { type Failure, failureOf, githubProblem } from './failure.ts';
import { excessWords, type Scopes, scopesOf } from './scopes.ts';

/** One repository of GitHub, and calls whose answers are checked before anybody trusts them. */
export interface GitHubClient {
  readonly owner: string;
  readonly repo: string;
  readonly log: (line: string) => void;
  /** Of the token, as the answers so far have told. */
  readonly scopes: () => Scopes | undefined;
  /** A REST call, made again where its answer cannot be read. */
  rest<T>(schema: z.ZodType<T>, call: RestCall): Promise<Result<T, Failure>>;
  /** One that must not be made twice on a guess: no retry, whatever happens. */
  restOnce<T>(schema: z.ZodType<T>, call: RestCall): Promise<Result<T, Failure>>;
  graphql<T>(schema: z.ZodType<T>, document: string, variables: Variables): Promise<Result<T, Failure>>;
  /** Mutations of which a later one may fail: what the schema asks for must have been done. */
  graphqlPart<T>(schema: z.ZodType<T>, document: string, variables: Variables): Promise<Result<T, Failure>>;
}

/** `once` is octokit's option for a call without retries. */
export type RestCall = (
  octokit: Octokit,
  once: { readonly request?: { readonly retries: 0 } },
) => Promise<{ readonly data: unknown }>;

export type Variables = { readonly [name: string]: unknown };

const REQUEST_TIMEOUT_MS = 30_000;

/** Longest that we sit still because GitHub asks to; whoever runs us can wait longer. */
const MAX_WAIT_SECONDS = 120;

/**
 * Answers that another try does not change. 405 and 409 are how GitHub says that somebody was faster, and 403 and 429 belong
 * to the throttling.
 */
const FINAL_STATUSES = [400, 401, 403, 404, 405, 409, 410, 422, 429, 451];

const PacedOctokit = Octokit.plugin(retry, throttling);

/** @returns a problem where the App's key gives no token. */
export async function githubClient(connection: GitHubConnection): Promise<Result<GitHubClient>> {
  const token = await tokenOf(connection);
  if (!token.ok) return { ok: false, error: [githubProblem('give the App a token', token.error)] };
  const octokit = pacedOctokit(connection, token.value);
  let scopes: Scopes | undefined;
  octokit.hook.after('request', ({ headers }) => {
    if (scopes !== undefined) return;
    scopes = scopesOf(headers['x-oauth-scopes']);
    const excess = excessWords(scopes);
    if (excess !== undefined) connection.log(excess);
  });
  const { owner, name: repo } = connection.repository;
  const rest = async <T>(schema: z.ZodType<T>, call: RestCall, attempts: 1 | 2): Promise<Result<T, Failure>> => {
    const once = attempts === 1 ? ({ request: { retries: 0 } } as const) : {};
    return checked(schema, async () => (await call(octokit, once)).data, attempts);
  };
  return succeed({
    ...{ owner, repo, log: connection.log, scopes: () => scopes },
    rest: (schema, call) => rest(schema, call, 2),
    restOnce: (schema, call) => rest(schema, call, 1),
    graphql: (schema, document, variables) => checked(schema, () => octokit.graphql(document, { ...variables }), 2),
    graphqlPart: (schema, document, variables) =>
      checked(schema, () => octokit.graphql(document, { ...variables }).catch(doneInPart), 2),
  });
}

function pacedOctokit(connection: GitHubConnection, token: string | undefined): Octokit {
  const { secondMs = 1_000 } = connection;
  return new PacedOctokit({
    ...(token === undefined ? {} : { auth: token }),
    baseUrl: connection.apiUrl.replace(/\/+$/, ''),
    userAgent: 'dynamo-gitops',
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    request: { fetch: withTimeout(connection.fetch) },
    retry: { doNotRetry: FINAL_STATUSES, retries: 3, retryAfterBaseValue: secondMs },
    throttle: {
      enabled: secondMs > 0,
      retryAfterBaseValue: secondMs,
      onRateLimit: (seconds, _options, _octokit, retries) => mayWait(connection, seconds, retries),
      onSecondaryRateLimit: (seconds, _options, _octokit, retries) => mayWait(connection, seconds, retries),
    },
  });
}

async function checked<T>(
  schema: z.ZodType<T>,
  call: () => Promise<unknown>,
  attempts: number,
): Promise<Result<T, Failure>> {
  let failure: Failure = { kind: 'lost', message: '' };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    let answer: unknown;
    try {
      answer = await call();
    } catch (cause) {
      return { ok: false, error: failureOf(cause) };
    }
    const parsed = schema.safeParse(answer);
    if (parsed.success) return succeed(parsed.data);
    const [issue] = parsed.error.issues;
    failure = { kind: 'lost', message: `it is not what GitHub documents, at "${issue?.path.join('.') ?? ''}"` };
  }
  return { ok: false, error: failure };
}

function doneInPart(cause: unknown): unknown {
  if (cause instanceof GraphqlResponseError && cause.data !== null && cause.data !== undefined) return cause.data;
  throw cause;
}

/** Once, and only for as long as somebody would watch. */
function mayWait(connection: GitHubConnection, seconds: number, retries: number): boolean {
  const waits = retries === 0 && seconds <= MAX_WAIT_SECONDS;
  connection.log(
    waits
      ? `GitHub asks to wait ${seconds} seconds`
      : `GitHub asks to wait ${seconds} seconds, which is left to the next run`,
  );
  return waits;
}

/** An App's token is asked for with no more than a proposal needs, and lives for an hour: longer than any run. */
async function tokenOf(connection: GitHubConnection): Promise<Result<string, Failure>> {
  const { credential, repository } = connection;
  if (credential.kind === 'token') return succeed(credential.token);
  const { appId, installationId, privateKey } = credential;
  try {
    const { request } = pacedOctokit(connection, undefined);
    const authenticate = createAppAuth({ appId, installationId, privateKey, request });
    const { token } = await authenticate({
      type: 'installation',
      repositoryNames: [repository.name],
      permissions: { contents: 'write', pull_requests: 'write' },
    });
    return succeed(token);
  } catch (cause) {
    return { ok: false, error: failureOf(cause) };
  }
}

function withTimeout(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
}

function nothing(): void {}
