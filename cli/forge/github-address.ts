import { fail, type Problem, type Result, succeed } from '../../api/index.ts';
import {
  type GitHubRemote,
  type GitHubRepository,
  parseGitHubRemote,
  parseRepository,
  type Repository,
  remoteAddress,
} from '../../gitops/index.ts';

export interface GitHubAddress {
  readonly apiUrl: string;
  readonly repository: GitHubRepository;
}

const GITHUB = { host: 'github.com', api: 'https://api.github.com' } as const;

/**
 * Which repository, and where its API is. A token goes to github.com or where GITHUB_API_URL says, and never to a host that
 * only a remote names.
 */
export async function githubAddress(
  named: string | undefined,
  checkout: Repository | undefined,
  env: { readonly [name: string]: string | undefined },
): Promise<Result<GitHubAddress>> {
  const repository = named === undefined ? await remoteOf(checkout) : namedRepository(named);
  if (!repository.ok) return repository;
  const { owner, name } = repository.value;
  const host = 'host' in repository.value ? repository.value.host : GITHUB.host;
  const given = env.GITHUB_API_URL;
  if (given !== undefined && given !== '') {
    const problem = addressProblem(given);
    return problem === undefined ? succeed({ apiUrl: given, repository: { owner, name } }) : fail(problem);
  }
  if (host === GITHUB.host) return succeed({ apiUrl: GITHUB.api, repository: { owner, name } });
  return fail({
    code: 'usage',
    message: 'the remote "origin" is not at github.com, and GITHUB_API_URL does not say where its API is',
    hint: 'for GitHub Enterprise set GITHUB_API_URL to https://<host>/api/v3',
  });
}

function namedRepository(named: string): Result<GitHubRepository> {
  const repository = parseRepository(named);
  if (repository !== undefined) return succeed(repository);
  return fail({ code: 'usage', message: '--repo is not of the form owner/name' });
}

async function remoteOf(checkout: Repository | undefined): Promise<Result<GitHubRemote>> {
  const hint = 'name it with --repo owner/name';
  if (checkout === undefined) {
    return fail({ code: 'usage', message: 'there is no clone here whose remote names the repository', hint });
  }
  const address = await remoteAddress(checkout, 'origin');
  if (!address.ok) return address;
  if (address.value === undefined)
    return fail({ code: 'not-found', message: 'the clone has no remote "origin"', hint });
  const remote = parseGitHubRemote(address.value);
  // A password may stand in it, so it is not repeated.
  if (remote === undefined) {
    return fail({ code: 'not-found', message: 'the remote "origin" names no repository of GitHub', hint });
  }
  return succeed(remote);
}

function addressProblem(text: string): Problem | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { code: 'usage', message: 'GITHUB_API_URL is no address', hint: 'such as https://<host>/api/v3' };
  }
  if (url.username !== '' || url.password !== '') {
    return { code: 'usage', message: 'GITHUB_API_URL has a name or a password in it', hint: 'use GITHUB_TOKEN' };
  }
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) return undefined;
  return { code: 'usage', message: 'GITHUB_API_URL is not https, and a token would travel in the clear' };
}
