import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { createEmulator, type Emulator } from 'emulate';
import { type Files, git, temporaryFolder } from '../sandbox.ts';
import { type GraphqlApi, graphqlApi, loadGraphqlSchema } from './graphql-api.ts';
import { loadContract, type RequestContract } from './openapi.ts';

export const TOKEN = 'bot_token';
export const OWNER = 'acme';
export const REPO = 'infra';
const PATH = `/repos/${OWNER}/${REPO}`;

// biome-ignore lint/suspicious/noExplicitAny: what an emulator answers is looked at freely in tests
export type Answer = { readonly status: number; readonly body: any };
export type Rest = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** What a client asked for. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** Whether it asks for a change, done or not. */
  readonly isWrite: boolean;
}

/** A request, however it came. */
interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string;
  readonly body: unknown;
}

interface Told {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

const SEED = {
  tokens: { [TOKEN]: { login: 'planner-bot', scopes: ['repo', 'user'] } },
  github: {
    users: [{ login: 'planner-bot', name: 'Planner Bot', email: 'planner-bot@example.com' }],
    orgs: [{ login: OWNER, name: 'Acme', members: [{ login: 'planner-bot', role: 'admin' }] }],
    repos: [{ owner: OWNER, name: REPO, auto_init: true }],
  },
};

/**
 * A GitHub that others wrote (`emulate`), behind a server that answers GraphQL in its place, and holds every request of a
 * client against what GitHub documents.
 */
export class GitHubServer {
  readonly url: string;
  readonly received: Received[] = [];
  /** Every request that GitHub does not document so. */
  readonly violations: string[] = [];
  readonly #emulator: Emulator;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;
  readonly #contract: RequestContract;
  readonly #graphql: GraphqlApi;
  /** People have another token each time, since the emulator counts how often one is used. */
  #resets = 0;

  static async start(seed: object = {}): Promise<GitHubServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const emulator = await createEmulator({
      service: 'github',
      port: await freePort(),
      seed: { ...SEED, github: { ...SEED.github, ...seed } },
    });
    return new GitHubServer(server, emulator);
  }

  private constructor(server: Server, emulator: Emulator) {
    this.#server = server;
    this.#emulator = emulator;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#contract = loadContract();
    this.#graphql = graphqlApi(loadGraphqlSchema(), this.person);
    server.on('request', (request, response) => {
      this.#overTheWire(request).then(
        ({ status, text, headers }) => response.writeHead(status, headers).end(text),
        (cause: unknown) => response.writeHead(599).end(String(cause)),
      );
    });
  }

  /** Back to one repository with one commit. */
  async reset(): Promise<void> {
    await this.#emulator.reset();
    this.#graphql.reset();
    this.#resets += 1;
    this.received.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#emulator.close();
  }

  /** A call of somebody else, who is not what is tested. */
  readonly person: Rest = async (method, path, body) => {
    const { status, text } = await this.#ask(method, path, `Bearer person-${this.#resets}`, body);
    return { status, body: text === '' ? undefined : JSON.parse(text) };
  };

  /** The server without the wire between, for a client that makes thousands of calls. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { method = 'GET', body, headers: sent } = init ?? {};
    const { status, text, headers } = await this.#answer({
      ...{ method, url: new URL(String(input)), authorization: new Headers(sent).get('authorization') ?? '' },
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
    });
    return new Response(status === 204 ? null : text, { status, headers });
  };

  async #overTheWire(request: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const { method = 'GET', headers } = request;
    return this.#answer({
      ...{ method, url: new URL(request.url ?? '/', this.url), authorization: headers.authorization ?? '' },
      body: sent.length === 0 ? undefined : JSON.parse(sent.toString('utf8')),
    });
  }

  async #answer({ method, url, authorization, body }: Asked) {
    const { pathname, search, searchParams } = url;
    if (pathname === '/graphql') {
      const { answer, problems, isMutation } = await this.#graphql.answer(body);
      this.violations.push(...problems);
      this.received.push({ method, path: pathname, body, isWrite: isMutation });
      return { status: 200, text: JSON.stringify(answer), headers: { 'content-type': 'application/json' } };
    }
    const path = decodeURIComponent(pathname);
    this.violations.push(...this.#contract.violations(method, path, searchParams, body));
    this.received.push({ method, path, body, isWrite: method !== 'GET' });
    const { status, text, type } = await this.#ask(method, `${pathname}${search}`, authorization, body);
    return { status, text, headers: { 'content-type': type } };
  }

  /** Asks the emulator, with less around it than fetch has. */
  #ask(method: string, path: string, authorization: string, body: unknown): Promise<Told> {
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...{ authorization, 'content-type': 'application/json' },
      ...(sent === undefined ? {} : { 'content-length': sent.length }),
    };
    return new Promise((resolve, reject) => {
      const call = httpRequest(`${this.#emulator.url}${path}`, { method, headers, agent: this.#agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            type: answer.headers['content-type'] ?? 'application/json',
          }),
        );
      });
      call.on('error', (cause) => {
        // The emulator closes what is idle for five seconds, and whoever writes to it just then is sent away unheard.
        if (call.reusedSocket) this.#ask(method, path, authorization, body).then(resolve, reject);
        else reject(cause);
      });
      call.end(sent);
    });
  }

  async tipOf(branch: string): Promise<string | undefined> {
    const { status, body } = await this.person('GET', `${PATH}/git/ref/heads/${branch}`);
    return status === 200 ? body.object.sha : undefined;
  }

  /** Somebody's commit on a branch; `modes` for files that are not plain ones. */
  async commit(branch: string, files: Files, modes: { readonly [file: string]: string } = {}): Promise<string> {
    const tip = await this.tipOf(branch);
    const from = tip ?? (await this.tipOf('main')) ?? '';
    const base = await this.person('GET', `${PATH}/git/commits/${from}`);
    const tree = await this.person('POST', `${PATH}/git/trees`, {
      base_tree: base.body.tree.sha,
      tree: Object.entries(files).map(([path, content]) => ({
        ...{ path, content, mode: modes[path] ?? '100644', type: 'blob' },
      })),
    });
    const made = await this.person('POST', `${PATH}/git/commits`, {
      ...{ message: 'by a person\n', tree: tree.body.sha, parents: [from] },
      author: { name: 'Person', email: 'person@example.com', date: '2026-09-19T08:00:00Z' },
    });
    const ref = await (tip === undefined
      ? this.person('POST', `${PATH}/git/refs`, { ref: `refs/heads/${branch}`, sha: made.body.sha })
      : this.person('PATCH', `${PATH}/git/refs/heads/${branch}`, { sha: made.body.sha }));
    if (ref.status >= 300) throw new Error(JSON.stringify(ref));
    return made.body.sha;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the emulator has it
  async pulls(): Promise<readonly any[]> {
    return (await this.person('GET', `${PATH}/pulls?state=all&per_page=100`)).body;
  }

  /** A repository with exactly the objects and branches that the server holds, each by the name of its bytes. */
  async rebuild(): Promise<string> {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet', '--bare', '--template=', '--initial-branch=main');
    const seen = new Set<string>();
    const store = (name: string, kind: string, content: Buffer): void => {
      const bytes = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
      const actual = createHash('sha1').update(bytes).digest('hex');
      if (actual !== name) throw new Error(`the ${kind} ${name} has the bytes of ${actual}`);
      mkdirSync(join(folder, 'objects', name.slice(0, 2)), { recursive: true });
      writeFileSync(join(folder, 'objects', name.slice(0, 2), name.slice(2)), deflateSync(bytes, { level: 1 }));
    };
    const tree = async (sha: string): Promise<void> => {
      if (seen.has(sha)) return;
      seen.add(sha);
      const { body } = await this.person('GET', `${PATH}/git/trees/${sha}`);
      const entries: readonly { path: string; mode: string; type: string; sha: string }[] = body.tree;
      const sorted = [...entries].sort((a, b) => Buffer.compare(treeKey(a), treeKey(b)));
      store(
        sha,
        'tree',
        Buffer.concat(
          sorted.flatMap((entry) => [
            Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.path}\0`),
            Buffer.from(entry.sha, 'hex'),
          ]),
        ),
      );
      for (const entry of entries) await (entry.type === 'tree' ? tree(entry.sha) : blob(entry.sha));
    };
    const blob = async (sha: string): Promise<void> => {
      if (seen.has(sha)) return;
      seen.add(sha);
      const { body } = await this.person('GET', `${PATH}/git/blobs/${sha}`);
      store(sha, 'blob', Buffer.from(body.content, 'base64'));
    };
    const commit = async (sha: string): Promise<void> => {
      if (seen.has(sha)) return;
      seen.add(sha);
      const { body } = await this.person('GET', `${PATH}/git/commits/${sha}`);
      const by = ({ name, email, date }: { name: string; email: string; date: string }): string =>
        `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
      const parents: readonly { sha: string }[] = body.parents;
      const lines = [
        `tree ${body.tree.sha}`,
        ...parents.map((parent) => `parent ${parent.sha}`),
        `author ${by(body.author)}`,
        `committer ${by(body.committer)}`,
      ];
      const message = `${String(body.message).replace(/\n$/, '')}\n`;
      store(sha, 'commit', Buffer.from(`${lines.join('\n')}\n\n${message}`));
      await tree(body.tree.sha);
      for (const parent of parents) await commit(parent.sha);
    };
    const refs = await this.person('GET', `${PATH}/git/matching-refs/heads/`);
    for (const { ref, object } of refs.body as readonly { ref: string; object: { sha: string } }[]) {
      await commit(object.sha);
      git(folder, 'update-ref', ref, object.sha);
    }
    return folder;
  }
}

/** Git sorts folders as if their names ended in a slash. */
function treeKey({ path, type }: { readonly path: string; readonly type: string }): Buffer {
  return Buffer.from(type === 'tree' ? `${path}/` : path);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
