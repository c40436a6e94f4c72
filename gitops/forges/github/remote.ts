import type { GitHubRepository } from './connection.ts';

/** Where the remote of a clone is. */
export interface GitHubRemote extends GitHubRepository {
  readonly host: string;
}

/**
 * The repository that a remote's address names, as git takes it: `https://host/owner/name.git`, `ssh://git@host/owner/name`
 * or `git@host:owner/name.git`.
 * @returns undefined where it names none. The address itself may hold a password, so it is for no message.
 */
export function parseGitHubRemote(address: string): GitHubRemote | undefined {
  const text = address.trim();
  const [, host, path] =
    /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([A-Za-z0-9.-]+)(?::\d+)?\/(.+)$/.exec(text) ??
    /^(?:[^@/:]+@)?([A-Za-z0-9.-]+):(?!\/)(.+)$/.exec(text) ??
    [];
  if (host === undefined || path === undefined) return undefined;
  const repository = parseRepository(path.replace(/\/+$/, '').replace(/\.git$/, ''));
  return repository === undefined ? undefined : { host: host.toLowerCase(), ...repository };
}

/** `owner/name`, as GitHub allows them. */
export function parseRepository(text: string): GitHubRepository | undefined {
  const [, owner, name] = /^([A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}))\/([A-Za-z0-9._-]{1,100})$/.exec(text) ?? [];
  if (owner === undefined || name === undefined || /^\.+$/.test(name)) return undefined;
  return { owner, name };
}
