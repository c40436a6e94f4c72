import type { Problem } from '../../../api/index.ts';

/** What a classic token says that it may do. Fine-grained ones, Apps and workflows have permissions, and say nothing. */
export type Scopes = readonly string[];

/**
 * @param header `x-oauth-scopes` of any answer.
 * @returns undefined where it names none: such may be an App's token, of which GitHub's own command line thinks the same.
 */
export function scopesOf(header: unknown): Scopes | undefined {
  if (typeof header !== 'string') return undefined;
  const scopes = header
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => /^[a-z_:]{1,40}$/.test(scope));
  return scopes.length === 0 ? undefined : scopes;
}

/** Why a token with these scopes cannot write a proposal; undefined where it can, or does not say. */
export function scopeProblem(scopes: Scopes | undefined, isPrivate: boolean): Problem | undefined {
  if (scopes === undefined || scopes.includes('repo') || (!isPrivate && scopes.includes('public_repo'))) {
    return undefined;
  }
  const needed = isPrivate ? '"repo"' : '"public_repo"';
  return {
    code: 'refused',
    message: `the token has the scopes ${scopes.join(', ')}, and a proposal needs ${needed}; nothing was written`,
    hint: 'a fine-grained token of this one repository is better; docs/github.md says what it must be allowed to do',
  };
}

/** Scopes that come with `repo`, or let a token say who it is. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['repo', 'public_repo', 'repo:status', 'repo_deployment', 'repo:invite', 'security_events'],
  ...['read:user', 'user:email', 'read:org', 'gist'],
]);

/** What a token may do that no proposal needs, in words; undefined where that is nothing. */
export function excessWords(scopes: Scopes | undefined): string | undefined {
  const excess = (scopes ?? []).filter((scope) => !HARMLESS.has(scope));
  return excess.length === 0
    ? undefined
    : `the token may do more than a proposal needs: ${excess.join(', ')}; docs/github.md says which one does not`;
}
