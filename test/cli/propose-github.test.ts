import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GitHubServer, TOKEN } from '../gitops/github/server.ts';
import {
  CHAT,
  chatPlan,
  ENVIRONMENT,
  git,
  NOW,
  PINS,
  pinsOf,
  removeTemporaryFolders,
  repositoryWith,
} from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

const BRANCH = 'dynamo-gitops/prod/chat';
const MORE = chatPlan({ prefill: 3, decode: 6 });

let server: GitHubServer;

beforeAll(async () => {
  server = await GitHubServer.start();
}, 60_000);

beforeEach(async () => {
  await server.reset();
  await server.commit('main', CHAT);
});

afterAll(async () => {
  await server.stop();
  removeTemporaryFolders();
});

afterEach(() => {
  expect(server.violations).toEqual([]);
});

/** A clone by its remote, with a config and a plan; its commits are others than the server's. */
function clone(remote: string | undefined = 'git@github.com:acme/infra.git', config = 'schemaVersion: 1\n'): string {
  const folder = repositoryWith({ ...CHAT, 'dynamo-gitops.yaml': config });
  if (remote !== '') git(folder, 'remote', 'add', 'origin', remote ?? '');
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(MORE));
  return folder;
}

function propose(cwd: string, words: readonly string[], env: { readonly [name: string]: string | undefined } = {}) {
  const outside = { GITHUB_API_URL: server.url, GITHUB_TOKEN: TOKEN };
  return callCli(['propose', ...words], { cwd, env: { ...ENVIRONMENT, ...outside, ...env }, now: () => NOW });
}

describe('verify --forge github', () => {
  test('passes a pull request as it was made, and fails for a commit of somebody else and for a moved base', async () => {
    const folder = clone(undefined, 'schemaVersion: 1\nproposals: {forge: github}\n');
    expect(await propose(folder, [])).toMatchObject({ exitCode: 0, stderr: '' });
    const verify = (words: readonly string[], now = NOW) => {
      const env = { ...ENVIRONMENT, GITHUB_API_URL: server.url, GITHUB_TOKEN: TOKEN };
      return callCli(['verify', ...words], { cwd: folder, env, now: () => now });
    };
    expect(await verify([BRANCH])).toMatchObject({ exitCode: 0, stderr: '' });
    const late = await verify([BRANCH], new Date('2026-09-20T09:00:00.001Z'));
    expect(late).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('the plan expired at') });
    const queue = `gh-readonly-queue/main/pr-1-${await server.tipOf('main')}`;
    for (const name of ['#1', queue]) {
      expect(await verify([name])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('#1 (dynamo-') });
    }
    await server.commit('feature', { 'README.md': 'Somebody’s.\n' });
    await server.person('POST', '/repos/acme/infra/pulls', { title: 'x', head: 'feature', base: 'main' });
    expect(await verify([queue.replace('pr-1', 'pr-2')])).toEqual({
      ...{
        exitCode: 0,
        stderr: '',
        stdout: '"feature" is the branch of no proposal, so there is nothing to verify.\n',
      },
    });

    await server.commit('main', { [PINS]: pinsOf('chat', { prefill: 2, decode: 5 }) });
    const moved = await verify([BRANCH]);
    expect(moved).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(`${PINS}:8 is no longer 4 (decode)`) });

    await server.commit(BRANCH, { [PINS]: pinsOf('chat', { prefill: 3, decode: 5 }) });
    const foreign = await verify([BRANCH]);
    expect(foreign).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('a commit that is not ours') });
  }, 60_000);
});

describe('propose --forge github', () => {
  // Between calls lies the second that GitHub asks for.
  test('opens a pull request, leaves it alone when called again, and records both', async () => {
    const folder = clone(undefined, 'schemaVersion: 1\nproposals: {forge: github}\n');
    const first = await propose(folder, ['-o', 'json']);
    expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { forge, proposals } = JSON.parse(first.stdout);
    const [pull] = await server.pulls();
    expect(forge).toBe('github');
    expect(proposals).toMatchObject([
      {
        ...{ outcome: 'created', number: 1, state: 'open', url: pull.html_url, verified: false },
        ...{ branch: BRANCH, commit: await server.tipOf(BRANCH) },
      },
    ]);
    const again = await propose(folder, []);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toBe(`prod/chat: unchanged #1\n  look: ${pull.html_url}\n`);
    expect(git(folder, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
    expect(first.stdout + again.stdout).not.toContain(TOKEN);
  }, 30_000);

  test('shows in a dry run what it would write, and writes nothing', async () => {
    const { exitCode, stdout } = await propose(clone(''), ['--forge', 'github', '--repo', 'acme/infra', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/prod\/chat: would be created \(.* → main\)\n$/);
    expect(server.received.filter(({ isWrite }) => isWrite)).toEqual([]);
  }, 30_000);

  test('says in one line what is missing, before anything is asked', async () => {
    const github = ['--forge', 'github'];
    const folder = clone();
    const elsewhere = clone('https://user:hunter2@git.corp.example/acme/infra.git');
    const cases = [
      [folder, github, { GITHUB_TOKEN: '' }, 'GITHUB_TOKEN and GH_TOKEN are not set, and no GitHub App is'],
      [
        folder,
        github,
        { GITHUB_APP_ID: '1' },
        'a GitHub App needs GITHUB_APP_INSTALLATION_ID and GITHUB_APP_PRIVATE_KEY_FILE too',
      ],
      [
        folder,
        github,
        { GITHUB_API_URL: 'http://ghe.example/api/v3' },
        'GITHUB_API_URL is not https, and a token would travel in the clear',
      ],
      [folder, github, { GITHUB_API_URL: 'https://x:y@ghe.example' }, 'GITHUB_API_URL has a name or a password in it'],
      [folder, [...github, '--repo', 'infra'], {}, '--repo is not of the form owner/name'],
      [folder, ['--repo', 'acme/infra'], {}, '--repo names a repository at GitHub, and the embedded forge has none'],
      [clone(''), github, {}, 'the clone has no remote "origin"'],
      [
        elsewhere,
        github,
        { GITHUB_API_URL: '' },
        'the remote "origin" is not at github.com, and GITHUB_API_URL does not say where its API is',
      ],
    ] as const;
    for (const [cwd, words, env, message] of cases) {
      const { exitCode, stdout, stderr } = await propose(cwd, words, env);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr.startsWith(`error: ${message}`)).toBe(true);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).not.toMatch(/hunter2|corp\.example|bot_token/);
    }
    expect(server.received).toEqual([]);
  });

  test('names a repository that is not there, and no address', async () => {
    const { exitCode, stderr } = await propose(clone(), ['--forge', 'github', '--repo', 'acme/nothing']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('error: there is no repository "acme/nothing" at GitHub, or the token may not see it\n');
  });

  test('reads a GitHub App’s key from its file, and says where it is none', async () => {
    const folder = clone();
    writeFileSync(join(folder, 'key.pem'), 'not a key');
    const app = { GITHUB_APP_ID: '1', GITHUB_APP_INSTALLATION_ID: '2', GITHUB_APP_PRIVATE_KEY_FILE: 'key.pem' };
    const { exitCode, stderr } = await propose(folder, ['--forge', 'github'], app);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('error: key.pem: is no private key in PEM\n');
  });
});
