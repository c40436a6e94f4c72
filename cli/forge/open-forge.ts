import { type ForgeName, type Problem, type Result, succeed } from '../../api/index.ts';
import { type Forge, githubForge, localForge, openRepository, PROPOSER, type Repository } from '../../gitops/index.ts';
import type { CommandContext } from '../context.ts';
import { openTransport } from '../metrics/prometheus/transport.ts';
import { githubAddress } from './github-address.ts';
import { githubCredential } from './github-credential.ts';

export interface ForgeChoice {
  readonly name: ForgeName;
  /** `owner/name`, where it is not that of the clone's remote. */
  readonly repository: string | undefined;
}

/** The forge that proposals are made at. */
export async function openForge(choice: ForgeChoice, context: CommandContext): Promise<Result<Forge>> {
  switch (choice.name) {
    case 'local': {
      if (choice.repository !== undefined) return { ok: false, error: [REPOSITORY_OF_NOBODY] };
      const repository = await openRepository(context.cwd, context.env);
      return repository.ok ? succeed(localForge(repository.value, PROPOSER)) : repository;
    }
    case 'github':
      return openGitHub(choice.repository, context);
  }
}

const REPOSITORY_OF_NOBODY: Problem = {
  code: 'usage',
  message: '--repo names a repository at GitHub, and the embedded forge has none',
  hint: 'add --forge github, or set proposals.forge in dynamo-gitops.yaml',
};

async function openGitHub(named: string | undefined, context: CommandContext): Promise<Result<Forge>> {
  const clone = await openRepository(context.cwd, context.env);
  const checkout: Repository | undefined = clone.ok ? clone.value : undefined;
  const address = await githubAddress(named, checkout, context.env);
  if (!address.ok) return address;
  const credential = await githubCredential(context);
  if (!credential.ok) return credential;
  const transport = await openTransport(context, { caFile: undefined, certFile: undefined, keyFile: undefined });
  if (!transport.ok) return transport;
  return githubForge({
    ...address.value,
    ...{ credential: credential.value, checkout, log: context.log },
    // Node's fetch, or undici's behind a proxy; what octokit uses, both have.
    fetch: transport.value as unknown as typeof globalThis.fetch,
  });
}
