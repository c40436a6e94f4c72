import type { MergeRequest } from '../../api/index.ts';
import { fail, type Result, succeed } from '../../api/index.ts';
import { changedPaths, type Ref, type Repository, readRefs, type Signature } from '../repository/index.ts';
import type { BranchView, LocalForge } from './forge.ts';
import { commentOnProposal } from './local-comment.ts';
import { closeProposal, dropOrphan, mergeProposal } from './local-end.ts';
import { LABELS } from './local-labels.ts';
import { RECORDS, readRecords, recordRef, recordRefs } from './local-records.ts';
import { surveyProposals } from './local-survey.ts';
import { asItStands, BRANCHES, viewBranch } from './local-view.ts';
import { writeProposal } from './local-write.ts';

/**
 * The embedded forge: merge requests in a local repository, written straight to its object database. It never touches a
 * work tree, an index or HEAD, save the clean work tree of a base branch that `merge` is asked to move along.
 */
export function localForge(repository: Repository, author: Pick<Signature, 'name' | 'email'>): LocalForge {
  const seen = new WeakMap<BranchView, ReadonlyMap<string, Ref>>();
  return {
    name: 'local',
    sign: '!',
    view: async (request) => {
      const viewed = await viewBranch(repository, author, request);
      if (!viewed.ok) return viewed;
      const { view, refs } = viewed.value;
      seen.set(view, refs);
      return succeed(view);
    },
    branchOf: (number) => branchOfProposal(repository, number),
    changedFiles: ({ base, head }) =>
      head.commit === undefined ? Promise.resolve(succeed([])) : changedPaths(repository, base.commit, head.commit),
    write: (proposal) => writeProposal(repository, { ...author, at: proposal.at }, proposal),
    comment: (comment) => commentOnProposal(repository, { ...author, at: comment.at }, comment),
    mergeByItself: async () => succeed({ kind: 'refused', reason: 'the embedded forge merges nothing by itself' }),
    leaveToPeople: async () => succeed(undefined),
    close: (view, reason, at) => closeProposal(repository, { ...author, at }, view, reason),
    dropBranch: (view, at) => dropOrphan(repository, { ...author, at }, view),
    survey: (request) =>
      surveyProposals(repository, request, request.after === undefined ? undefined : seen.get(request.after)),
    merge: (number, options) => mergeProposal(repository, { ...author, at: options.at }, number, options),
    list: () => listProposals(repository),
  };
}

async function branchOfProposal(repository: Repository, number: number): Promise<Result<string>> {
  const refs = await readRefs(repository, [recordRef(number), BRANCHES, LABELS]);
  if (!refs.ok) return refs;
  // No other record is read, so that one which cannot be read stands in nobody else's way.
  const list = await proposalsOf(repository, refs.value);
  if (!list.ok) return list;
  const [found] = list.value;
  if (found === undefined) return fail({ code: 'not-found', message: `there is no merge request !${number}` });
  if (found.state === 'open') return succeed(found.head.branch);
  return fail({ code: 'refused', message: `!${number} is ${found.state} already` });
}

async function listProposals(repository: Repository): Promise<Result<readonly MergeRequest[]>> {
  const refs = await readRefs(repository, [RECORDS, BRANCHES, LABELS]);
  return refs.ok ? proposalsOf(repository, refs.value) : refs;
}

/** Merge requests whose records are among refs, as they stand now. */
async function proposalsOf(
  repository: Repository,
  refs: ReadonlyMap<string, Ref>,
): Promise<Result<readonly MergeRequest[]>> {
  const records = await readRecords(repository, recordRefs(refs));
  if (!records.ok) return records;
  const mergeRequests: MergeRequest[] = [];
  for (const { mergeRequest } of records.value) {
    const base = refs.get(BRANCHES + mergeRequest.base.branch);
    const standing = await asItStands(repository, mergeRequest, base, refs);
    if (!standing.ok) return standing;
    mergeRequests.push(standing.value);
  }
  return succeed(mergeRequests);
}
