import { readFileSync } from 'node:fs';
import { buildSchema, type DocumentNode, execute, type GraphQLSchema, parse, validate } from 'graphql';
import type { Rest } from './server.ts';

/**
 * The part of GitHub's GraphQL API that we ask for, over the REST API of an emulator, which has none. Documents are
 * validated against GitHub's published schema, and answers are made by the reference engine, so that a field that does not
 * exist or is not there is an error here too.
 */
export interface GraphqlApi {
  /** Forgets what the emulator does not keep itself. */
  reset(): void;
  answer(body: unknown): Promise<{
    readonly answer: object;
    /** What is wrong with the document, in words. */
    readonly problems: readonly string[];
    readonly isMutation: boolean;
  }>;
}

export function loadGraphqlSchema(): GraphQLSchema {
  const file = new URL('../../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url);
  return buildSchema(readFileSync(file, 'utf8'), { assumeValid: true });
}

interface CheckedDocument {
  readonly document: DocumentNode;
  readonly problems: readonly string[];
}

function checkedDocument(schema: GraphQLSchema, source: string): CheckedDocument {
  const document = parse(source);
  return { document, problems: validate(schema, document).map(({ message }) => message) };
}

interface TreeItem {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

export function graphqlApi(schema: GraphQLSchema, rest: Rest): GraphqlApi {
  const known = new Map<string, CheckedDocument>();
  const merges = new Map<string, Merging>();
  return {
    reset: () => merges.clear(),
    async answer(body) {
      const { query, variables } = body as { query: string; variables: { readonly [name: string]: unknown } };
      const checked = known.get(query) ?? checkedDocument(schema, query);
      known.set(query, checked);
      const trees = new Map<string, Promise<readonly TreeItem[]>>();
      const root = {
        repository: ({ owner, name }: Record<string, string>) =>
          repository(rest, trees, merges, `/repos/${owner}/${name}`),
        updatePullRequest: async ({ input }: { input: Record<string, string> }) => {
          const { path, number } = JSON.parse(Buffer.from(input.pullRequestId ?? '', 'base64').toString()) as {
            path: string;
            number: number;
          };
          const pull = await rest('PATCH', `${path}/pulls/${number}`, {
            state: input.state?.toLowerCase(),
            ...(input.body === undefined ? {} : { body: input.body }),
          });
          return { pullRequest: { state: input.state, updatedAt: pull.body.updated_at } };
        },
        enablePullRequestAutoMerge: async ({ input }: { input: Record<string, string> }) =>
          merging(rest, merges, input, 'auto'),
        enqueuePullRequest: async ({ input }: { input: Record<string, string> }) =>
          merging(rest, merges, input, 'queue'),
        disablePullRequestAutoMerge: async ({ input }: { input: Record<string, string> }) => {
          merges.delete(input.pullRequestId ?? '');
          return { clientMutationId: null };
        },
        dequeuePullRequest: async ({ input }: { input: Record<string, string> }) => {
          merges.delete(input.id ?? '');
          return { clientMutationId: null };
        },
        updateIssueComment: async ({ input }: { input: Record<string, string> }) => {
          const comment = Buffer.from(input.id ?? '', 'base64').toString();
          const updated = await rest('PATCH', comment, { body: input.body });
          if (updated.status !== 200) throw new Error(JSON.stringify(updated));
          return { issueComment: { __typename: 'IssueComment', id: input.id } };
        },
        updateRefs: async ({
          input,
        }: {
          input: { repositoryId: string; refUpdates: readonly Record<string, string>[] };
        }) => {
          const path = Buffer.from(input.repositoryId, 'base64').toString();
          for (const { name, beforeOid, afterOid } of input.refUpdates) {
            const ref = name?.replace(/^refs\//, '') ?? '';
            const now = await rest('GET', `${path}/git/ref/${ref}`);
            if (now.body.object?.sha !== beforeOid) throw new Error(`${name} is not at ${beforeOid}`);
            if (afterOid !== '0'.repeat(40)) throw new Error('only deletions are emulated');
            await rest('DELETE', `${path}/git/refs/${ref}`);
          }
          return { clientMutationId: null };
        },
      };
      const { document, problems } = checked;
      const answer =
        problems.length > 0
          ? { errors: problems.map((message) => ({ message, type: 'INVALID' })) }
          : await execute({ schema, document, rootValue: root, variableValues: variables });
      return { answer, problems, isMutation: /^\s*mutation\b/m.test(query) };
    },
  };
}

/** What GitHub is asked to merge by itself, by the pull request's id. */
export interface Merging {
  readonly by: 'auto' | 'queue';
  readonly input: Readonly<Record<string, string>>;
}

async function merging(
  rest: Rest,
  merges: Map<string, Merging>,
  input: Record<string, string>,
  by: Merging['by'],
): Promise<object> {
  const id = input.pullRequestId ?? '';
  const { path, number } = JSON.parse(Buffer.from(id, 'base64').toString()) as { path: string; number: number };
  const pull = await rest('GET', `${path}/pulls/${number}`);
  const tip = await rest('GET', `${path}/git/ref/heads/${pull.body.head.ref}`);
  if (tip.body.object.sha !== input.expectedHeadOid) throw new Error('Head branch was modified.');
  merges.set(id, { by, input });
  return { clientMutationId: null };
}

async function repository(
  rest: Rest,
  trees: Map<string, Promise<readonly TreeItem[]>>,
  merges: ReadonlyMap<string, Merging>,
  path: string,
) {
  const found = await rest('GET', path);
  if (found.status !== 200) return null;

  const items = (sha: string): Promise<readonly TreeItem[]> => {
    const known =
      trees.get(sha) ?? rest('GET', `${path}/git/trees/${sha}?recursive=1`).then(({ body }) => body.tree as TreeItem[]);
    trees.set(sha, known);
    return known;
  };
  const commit = async (sha: string) => {
    const { status, body } = await rest('GET', `${path}/git/commits/${sha}`);
    if (status !== 200) return null;
    return {
      __typename: 'Commit',
      oid: sha,
      message: body.message as string,
      tree: { oid: body.tree.sha as string },
      signature: null,
      parents: body.parents.map((parent: { sha: string }) => parent.sha) as readonly string[],
      file: async ({ path: file }: { path: string }) => {
        const item = (await items(body.tree.sha)).find((one) => one.path === file);
        if (item === undefined) return null;
        return { oid: item.sha, mode: Number.parseInt(item.mode, 8), type: item.type, object: () => blob(item) };
      },
    };
  };
  const blob = async (item: TreeItem) => {
    if (item.type !== 'blob') return null;
    const { body } = await rest('GET', `${path}/git/blobs/${item.sha}`);
    const bytes = Buffer.from(body.content, 'base64');
    const text = bytes.toString('utf8');
    const isBinary = !Buffer.from(text).equals(bytes);
    // The real one may cut a text, or leave a byte order mark out.
    return { __typename: 'Blob', text: isBinary ? null : text.replace(/^\ufeff/, ''), isBinary, isTruncated: false };
  };
  const tip = async (name: string): Promise<string | undefined> => {
    const { status, body } = await rest('GET', `${path}/git/ref/${name.replace(/^refs\//, '')}`);
    return status === 200 ? body.object.sha : undefined;
  };
  const pulls = async (branch: string, states: readonly string[]) => {
    const owner = path.split('/')[2];
    const { body } = await rest('GET', `${path}/pulls?head=${owner}:${branch}&state=all&per_page=100`);
    return Promise.all(
      (body as readonly Pull[])
        .map((pull) => ({ pull, state: pull.merged_at !== null ? 'MERGED' : pull.state.toUpperCase() }))
        .filter(({ state }) => states.includes(state))
        .sort((a, b) => b.pull.number - a.pull.number)
        .map(async ({ pull, state }) => ({
          ...{ id: idOf(pull.number), author: { __typename: 'Bot', login: pull.user.login } },
          ...mergingOf(pull),
          ...{ number: pull.number, state, title: pull.title, body: pull.body ?? '', url: pull.html_url },
          ...{ baseRefName: pull.base.ref, isCrossRepository: false },
          ...{ createdAt: pull.created_at, updatedAt: pull.updated_at },
          labels: { nodes: pull.labels.map(({ name }) => ({ name })) },
          comments: async () => ({ totalCount: (await commentsOn(pull.number)).length }),
          // The emulator's own head stays where it was when the pull request was opened.
          commits: async ({ last }: { last: number }) => ({
            nodes: (await commitsOf((await tip(`heads/${branch}`)) ?? pull.head.sha, pull.base.sha, last)).map(
              (one) => ({ commit: one }),
            ),
          }),
        })),
    );
  };
  const idOf = (number: number): string => Buffer.from(JSON.stringify({ path, number })).toString('base64');
  const mergingOf = ({ number, user }: Pull) => {
    const merge = merges.get(idOf(number));
    const actor = { __typename: 'Bot', login: user.login };
    const at = '2026-09-19T10:00:00Z';
    return {
      autoMergeRequest: merge?.by === 'auto' ? { enabledBy: actor, enabledAt: at } : null,
      mergeQueueEntry: merge?.by === 'queue' ? { enqueuer: actor } : null,
      isInMergeQueue: merge?.by === 'queue',
    };
  };
  const commentsOn = async (number: number): Promise<readonly Comment[]> =>
    (await rest('GET', `${path}/issues/${number}/comments?per_page=100`)).body;
  /** The newest commits of a branch, the newest last, as far as first parents tell. */
  const commitsOf = async (from: string, base: string, count: number) => {
    const commits = [];
    for (let sha: string | undefined = from; sha !== undefined && sha !== base && commits.length < count; ) {
      const one: Awaited<ReturnType<typeof commit>> = await commit(sha);
      if (one === null) break;
      commits.unshift(one);
      sha = one.parents[0];
    }
    return commits;
  };
  return {
    id: Buffer.from(path).toString('base64'),
    isPrivate: found.body.private === true,
    ref: async ({ qualifiedName }: { qualifiedName: string }) => {
      const sha = await tip(qualifiedName);
      if (sha === undefined) return null;
      return {
        target: () => commit(sha),
        associatedPullRequests: async ({ states }: { states: readonly string[] }) => ({
          nodes: await pulls(qualifiedName.replace('refs/heads/', ''), states),
        }),
      };
    },
    refs: async ({ refPrefix, first, after }: Paged & { readonly refPrefix: string }) => {
      const { body } = await rest('GET', `${path}/git/matching-refs/${refPrefix.replace(/^refs\//, '')}`);
      const refs = (body as readonly { ref: string; object: { sha: string } }[]).map(({ ref, object }) => ({
        ...{ prefix: refPrefix, name: ref.slice(refPrefix.length), target: () => commit(object.sha) },
        associatedPullRequests: async ({ states }: { states: readonly string[] }) => ({
          nodes: await pulls(ref.replace('refs/heads/', ''), states),
        }),
      }));
      return page(refs, { first, after });
    },
    pullRequests: async ({
      headRefName,
      baseRefName,
      states,
      ...paged
    }: Paged & { headRefName?: string; baseRefName?: string; states?: readonly string[] }) => {
      if (headRefName !== undefined) return { nodes: await pulls(headRefName, states ?? []) };
      const { body } = await rest('GET', `${path}/pulls?state=all&per_page=100`);
      const found = (body as readonly Pull[])
        .filter(({ base }) => base.ref === baseRefName)
        .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || b.number - a.number)
        .map((pull) => ({ createdAt: pull.created_at, headRefName: pull.head.ref, isCrossRepository: false }));
      return page(found, paged);
    },
    pullRequest: async ({ number }: { number: number }) => ({
      id: idOf(number),
      ...mergingOf((await rest('GET', `${path}/pulls/${number}`)).body),
      headRefOid: async () => tip(`heads/${(await rest('GET', `${path}/pulls/${number}`)).body.head.ref}`),
      comments: async (paged: Paged) => {
        const all = (await commentsOn(number)).map(({ id, body }) => ({
          // People of the emulator are nobody else than its first user, so that every comment is the viewer's.
          ...{ id: Buffer.from(`${path}/issues/comments/${id}`).toString('base64'), body, viewerDidAuthor: true },
        }));
        return page(all, paged);
      },
    }),
    object: ({ oid }: { oid: string }) => commit(oid),
  };
}

interface Comment {
  readonly id: number;
  readonly body: string;
}

interface Paged {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** Cursors are positions, as far as anybody may know. */
function page<T>(all: readonly T[], { first, after }: Paged) {
  const start = after === undefined || after === null ? 0 : Number(after);
  const nodes = all.slice(start, start + first);
  const end = start + nodes.length;
  return { pageInfo: { hasNextPage: end < all.length, endCursor: nodes.length === 0 ? null : String(end) }, nodes };
}

interface Pull {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body: string | null;
  readonly html_url: string;
  readonly user: { readonly login: string };
  readonly merged_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly labels: readonly { readonly name: string }[];
  readonly base: { readonly ref: string; readonly sha: string };
  readonly head: { readonly sha: string; readonly ref: string };
}
