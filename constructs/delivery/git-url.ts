/** What is wrong with the address of a Git repository. A password in it would be committed with the manifest. */
export function gitUrlFinding(property: string, url: string): readonly string[] {
  if (/^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[A-Za-z0-9._~/-]+$/.test(url)) return [];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['https:', 'http:', 'ssh:'].includes(parsed.protocol) || /\s/.test(url)) {
    return [
      `${property} "${withoutPassword(url)}" is not the address of a Git repository: https://…, ssh://… or git@host:path`,
    ];
  }
  if (parsed.password !== '' || (parsed.protocol !== 'ssh:' && parsed.username !== '')) {
    return [`${property} holds credentials, which would be committed; put them into a Secret`];
  }
  return [];
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//…@');
}

/** What is wrong with the name of a branch, tag or commit. */
export function revisionFinding(property: string, revision: string): readonly string[] {
  return /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(revision) && !revision.includes('..')
    ? []
    : [`${property} "${revision}" is not the name of a branch, a tag or a commit`];
}
