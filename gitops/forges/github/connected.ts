import { type Result, succeed } from '../../../api/index.ts';
import type { Forge } from '../forge.ts';
import { mergeByItself } from './auto-merge.ts';
import { branchOfPullRequest } from './branch-of.ts';
import { changedFiles } from './changed-files.ts';
import { githubClient } from './client.ts';
import { commentOnPullRequest } from './comment.ts';
import type { GitHubConnection } from './connection.ts';
import { dropBranch } from './drop-branch.ts';
import { surveyPullRequests } from './survey.ts';
import { viewProposal } from './view.ts';
import { withdrawProposal, withoutAutoMerge } from './withdraw.ts';
import { writeProposal } from './write.ts';

/** The forge behind a connection. */
export async function connectedForge(connection: GitHubConnection): Promise<Result<Forge>> {
  const client = await githubClient(connection);
  if (!client.ok) return client;
  const { checkout } = connection;
  return succeed({
    name: 'github',
    sign: '#',
    view: (request) => viewProposal(client.value, checkout, request),
    branchOf: (number) => branchOfPullRequest(client.value, number),
    changedFiles: (view) => changedFiles(client.value, view),
    write: (proposal) => writeProposal(client.value, proposal),
    comment: (comment) => commentOnPullRequest(client.value, comment),
    mergeByItself: (request) => mergeByItself(client.value, request),
    leaveToPeople: (view) => withoutAutoMerge(client.value, view),
    close: (view, reason) => withdrawProposal(client.value, view, reason),
    dropBranch: (view) => dropBranch(client.value, view),
    survey: (request) => surveyPullRequests(client.value, request),
  });
}
