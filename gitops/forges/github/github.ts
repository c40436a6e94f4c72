import type { Result } from '../../../api/index.ts';
import type { Forge } from '../forge.ts';
import type { GitHubConnection } from './connection.ts';

/**
 * Pull requests at GitHub or GitHub Enterprise. A proposal is three writes to the branch, however many files it has (a tree
 * with their contents, a commit, the ref), and one of the pull request. The newest commit of the branch holds what we
 * remember of it, so that a run that was cut short anywhere is taken up by the next.
 *
 * Commits name no author, so that GitHub signs those of an App.
 */
export async function githubForge(connection: GitHubConnection): Promise<Result<Forge>> {
  // Octokit takes longer to load than most commands take to run.
  const { connectedForge } = await import('./connected.ts');
  return connectedForge(connection);
}
