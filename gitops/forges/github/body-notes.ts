import { MARKDOWN_RENDERERS, paragraph } from '../../../report/index.ts';

/** What we note in the text of a pull request, where nobody sees it. */

/** Most characters of a body, and of a title. */
const MAX_BODY = 65_536;
const MAX_TITLE = 255;

const WITHDRAWN = '<!-- dynamo-gitops:withdrawn -->';

/** What a body says of itself. */
export interface BodyNote {
  /** The newest commit of the branch when it was written. */
  readonly commit: string;
  /** False where the token may not set our labels, so that nobody tries again before there is something else to write. */
  readonly canLabel: boolean;
}

export function bodyFor(markdown: string, { commit, canLabel }: BodyNote): string {
  const labels = canLabel ? '' : ' labels refused';
  return cut(`${markdown.trimEnd()}\n`, `\n<!-- dynamo-gitops:commit ${commit}${labels} -->\n`);
}

export function noteOf(body: string): BodyNote | undefined {
  const [, commit, refused] =
    [...body.matchAll(/^<!-- dynamo-gitops:commit ([0-9a-f]{40,64})( labels refused)? -->\r?$/gm)].at(-1) ?? [];
  return commit === undefined ? undefined : { commit, canLabel: refused === undefined };
}

/** The body of a pull request that we close ourselves: what a person closes is a decision, and this is none. */
export function withdrawnBody(body: string, reason: string): string {
  // The reason quotes plans, manifests and metrics: it is text, and comes as nothing else.
  const said = MARKDOWN_RENDERERS.github.print([paragraph(`Closed by dynamo-gitops: ${reason}.`)]).trim();
  return cut(`${body.trimEnd()}\n`, `\n---\n\n${said}\n\n${WITHDRAWN}\n`);
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
