import { fail, type Result, succeed } from '../../api/index.ts';
import { publish, type Ref, type Repository, readObjects, readRefs, type Signature } from '../repository/index.ts';
import { type CommentOutcome, lostRace, type ProposalComment } from './forge.ts';
import { isSameComment } from './sticky-comment.ts';

/**
 * The one comment on a merge request of the local forge is a ref with a commit for each of its texts;
 * `git show refs/dynamo-gitops/comment/1:comment.md` shows the last one.
 */
export const COMMENTS = 'refs/dynamo-gitops/comment/';
const COMMENT_FILE = 'comment.md';

/** Times that we try again where another process was faster. */
const MAX_ATTEMPTS = 3;

export async function commentOnProposal(
  repository: Repository,
  signature: Signature,
  comment: ProposalComment,
): Promise<Result<CommentOutcome>> {
  const name = commentRef(comment.number);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const refs = await readRefs(repository, [name]);
    if (!refs.ok) return refs;
    const previous = refs.value.get(name);
    // Of all else than a commit, git names no tree; a comment cannot follow it.
    if (previous?.tree === '') {
      const hint = `git update-ref -d ${name} forgets it`;
      return fail({ code: 'syntax', file: name, message: 'is no commit with a comment', hint });
    }
    const text = await textOf(repository, previous);
    if (!text.ok) return text;
    if (text.value === undefined ? comment.onlyReplaces : isSameComment(text.value, comment.markdown)) {
      return succeed('unchanged');
    }
    const draft = {
      parents: previous === undefined ? [] : [previous.commit],
      tree: undefined,
      files: [{ file: COMMENT_FILE, mode: '100644' as const, bytes: Buffer.from(comment.markdown) }],
      message: `!${comment.number} comment\n`,
    };
    const published = await publish(repository, signature, `dynamo-gitops: !${comment.number} comment`, {
      drafts: [draft],
      steps: ([commit = '']) => [{ kind: 'set', name, from: previous?.commit, to: commit }],
    });
    if (!published.ok) return published;
    if (published.value !== undefined) return succeed('written');
  }
  return { ok: false, error: [lostRace(`comment on !${comment.number}`)] };
}

export function isCommented(refs: ReadonlyMap<string, Ref>, number: number): boolean {
  return refs.has(commentRef(number));
}

function commentRef(number: number): string {
  return `${COMMENTS}${number}`;
}

async function textOf(repository: Repository, ref: Ref | undefined): Promise<Result<string | undefined>> {
  if (ref === undefined) return succeed(undefined);
  const contents = await readObjects(repository, [`${ref.commit}:${COMMENT_FILE}`]);
  return contents.ok ? succeed(Buffer.from(contents.value[0] ?? '').toString('utf8')) : contents;
}
