import { type Forge, type GitHubConnection, githubForge } from '../../../gitops/index.ts';
import type { ForgeSite } from '../forge-conformance.ts';
import type { Files } from '../sandbox.ts';
import { type GitHubServer, OWNER, REPO, TOKEN } from './server.ts';

export function connectionTo(server: GitHubServer, more: Partial<GitHubConnection> = {}): GitHubConnection {
  return {
    apiUrl: server.url,
    repository: { owner: OWNER, name: REPO },
    credential: { kind: 'token', token: TOKEN },
    fetch: server.fetch,
    log: () => undefined,
    secondMs: 0,
    ...more,
  };
}

export async function clientOf(server: GitHubServer, more: Partial<GitHubConnection> = {}): Promise<Forge> {
  const forge = await githubForge(connectionTo(server, more));
  if (!forge.ok) throw new Error(JSON.stringify(forge.error));
  return forge.value;
}

/** The server's repository, with these files in it and nothing else done. */
export async function siteOn(
  server: GitHubServer,
  files: Files,
  modes: { readonly [file: string]: string } = {},
): Promise<ForgeSite> {
  await server.reset();
  await server.commit('main', files, modes);
  const path = `/repos/${OWNER}/${REPO}`;
  return {
    client: () => clientOf(server),
    commit: (branch, more) => server.commit(branch, more),
    merge: async (number) => {
      const merged = await server.person('PUT', `${path}/pulls/${number}/merge`, { merge_method: 'merge' });
      if (merged.status !== 200) throw new Error(JSON.stringify(merged));
    },
    comments: async (number) =>
      (await server.person('GET', `${path}/issues/${number}/comments`)).body.map(({ body }: { body: string }) => body),
    deleteBranch: async (branch) => {
      await server.person('DELETE', `${path}/git/refs/heads/${branch}`);
      // What GitHub does with the branch's pull requests, and the emulator does not.
      for (const pull of await server.pulls()) {
        if (pull.head.ref === branch) await server.person('PATCH', `${path}/pulls/${pull.number}`, { state: 'closed' });
      }
    },
    close: async (number) => {
      await server.person('PATCH', `${path}/pulls/${number}`, { state: 'closed' });
    },
    interrupted: async (propose) => {
      const failing: typeof globalThis.fetch = async (input, init) => {
        const url = String(input instanceof Request ? input.url : input);
        if (url.endsWith('/pulls') && init?.method === 'POST') throw new TypeError('killed');
        return fetch(input, init);
      };
      await propose(await clientOf(server, { fetch: failing }));
    },
    label: async (number, label) => {
      await server.person('POST', `${path}/issues/${number}/labels`, { labels: [label] });
    },
    unlabel: async (number, label) => {
      await server.person('DELETE', `${path}/issues/${number}/labels/${label}`);
    },
    repository: () => server.rebuild(),
    fingerprint: async () => {
      const writes = server.received.filter(({ isWrite }) => isWrite).length;
      return JSON.stringify([
        writes,
        await server.person('GET', `${path}/git/matching-refs/heads/`),
        await server.pulls(),
      ]);
    },
  };
}
