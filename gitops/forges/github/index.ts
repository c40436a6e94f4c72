export type { GitHubConnection, GitHubCredential, GitHubRepository } from './connection.ts';
export { githubForge } from './github.ts';
export { type GitHubRemote, parseGitHubRemote, parseRepository } from './remote.ts';
