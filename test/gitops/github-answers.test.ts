import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { formatProblem, type Result } from '../../api/index.ts';
import * as queries from '../../gitops/forges/github/queries/index.ts';
import {
  type AutoMergeRequest,
  type BranchView,
  type Forge,
  type GitHubConnection,
  githubForge,
  parseGitHubRemote,
  parseRepository,
} from '../../gitops/index.ts';
import { json } from './github/faults.ts';
import { loadGraphqlSchema } from './github/graphql-api.ts';
import { chatPlan, DGD, manifestOf, NOW } from './sandbox.ts';

/** What GitHub answers that no emulator does, made by hand: each test says what comes to its calls, in order. */
type Reply = Response | Error | ((call: Call) => Response);
interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: { readonly [field: string]: unknown } | undefined;
}

const BRANCH = 'dynamo-gitops/prod/chat';
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB';
const MORE = chatPlan({ prefill: 3, decode: 6 });
const sha = (letter: string): string => letter.repeat(40);

function scripted(replies: readonly Reply[]): { readonly fetch: typeof globalThis.fetch; readonly calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    fetch: async (input, init) => {
      const { pathname, search } = new URL(String(input));
      const call: Call = {
        method: init?.method ?? 'GET',
        path: decodeURIComponent(pathname + search),
        headers: new Headers(init?.headers),
        body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      };
      calls.push(call);
      const reply = replies[calls.length - 1] ?? json(500, { message: `nothing is planned for call ${calls.length}` });
      if (reply instanceof Error) throw reply;
      return typeof reply === 'function' ? reply(call) : reply;
    },
  };
}

async function connected(
  replies: readonly Reply[],
  more: Partial<GitHubConnection> = {},
): Promise<{ readonly forge: Forge; readonly calls: readonly Call[]; readonly log: readonly string[] }> {
  const { fetch, calls } = scripted(replies);
  const log: string[] = [];
  const forge = await githubForge({
    ...{ apiUrl: 'https://ghe.corp.internal/api/v3', repository: { owner: 'acme', name: 'infra' } },
    ...{ credential: { kind: 'token', token: TOKEN }, fetch, log: (line: string) => log.push(line), secondMs: 0 },
    ...more,
  });
  if (!forge.ok) throw new Error(forge.error.map(formatProblem).join('\n'));
  return { forge: forge.value, calls, log };
}

function complaints(result: Result<unknown>): readonly string[] {
  return result.ok ? [] : result.error.map(formatProblem);
}

/** The state of a repository in which nothing was proposed yet. */
function state(more: object = {}): Response {
  return json(200, {
    data: {
      repository: {
        id: 'R_1',
        isPrivate: true,
        base: { target: { oid: sha('a'), tree: { oid: sha('b') } } },
        head: null,
        past: { nodes: [] },
        ...more,
      },
    },
  });
}

const VIEW: BranchView = {
  base: { branch: 'main', commit: sha('a'), files: new Map() },
  head: { branch: BRANCH, commit: undefined, files: new Map() },
  ...{ open: undefined, merged: undefined, rejected: undefined, obstacle: undefined },
  isOrphan: false,
};
const PROPOSAL = {
  ...{ view: VIEW, title: 't', body: 'b', commitMessage: `m\n\nPlan-Id: ${MORE.digest}\n`, changes: [], diff: '' },
  ...{ planDigest: MORE.digest, plannedAt: MORE.createdAt, expiresAt: MORE.expiresAt, at: NOW },
  files: [{ file: DGD, bytes: Buffer.from(manifestOf('chat', { prefill: 3, decode: 4 })) }],
};
const PULL = {
  ...{ number: 7, html_url: 'https://ghe.example/acme/infra/pull/7', title: 't', body: '' },
  ...{ created_at: '2026-09-19T10:00:00Z', updated_at: '2026-09-19T10:00:00Z' },
};
/** What GitHub merges by itself: nothing. */
const BY_PEOPLE = { author: null, autoMergeRequest: null, mergeQueueEntry: null };
const LABELS = [{ name: 'dynamo-gitops' }];
/** What comes before the ref: state, tree and commit. */
const COMMITTED: readonly Reply[] = [
  state(),
  json(201, { sha: sha('c') }),
  json(201, { sha: sha('d'), verification: { verified: true } }),
];
const REF = json(201, { object: { sha: sha('d') } });

/** Answers are read once. */
function fresh(replies: readonly Reply[]): readonly Reply[] {
  return replies.map((reply) => (reply instanceof Response ? reply.clone() : reply));
}

describe('a proposal at GitHub', () => {
  test('says whether GitHub calls its commit verified', async () => {
    const { forge, calls } = await connected(fresh([...COMMITTED, REF, json(201, PULL), json(200, LABELS)]));
    const written = await forge.write(PROPOSAL);
    expect(complaints(written)).toEqual([]);
    expect(written.ok && written.value).toMatchObject({ number: 7, isVerified: true, url: PULL.html_url });
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/graphql',
      'POST /api/v3/repos/acme/infra/git/trees',
      'POST /api/v3/repos/acme/infra/git/commits',
      'POST /api/v3/repos/acme/infra/git/refs',
      'POST /api/v3/repos/acme/infra/pulls',
      'POST /api/v3/repos/acme/infra/issues/7/labels',
    ]);
    expect(calls.every(({ headers }) => headers.get('authorization') === `token ${TOKEN}`)).toBe(true);
  });

  test('is found where GitHub says that there is one already', async () => {
    const exists = json(422, {
      message: 'Validation Failed',
      errors: [
        { resource: 'PullRequest', code: 'custom', message: `A pull request already exists for acme:${BRANCH}.` },
      ],
    });
    const found = { ...PULL, base: { ref: 'main' }, head: { ref: BRANCH, label: `acme:${BRANCH}` } };
    const { forge, calls } = await connected(
      fresh([...COMMITTED, REF, exists, json(200, [found]), json(200, PULL), json(200, LABELS)]),
    );
    expect(complaints(await forge.write(PROPOSAL))).toEqual([]);
    expect(calls.slice(4).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v3/repos/acme/infra/pulls',
      `GET /api/v3/repos/acme/infra/pulls?head=acme:${BRANCH}&base=main&state=open&per_page=10`,
      'PATCH /api/v3/repos/acme/infra/pulls/7',
      'POST /api/v3/repos/acme/infra/issues/7/labels',
    ]);
  });

  test('without commits between is refused in GitHub’s words', async () => {
    const nothing = json(422, { message: 'Validation Failed', errors: [{ message: 'No commits between main and x' }] });
    const { forge } = await connected(fresh([...COMMITTED, REF, nothing, json(200, [])]));
    expect(complaints(await forge.write(PROPOSAL))).toEqual([
      'GitHub refused "open the pull request" (HTTP 422, "Validation Failed: No commits between main and x")',
    ]);
  });

  test('whose labels the token may not make is opened, noted as such, and not tried again', async () => {
    const forbidden = json(403, { message: 'Resource not accessible by integration' });
    const { forge, calls, log } = await connected(
      fresh([...COMMITTED, REF, json(201, PULL), forbidden, json(200, PULL)]),
    );
    expect(complaints(await forge.write(PROPOSAL))).toEqual([]);
    expect(log).toEqual(['#7 has not all of its labels: create them once by hand, or give the token issues: write']);
    const body = String(calls.at(-1)?.body?.body);
    expect(body).toContain(`<!-- dynamo-gitops:commit ${sha('d')} labels refused -->`);

    const { message } = calls[2]?.body ?? {};
    const tip = { oid: sha('d'), message, tree: { oid: sha('c') }, signature: { isValid: true } };
    const node = {
      ...{ id: 'PR_7', number: 7, state: 'OPEN', title: 't', body, url: PULL.html_url, baseRefName: 'main' },
      ...{
        isCrossRepository: false,
        createdAt: PULL.created_at,
        updatedAt: PULL.updated_at,
        labels: { nodes: [] },
        comments: { totalCount: 0 },
      },
      ...{ comments: { totalCount: 0 }, ...BY_PEOPLE },
      commits: { nodes: [{ commit: tip }] },
    };
    const later = await connected([state({ head: { target: tip, associatedPullRequests: { nodes: [node] } } })]);
    const view = await later.forge.view({ base: 'main', head: BRANCH, files: [] });
    expect(view.ok && view.value.open).toMatchObject({
      ...{ isComplete: true, mergeRequest: { planDigest: MORE.digest, isVerified: true } },
    });
  });

  test('of a fork is not taken for ours', async () => {
    const theirs = {
      ...{ id: 'PR_9', number: 9, state: 'CLOSED', title: 't', body: '', url: 'u', baseRefName: 'main' },
      ...{
        isCrossRepository: true,
        createdAt: '',
        updatedAt: '',
        labels: null,
        commits: { nodes: [] },
        comments: { totalCount: 0 },
      },
      ...BY_PEOPLE,
    };
    const { forge } = await connected([state({ past: { nodes: [theirs] } })]);
    const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
    expect(view.ok && view.value).toMatchObject({ open: undefined, merged: undefined, rejected: undefined });
  });

  test('with a text that is longer than GitHub takes is cut after a line', async () => {
    const { forge, calls } = await connected(fresh([...COMMITTED, REF, json(201, PULL), json(200, LABELS)]));
    const body = Array.from({ length: 9_000 }, (_, line) => `line ${line} …`).join('\n');
    await forge.write({ ...PROPOSAL, body, title: 'x'.repeat(400) });
    const sent = String(calls[4]?.body?.body);
    expect(sent.length).toBeLessThanOrEqual(65_536);
    expect(sent).toMatch(new RegExp(`line \\d+ …\\n\\n<!-- dynamo-gitops:commit ${sha('d')} -->\\n$`));
    expect(String(calls[4]?.body?.title)).toHaveLength(255);
  });

  test('whose files are not UTF-8 is refused before anything is written', async () => {
    const { forge, calls } = await connected([state()]);
    const files = [{ file: DGD, bytes: Buffer.from([0xff, 0xfe, 0x00]) }];
    expect(complaints(await forge.write({ ...PROPOSAL, files }))).toEqual([
      `${DGD}: is not UTF-8, so its content cannot be sent`,
    ]);
    expect(calls).toHaveLength(1);
  });
});

describe('the branch of a pull request', () => {
  const pull = (more: object = {}): Response => {
    const repo = { id: 1 };
    return json(200, { state: 'open', head: { ref: BRANCH, repo }, base: { ref: 'main', repo }, ...more });
  };

  test('is told while it is open, and of this repository', async () => {
    const { forge, calls } = await connected([pull()]);
    expect(await forge.branchOf(7)).toEqual({ ok: true, value: BRANCH });
    expect(calls[0]).toMatchObject({ method: 'GET', path: '/api/v3/repos/acme/infra/pulls/7' });
  });

  test.each([
    [pull({ state: 'closed' }), '#7 is closed already'],
    [pull({ head: { ref: BRANCH, repo: { id: 2 } } }), '#7 is of another repository'],
    [pull({ head: { ref: BRANCH, repo: null } }), '#7 is of another repository'],
    [json(404, { message: 'Not Found' }), 'GitHub has nothing to do "read #7" with (HTTP 404, "Not Found")'],
  ])('is none where it is not', async (reply, message) => {
    const { forge } = await connected([reply]);
    const [line] = complaints(await forge.branchOf(7));
    expect(line?.startsWith(message)).toBe(true);
  });
});

describe('the comment on a proposal', () => {
  const about = (reason: string): string => `<!-- dynamo-gitops:outcome:v1 id=prod/chat about=${reason} -->\n\nx\n`;
  const comment = { number: 7, markdown: about('new'), onlyReplaces: false, mayExist: true, at: NOW };
  const page = (nodes: readonly object[], endCursor: string | null = null): Response =>
    json(200, {
      data: {
        repository: { pullRequest: { comments: { pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes } } },
      },
    });
  const theirs = { id: 'IC_1', body: about('old'), viewerDidAuthor: false };
  const ours = { id: 'IC_2', body: about('old'), viewerDidAuthor: true };

  test('is the one that we wrote, on whatever page, and not one that somebody copied it into', async () => {
    const updated = json(200, { data: { updateIssueComment: { issueComment: { id: 'IC_2' } } } });
    const found = await connected([page([theirs], 'p2'), page([ours]), updated]);
    expect(await found.forge.comment(comment)).toEqual({ ok: true, value: 'written' });
    expect(found.calls[1]?.body?.variables).toMatchObject({ number: 7, after: 'p2' });
    expect(found.calls[2]?.body?.variables).toEqual({ id: 'IC_2', body: comment.markdown });

    const copied = await connected([page([theirs]), json(201, { id: 3 })]);
    expect(await copied.forge.comment(comment)).toEqual({ ok: true, value: 'written' });
    expect(copied.calls[1]).toMatchObject({
      ...{ method: 'POST', path: '/api/v3/repos/acme/infra/issues/7/comments', body: { body: comment.markdown } },
    });
  });

  test('is looked for before it is made again where the answer was lost', async () => {
    const lost = (): Reply => new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
    const made = { ...ours, body: comment.markdown };
    const { forge, calls } = await connected([lost(), page([made])]);
    expect(await forge.comment({ ...comment, mayExist: false })).toEqual({ ok: true, value: 'unchanged' });
    expect(calls.map(({ path }) => path.split('/').at(-1))).toEqual(['comments', 'graphql']);
    const twice = await connected([lost(), page([]), lost()]);
    expect(complaints(await twice.forge.comment({ ...comment, mayExist: false }))).toEqual([
      expect.stringContaining('GitHub gave no answer to "comment on the pull request" that can be read: ECONNRESET'),
    ]);
  });

  test('that GitHub does not take is noted, and stands in nobody’s way', async () => {
    const locked = json(403, { message: 'Unable to create comment because issue is locked.' });
    const { forge, log } = await connected([page([]), locked]);
    expect(await forge.comment(comment)).toEqual({ ok: true, value: 'refused' });
    expect(log.join()).toMatch(/^#7 has no comment on what became of it: .*issue is locked/);
  });
});

describe('auto-merge', () => {
  const request: AutoMergeRequest = {
    mergeRequest: {
      ...{ number: 7, base: { branch: 'main', commit: sha('a') }, head: { branch: BRANCH, commit: sha('d') } },
    },
    ...{ method: 'squash', headline: 'scale(prod/chat): decode 4→6', trailers: 'Plan-Id: sha256:…' },
  };
  const pull = (more: object = {}): Response =>
    json(200, {
      data: {
        repository: {
          pullRequest: { id: 'PR_7', headRefOid: sha('d'), autoMergeRequest: null, isInMergeQueue: false, ...more },
        },
      },
    });
  const on = (): Response => json(200, { data: { done: { clientMutationId: null } } });
  const no = (message: string): Response =>
    json(200, { data: { done: null }, errors: [{ type: 'UNPROCESSABLE', path: ['done'], message }] });

  test('is switched on for one commit, and the base’s commit says which plan it is of', async () => {
    const { forge, calls } = await connected([pull(), on()]);
    expect(await forge.mergeByItself(request)).toEqual({ ok: true, value: { kind: 'on' } });
    expect(calls[1]?.body?.variables).toEqual({
      ...{ id: 'PR_7', head: sha('d'), mergeMethod: 'SQUASH' },
      ...{ headline: 'scale(prod/chat): decode 4→6 (#7)', body: 'Plan-Id: sha256:…' },
    });
  });

  test('waits in front of a queue that takes only what may be merged at once', async () => {
    const { forge, calls } = await connected([pull(), no('Pull request is not mergeable'), on()]);
    expect(await forge.mergeByItself({ ...request, method: 'queue' })).toEqual({ ok: true, value: { kind: 'on' } });
    expect(calls[1]?.body?.query).toMatch(/^\s*mutation Enqueue\(/);
    expect(calls[2]?.body?.variables).toEqual({ id: 'PR_7', head: sha('d') });
  });

  test.each([
    ['Pull request Pull request is in clean status', /^nothing that "main" requires is missing/],
    ['Pull request Pull request is in unstable status', /^checks that "main" does not require are running/],
    ['Auto merge is not allowed for this repository', /^the settings of the repository do not allow auto-merge$/],
    ['Pull request Protected branch rules not configured for this branch', /^"main" requires nothing of a merge/],
    ['Something else, see https://ghe.corp.internal/x', /^GitHub says "Something else, see …"$/],
  ])('that GitHub refuses leaves the pull request to people: %s', async (message, expected) => {
    const { forge } = await connected([pull(), no(message)]);
    const outcome = await forge.mergeByItself(request);
    expect(outcome).toEqual({ ok: true, value: { kind: 'refused', reason: expect.stringMatching(expected) } });
  });

  test('is not switched on where the branch has moved', async () => {
    for (const replies of [[pull({ headRefOid: sha('e') })], [pull(), no('Head branch was modified. Review it.')]]) {
      const { forge } = await connected(replies);
      const outcome = await forge.mergeByItself(request);
      expect(outcome.ok ? [] : outcome.error.map(({ code }) => code)).toEqual(['conflict']);
    }
  });

  test('whose answer is lost is looked up before it is asked for again', async () => {
    const lost = new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
    const done = pull({ autoMergeRequest: { enabledAt: '2026-09-19T10:00:00Z' } });
    const { forge, calls } = await connected([pull(), lost, lost, lost, lost, done]);
    expect(await forge.mergeByItself(request)).toEqual({ ok: true, value: { kind: 'on' } });
    expect(calls).toHaveLength(6);
  });
});

test('every document of GraphQL is one of GitHub’s published schema', () => {
  const schema = loadGraphqlSchema();
  const documents = Object.values(queries).filter((value) => typeof value === 'string');
  const built = queries.commitFilesQuery(3, { texts: true, entries: true });
  expect(documents.length).toBeGreaterThan(8);
  for (const document of [...documents, built]) {
    expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
  }
});

describe('a comparison', () => {
  const view: BranchView = { ...VIEW, head: { ...VIEW.head, commit: sha('d') } };
  const entry = (path: string, letter: string, type = 'blob', mode = type === 'tree' ? '040000' : '100644') => ({
    ...{ path, type, mode, sha: sha(letter) },
  });
  const tree = (...entries: readonly object[]): Response =>
    json(200, { sha: sha('0'), truncated: false, tree: entries });
  const cut = (): Response => json(200, { sha: sha('0'), truncated: true, tree: [] });
  const start: readonly Reply[] = [
    json(200, { merge_base_commit: { commit: { tree: { sha: sha('1') } } } }),
    json(200, { sha: sha('d'), tree: { sha: sha('2') } }),
  ];

  test('of trees that are listed whole tells what is new, gone, other or of another mode', async () => {
    const before = tree(entry('a', '3'), entry('b', '4'), entry('c', '5'), entry('f', '6', 'tree'), entry('f/x', '7'));
    const after = tree(entry('a', '3'), entry('b', '8'), entry('c', '5', 'blob', '100755'), entry('d', '9'));
    const { forge, calls } = await connected(fresh([...start, before, after]));
    expect(await forge.changedFiles(view)).toEqual({ ok: true, value: ['b', 'c', 'd', 'f/x'] });
    expect(calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET']);
  });

  test('of trees that are too large looks into the folders that differ, and no other', async () => {
    const { forge, calls } = await connected(
      fresh([
        ...[...start, cut(), cut()],
        ...[tree(entry('same', '3', 'tree'), entry('x', '4', 'tree'), entry('y', '5'))],
        ...[tree(entry('same', '3', 'tree'), entry('x', '6', 'tree'), entry('y', '7', 'tree'))],
        // y, which was a file and is a folder now; then x.
        ...[tree(entry('new', '8'))],
        ...[tree(entry('a', '9'), entry('b', 'a')), tree(entry('a', '9'), entry('b', 'b'))],
      ]),
    );
    expect(await forge.changedFiles(view)).toEqual({ ok: true, value: ['x/b', 'y', 'y/new'] });
    expect(calls).toHaveLength(9);
    expect(calls.some(({ path }) => path.includes(sha('3')))).toBe(false);
  });

  test('of trees that no call lists ends in one line', async () => {
    const { forge } = await connected(fresh([...start, cut(), cut(), cut(), cut()]));
    expect(complaints(await forge.changedFiles(view))).toEqual([
      'the branch differs from its base in more than GitHub lists, so it cannot be compared',
    ]);
  });
});

describe('a refusal', () => {
  test.each([405, 409])('with %i is never tried again', async (status) => {
    const refused = json(status, { message: 'Base branch was modified' });
    const { forge, calls } = await connected(fresh([...COMMITTED, refused, json(404, { message: 'Not Found' })]));
    expect(complaints(await forge.write(PROPOSAL))).toEqual([
      `GitHub refused "move the branch" (HTTP ${status}, "Base branch was modified")`,
    ]);
    expect(calls.map(({ path }) => path.split('/').at(-1))).toEqual(['graphql', 'trees', 'commits', 'refs', 'chat']);
  });

  test('of a move that is no fast-forward is a lost race', async () => {
    const message = `m\n\nPlan-Id: ${MORE.digest}\nPlanner-Base: ${sha('a')}\nPlanner-Tree: ${sha('f')}\n`;
    const target = { oid: sha('e'), message, tree: { oid: sha('f') }, signature: null };
    const head = { target, associatedPullRequests: { nodes: [] } };
    const { forge, calls } = await connected([
      state({ head }),
      json(201, { sha: sha('c') }),
      json(201, { sha: sha('d') }),
      json(422, { message: 'Update is not a fast forward' }),
      json(200, { object: { sha: sha('9') } }),
    ]);
    const written = await forge.write({ ...PROPOSAL, view: { ...VIEW, head: { ...VIEW.head, commit: sha('e') } } });
    expect(written.ok ? [] : written.error.map(({ code }) => code)).toEqual(['conflict']);
    expect(calls[2]?.body?.parents).toEqual([sha('e')]);
    expect(calls[3]).toMatchObject({ method: 'PATCH', body: { sha: sha('d'), force: false } });
  });

  test.each([
    [401, 'Bad credentials', {}, /^GitHub does not accept the token .*Bad credentials.*may have expired/],
    [403, 'Resource not accessible by integration', {}, /it needs contents: write and pull-requests: write/],
    [403, 'Forbidden', { 'x-accepted-github-permissions': 'contents=write' }, /it needs contents=write/],
    [403, 'GitHub Actions is not permitted to create or approve pull requests.', {}, /switch on "Allow GitHub Actions/],
    [403, 'Resource protected by organization SAML enforcement.', {}, /authorize the token for the organization/],
    [403, 'Repository was archived so is read-only.', {}, /takes no proposals/],
    [422, 'The permissions requested are not granted to this installation.', {}, /grant the App Contents and Pull/],
    [404, 'Not Found', {}, /check the name of the repository/],
    [451, `see https://ghe.corp.internal/x?token=${TOKEN} or ${TOKEN} on db.corp.internal`, {}, /"see … or … on …"/],
  ])('with %i is one line that says what to do: %s', async (status, message, headers, expected) => {
    const { forge } = await connected([state(), json(status, { message }, headers)]);
    const [line, ...more] = complaints(await forge.write(PROPOSAL));
    expect(more).toEqual([]);
    expect(line).toMatch(expected);
    expect(line).not.toMatch(/internal\/|ghp_|https?:|\n/);
  });

  test('of GraphQL that names nothing, or is no JSON, is one line too', async () => {
    const missing = { data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve' }] };
    const none = await connected([json(200, missing)]);
    expect(complaints(await none.forge.view({ base: 'main', head: BRANCH, files: [] }))).toEqual([
      'GitHub has nothing to do "read the proposal" with (HTTP 404, "Could not resolve") (check the name of the repository, and that the token may see it)',
    ]);
    const login = new Response('<html>Log in at https://sso.corp.internal</html>', {
      headers: { 'content-type': 'text/html' },
    });
    const html = await connected([login, login.clone()]);
    const [line] = complaints(await html.forge.view({ base: 'main', head: BRANCH, files: [] }));
    expect(line).toMatch(/^GitHub gave no answer to "read the proposal" that can be read: /);
    expect(line).not.toMatch(/sso|https/);
  });
});

describe('a classic token', () => {
  const withScopes = (reply: Response, scopes: string): Response => {
    reply.headers.set('x-oauth-scopes', scopes);
    return reply;
  };

  test.each([
    ['read:user, gist', { isPrivate: true }, 'the token has the scopes read:user, gist, and a proposal needs "repo"'],
    ['public_repo', { isPrivate: true }, 'the token has the scopes public_repo, and a proposal needs "repo"'],
    ['gist', { isPrivate: false }, 'the token has the scopes gist, and a proposal needs "public_repo"'],
  ])('with the scopes "%s" is refused before anything is written', async (scopes, repository, message) => {
    const { forge, calls } = await connected([withScopes(state(repository), scopes)]);
    const [line] = complaints(await forge.write(PROPOSAL));
    expect(line).toBe(
      `${message}; nothing was written (a fine-grained token of this one repository is better; docs/github.md says what it must be allowed to do)`,
    );
    expect(calls).toHaveLength(1);
  });

  test('that is enough is used, and what it may do besides is said once', async () => {
    const [first = state(), ...rest] = fresh([...COMMITTED, REF, json(201, PULL), json(200, LABELS)]);
    const scopes = 'admin:org, repo, workflow, evil`scope';
    const { forge, log } = await connected([withScopes(first as Response, scopes), ...rest]);
    expect(complaints(await forge.write(PROPOSAL))).toEqual([]);
    expect(log).toEqual([
      'the token may do more than a proposal needs: admin:org, workflow; docs/github.md says which one does not',
    ]);
    const open = await connected([
      withScopes(state({ isPrivate: false }), 'public_repo'),
      ...fresh([...COMMITTED.slice(1), REF, json(201, PULL), json(200, LABELS)]),
    ]);
    expect(complaints(await open.forge.write(PROPOSAL))).toEqual([]);
    expect(open.log).toEqual([]);
    const silent = await connected([
      withScopes(state(), ''),
      ...fresh([...COMMITTED.slice(1), REF, json(201, PULL), json(200, LABELS)]),
    ]);
    expect(complaints(await silent.forge.write(PROPOSAL))).toEqual([]);
  });
});

describe('limits of GitHub', () => {
  const limited = (): Response =>
    json(403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '30' });
  const REQUEST = { base: 'main', head: BRANCH, files: [] };

  test('are waited for once, and the call is made again', async () => {
    const { forge, calls, log } = await connected([limited(), state()], { secondMs: 1 });
    expect(complaints(await forge.view(REQUEST))).toEqual([]);
    expect(log).toEqual(['GitHub asks to wait 30 seconds']);
    expect(calls).toHaveLength(2);
  }, 30_000);

  test('that stay, or are long, end the run, which writes no more', async () => {
    const twice = await connected([state(), limited(), limited()], { secondMs: 1 });
    expect(complaints(await twice.forge.write(PROPOSAL))).toEqual([
      'GitHub allows no more calls for now, and "write the files" was not done (run the same command again in 30 seconds)',
    ]);
    expect(twice.calls).toHaveLength(3);
    const reset = String(Math.floor(Date.now() / 1000) + 1_800);
    const spent = json(
      403,
      { message: 'API rate limit exceeded' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
    );
    const long = await connected([spent], { secondMs: 1 });
    expect(complaints(await long.forge.view(REQUEST))).toEqual([
      'GitHub allows no more calls for now, and "read the proposal" was not done (run the same command again in some minutes)',
    ]);
    expect(long.calls).toHaveLength(1);
    expect(long.log.join()).toMatch(/^GitHub asks to wait 1\d{3} seconds, which is left to the next run$/);
  }, 30_000);

  test('are kept by a second between two calls', async () => {
    const { forge } = await connected([state(), state()], { secondMs: undefined });
    const start = performance.now();
    expect(complaints(await forge.view(REQUEST))).toEqual([]);
    expect(complaints(await forge.view(REQUEST))).toEqual([]);
    // A little less by the clock's grain.
    expect(performance.now() - start).toBeGreaterThan(950);
  }, 30_000);
});

describe('a GitHub App', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const credential = { kind: 'app', appId: '12', installationId: '34', privateKey } as const;

  test('asks for a token of one repository with two permissions, and uses it', async () => {
    const granted = json(201, {
      ...{ token: 'ghs_installation', expires_at: '2026-09-19T11:00:00Z' },
      ...{ permissions: { contents: 'write', pull_requests: 'write' }, repository_selection: 'selected' },
    });
    const { forge, calls } = await connected([granted, state()], { credential });
    await forge.view({ base: 'main', head: BRANCH, files: [] });
    expect(calls[0]).toMatchObject({
      ...{ method: 'POST', path: '/api/v3/app/installations/34/access_tokens' },
      body: { repositories: ['infra'], permissions: { contents: 'write', pull_requests: 'write' } },
    });
    expect(calls[0]?.headers.get('authorization')).toMatch(/^bearer ey/);
    expect(calls[1]?.headers.get('authorization')).toBe('token ghs_installation');
  });

  test('whose key GitHub does not know is told in one line without the key', async () => {
    const { fetch } = scripted([json(401, { message: 'A JSON web token could not be decoded' })]);
    const forge = await githubForge({
      ...{
        apiUrl: 'https://ghe.corp.internal/api/v3',
        repository: { owner: 'acme', name: 'infra' },
        credential,
        fetch,
      },
      ...{ log: () => undefined, secondMs: 0 },
    });
    expect(complaints(forge)).toEqual([
      'GitHub does not accept the token (HTTP 401, "A JSON web token could not be decoded") (it may have expired; docs/github.md says which one is needed)',
    ]);
  });
});

test('nothing is printed by what talks to GitHub', async () => {
  const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation(() => undefined),
  );
  const { forge } = await connected(fresh([...COMMITTED, REF, json(201, PULL), json(200, LABELS)]));
  await forge.write(PROPOSAL);
  expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
  for (const spy of spies) spy.mockRestore();
});

describe('the address of a remote', () => {
  test.each([
    ['https://github.com/acme/infra.git', 'github.com', 'acme', 'infra'],
    ['https://user:secret@GitHub.com/acme/infra', 'github.com', 'acme', 'infra'],
    ['git@github.com:acme/infra.git', 'github.com', 'acme', 'infra'],
    ['ssh://git@ghe.example:2222/acme/in.fra.git/', 'ghe.example', 'acme', 'in.fra'],
  ])('%s names a repository', (address, host, owner, name) => {
    expect(parseGitHubRemote(address)).toEqual({ host, owner, name });
  });

  test.each(['', '/srv/git/infra.git', '../infra', 'https://github.com/acme', 'https://github.com/a/b/c', 'C:\\infra'])(
    '"%s" names none',
    (address) => {
      expect(parseGitHubRemote(address)).toBeUndefined();
    },
  );

  test.each(['acme', 'acme/', '/infra', 'acme/..', 'acme/infra/x', 'acme/in fra', '-x/y', 'acme/infra?x=1'])(
    '"%s" is no name of a repository',
    (text) => {
      expect(parseRepository(text)).toBeUndefined();
    },
  );
});
