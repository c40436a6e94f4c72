import type * as z from 'zod';
import { type Problem, type Result, succeed } from '../../../api/index.ts';
import type { CommentOutcome, ProposalComment } from '../forge.ts';
import { isOutcomeComment, isSameComment } from '../sticky-comment.ts';
import { issueComment } from './answers.ts';
import type { GitHubClient } from './client.ts';
import { type Failure, githubProblem } from './failure.ts';
import { PROPOSAL_COMMENTS, proposalComments, UPDATE_COMMENT, updatedComment } from './queries/index.ts';

/** A comment that may have been made though nobody answered is looked for before another is. */
const ATTEMPTS = 2;

/**
 * Brings our one comment on a pull request to a text. Others may copy our marker, so only what we wrote ourselves is ours;
 * and where GitHub takes no comment, as on a locked conversation, the proposal is what it is without one.
 */
export async function commentOnPullRequest(
  client: GitHubClient,
  comment: ProposalComment,
): Promise<Result<CommentOutcome>> {
  let mayExist = comment.mayExist;
  let problem: Problem | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = mayExist ? await ourComment(client, comment.number) : succeed(undefined);
    if (!found.ok) return { ok: false, error: [githubProblem('read the comments', found.error)] };
    const { value } = found;
    if (value === undefined ? comment.onlyReplaces : isSameComment(value.body, comment.markdown)) {
      return succeed('unchanged');
    }
    const written =
      value === undefined ? await addComment(client, comment) : await replaceComment(client, value.id, comment);
    if (written.ok) return succeed('written');
    problem = githubProblem('comment on the pull request', written.error);
    if (written.error.kind === 'refused' && [403, 410, 422].includes(written.error.status)) {
      client.log(`#${comment.number} has no comment on what became of it: ${problem.message}`);
      return succeed('refused');
    }
    if (written.error.kind !== 'lost') break;
    mayExist = true;
  }
  return { ok: false, error: problem === undefined ? [] : [problem] };
}

interface FoundComment {
  readonly id: string;
  readonly body: string;
}

async function ourComment(client: GitHubClient, number: number): Promise<Result<FoundComment | undefined, Failure>> {
  const { owner, repo } = client;
  for (let after: string | null = null; ; ) {
    const answer: Result<CommentPage, Failure> = await client.graphql(proposalComments, PROPOSAL_COMMENTS, {
      ...{ owner, repo, number, after },
    });
    if (!answer.ok) return answer;
    const comments: Comments | undefined = answer.value.repository?.pullRequest?.comments;
    const found = comments?.nodes.find(({ body, viewerDidAuthor }) => viewerDidAuthor && isOutcomeComment(body));
    if (found !== undefined || comments?.pageInfo.hasNextPage !== true) return succeed(found);
    after = comments.pageInfo.endCursor;
  }
}

type CommentPage = z.output<typeof proposalComments>;
type Comments = NonNullable<NonNullable<CommentPage['repository']>['pullRequest']>['comments'];

async function addComment(client: GitHubClient, { number, markdown: body }: ProposalComment) {
  const { owner, repo } = client;
  return client.restOnce(issueComment, (octokit, once) =>
    octokit.rest.issues.createComment({ owner, repo, issue_number: number, body, ...once }),
  );
}

async function replaceComment(client: GitHubClient, id: string, { markdown: body }: ProposalComment) {
  return client.graphql(updatedComment, UPDATE_COMMENT, { id, body });
}
