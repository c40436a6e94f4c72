/** What we note in the text of a pull request, where nobody sees it. */

/** Most characters of a body, and of a title. */
const MAX_BODY = 65_536;
const MAX_TITLE = 255;

const WITHDRAWN = '<!-- dynamo-gitops:withdrawn -->';

/** The body of a pull request whose newest commit it describes. */
export function bodyFor(markdown: string, commit: string): string {
  return cut(`${markdown.trimEnd()}\n`, `\n<!-- dynamo-gitops:commit ${commit} -->\n`);
}

/** The commit that a body describes. */
export function describedCommit(body: string): string | undefined {
  return [...body.matchAll(/^<!-- dynamo-gitops:commit ([0-9a-f]{40,64}) -->\r?$/gm)].at(-1)?.[1];
}

/** The body of a pull request that we close ourselves: what a person closes is a decision, and this is none. */
export function withdrawnBody(body: string, reason: string): string {
  return cut(`${body.trimEnd()}\n`, `\n---\n\nClosed by dynamo-gitops: ${reason}.\n\n${WITHDRAWN}\n`);
}

export function isWithdrawn(body: string): boolean {
  return body.split(/\r?\n/).includes(WITHDRAWN);
}

/** A report keeps its bodies short enough; a body that is not is cut after a line rather than refused. */
function cut(body: string, end: string): string {
  if (body.length + end.length <= MAX_BODY) return body + end;
  const kept = body.slice(0, MAX_BODY - end.length);
  return kept.slice(0, kept.lastIndexOf('\n') + 1) + end;
}

export function titleFor(title: string): string {
  return title.length <= MAX_TITLE ? title : `${title.slice(0, MAX_TITLE - 1)}…`;
}
