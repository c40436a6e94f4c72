import { type Problem, singleLine } from '../../../api/index.ts';

/** Why a call did not succeed. */
export type Failure =
  /** GitHub said no. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** What it said, without addresses. */
      readonly message: string;
      /** The permission that it asks for, where it says so. */
      readonly permission: string | undefined;
    }
  /** It lets nobody go on for a while. */
  | { readonly kind: 'paused'; readonly seconds: number | undefined }
  /** There was no answer, or none that can be read: it may have done what it was asked, or not. */
  | { readonly kind: 'lost'; readonly message: string };

/** Longest piece of somebody else's text in a message. */
const MAX_QUOTE = 200;

/**
 * Reads what octokit threw. Its text is not passed on: it holds addresses, which may be of an internal network, and who
 * knows what a proxy put into the answer.
 */
export function failureOf(cause: unknown): Failure {
  const error = isRecord(cause) ? cause : {};
  const response = isRecord(error.response) ? error.response : undefined;
  const headers = isRecord(response?.headers) ? response.headers : isRecord(error.headers) ? error.headers : {};
  const graphql = Array.isArray(error.errors) && isRecord(error.errors[0]) ? error.errors[0] : undefined;
  const data = isRecord(response?.data) ? response.data : undefined;
  if (graphql !== undefined) return graphqlFailure(graphql, headers);
  const status = typeof error.status === 'number' ? error.status : undefined;
  if (error.message === 'GraphQL Rate Limit Exceeded') return paused(headers);
  // Without a response, octokit calls everything that fetch throws a 500.
  if (response === undefined || status === undefined || status >= 500 || status < 400) {
    return {
      kind: 'lost',
      message: status === undefined || response === undefined ? transportWords(cause) : `HTTP ${status}`,
    };
  }
  const message = messageOf(data);
  if ((status === 403 || status === 429) && isRateLimit(message, headers)) return paused(headers);
  const permission = headers['x-accepted-github-permissions'];
  return {
    kind: 'refused',
    status,
    message,
    permission: typeof permission === 'string' ? quote(permission) : undefined,
  };
}

function graphqlFailure(
  error: { readonly [key: string]: unknown },
  headers: { readonly [key: string]: unknown },
): Failure {
  const message = quote(typeof error.message === 'string' ? error.message : '');
  switch (error.type) {
    case 'RATE_LIMITED':
      return paused(headers);
    case 'NOT_FOUND':
      return { kind: 'refused', status: 404, message, permission: undefined };
    case 'FORBIDDEN':
    case 'INSUFFICIENT_SCOPES':
      return { kind: 'refused', status: 403, message, permission: undefined };
    default:
      // Its time-outs come without a type.
      return error.type === undefined
        ? { kind: 'lost', message: 'GraphQL failed' }
        : { kind: 'refused', status: 422, message, permission: undefined };
  }
}

function isRateLimit(message: string, headers: { readonly [key: string]: unknown }): boolean {
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit|abuse detection/i.test(message)
  );
}

function paused(headers: { readonly [key: string]: unknown }): Failure {
  const after = Number(headers['retry-after']);
  return { kind: 'paused', seconds: Number.isFinite(after) && after > 0 ? Math.ceil(after) : undefined };
}

/** What GitHub says of a refusal: its message, and the first detail of it. */
function messageOf(data: { readonly [key: string]: unknown } | undefined): string {
  const parts = [data?.message];
  const [first] = Array.isArray(data?.errors) ? data.errors : [];
  parts.push(isRecord(first) ? first.message : first);
  return quote(parts.filter((part) => typeof part === 'string').join(': '));
}

function transportWords(cause: unknown): string {
  for (let error = cause, depth = 0; isRecord(error) && depth < 5; error = error.cause, depth += 1) {
    if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
    if (typeof error.code === 'string' && /^[A-Z_]{3,40}$/.test(error.code)) return error.code;
  }
  return 'the connection failed';
}

/** Somebody else's words: on one line, short, and without anything that looks like an address or a token. */
export function quote(text: string): string {
  const plain = singleLine(text)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '…')
    .replace(/\b(gh[a-z]_|github_pat_|eyJ)[A-Za-z0-9_.-]+/g, '…')
    .replace(/\b(?:[a-z0-9-]+\.)+(?:internal|local|lan|corp|intranet)\b/gi, '…')
    .trim();
  return plain.length > MAX_QUOTE ? `${plain.slice(0, MAX_QUOTE)}…` : plain;
}

/** A failure in our words. */
export function githubProblem(what: string, failure: Failure): Problem {
  switch (failure.kind) {
    case 'lost':
      return {
        code: 'unavailable',
        message: `GitHub gave no answer to "${what}" that can be read: ${failure.message}`,
        hint: 'run the same command again: it goes on where this one stopped',
      };
    case 'paused':
      return {
        code: 'unavailable',
        message: `GitHub allows no more calls for now, and "${what}" was not done`,
        hint: `run the same command again in ${failure.seconds === undefined ? 'some minutes' : `${failure.seconds} seconds`}`,
      };
    case 'refused':
      return refusedProblem(what, failure);
  }
}

function refusedProblem(what: string, { status, message, permission }: Extract<Failure, { kind: 'refused' }>): Problem {
  const said = message === '' ? `HTTP ${status}` : `HTTP ${status}, "${message}"`;
  switch (status) {
    case 401:
      return {
        code: 'refused',
        message: `GitHub does not accept the token (${said})`,
        hint: 'it may have expired; docs/github.md says which one is needed',
      };
    case 403:
      return {
        code: 'refused',
        message: `GitHub does not let this token do "${what}" (${said})`,
        hint:
          FORBIDDEN.find(({ said }) => said.test(message))?.hint ??
          `it needs ${permission ?? 'contents: write and pull-requests: write'}; see docs/github.md`,
      };
    case 404:
      return {
        code: 'not-found',
        message: `GitHub has nothing to do "${what}" with (${said})`,
        hint: 'check the name of the repository, and that the token may see it',
      };
    case 422:
      if (/permissions requested are not granted/i.test(message)) {
        return {
          code: 'refused',
          message: `GitHub does not give the App's installation what a proposal needs (${said})`,
          hint: 'grant the App Contents and Pull requests, read and write, and accept that for the installation',
        };
      }
      return { code: 'refused', message: `GitHub refused "${what}" (${said})` };
    default:
      return { code: 'refused', message: `GitHub refused "${what}" (${said})` };
  }
}

/** What a 403 says where it is no permission of the token that is missing. */
const FORBIDDEN: readonly { readonly said: RegExp; readonly hint: string }[] = [
  {
    said: /not permitted to create or approve pull requests/i,
    hint: 'switch on "Allow GitHub Actions to create and approve pull requests" in the settings, or use the token of an App',
  },
  { said: /SAML/i, hint: "authorize the token for the organization's single sign-on" },
  { said: /archived/i, hint: 'the repository is archived, and takes no proposals' },
];

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
