/** Folder of our branches. */
export const BRANCH_PREFIX = 'dynamo-gitops';

/**
 * The one branch of a graph in an environment: `dynamo-gitops/prod/chat`. Git takes no name that ends in `.lock`, which
 * a graph may have; those get a dash at the end, which no graph can have.
 */
export function proposalBranch(environment: string, deployment: string): string {
  const name = `${BRANCH_PREFIX}/${environment}/${deployment}`;
  return name.endsWith('.lock') ? `${name}-` : name;
}
