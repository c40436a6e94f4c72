import { type MergeRequest, type Result, succeed } from '../../api/index.ts';
import { isAncestor, type Ref, type Repository, readEntriesAt, readFilesAt, readRefs } from '../repository/index.ts';
import { type BranchView, missingBase, type Obstacle, type OpenProposal, type ViewRequest } from './forge.ts';
import { COMMENTS, isCommented } from './local-comment.ts';
import { holdingLabelOf, isClosedByPerson, LABELS } from './local-labels.ts';
import { newestRecord, RECORDS, type StoredRecord } from './local-records.ts';

export const BRANCHES = 'refs/heads/';

/** A branch, its base and its proposal as they are now. */
export async function viewBranch(repository: Repository, request: ViewRequest): Promise<Result<BranchView>> {
  const refs = await readRefs(repository, [
    BRANCHES + request.base,
    BRANCHES + request.head,
    RECORDS,
    LABELS,
    COMMENTS,
  ]);
  if (!refs.ok) return refs;
  const base = refs.value.get(BRANCHES + request.base);
  const head = refs.value.get(BRANCHES + request.head);
  if (base === undefined) return { ok: false, error: [missingBase(request.base)] };

  const [baseFiles, record] = await Promise.all([
    readFilesAt(repository, base.commit, request.files),
    newestRecord(repository, refs.value, request.head),
  ]);
  if (!baseFiles.ok) return baseFiles;
  if (!record.ok) return record;
  const last = record.value;
  const standing =
    last === undefined ? succeed(undefined) : await asItStands(repository, last.mergeRequest, base, refs.value);
  if (!standing.ok) return standing;
  const mergeRequest = standing.value;
  // What somebody else put on the branch is not ours to read: it may be a link by now.
  const isOurs = mergeRequest?.state === 'open' && mergeRequest.head.commit === head?.commit;
  const [headFiles, obstacle] = await Promise.all([
    readEntriesAt(repository, head?.commit ?? base.commit, isOurs ? request.files : []),
    obstacleOf(repository, { base, head, record: last, refs: refs.value }),
  ]);
  if (!headFiles.ok) return headFiles;
  if (!obstacle.ok) return obstacle;
  return succeed({
    base: { branch: request.base, commit: base.commit, files: baseFiles.value },
    head: { branch: request.head, commit: head?.commit, files: headFiles.value },
    open: last === undefined ? undefined : openProposal(mergeRequest, last, refs.value),
    merged: mergeRequest?.state === 'merged' ? mergeRequest : undefined,
    rejected: mergeRequest?.state === 'closed' && isClosedByPerson(refs.value, mergeRequest) ? mergeRequest : undefined,
    obstacle: obstacle.value,
  });
}

function openProposal(
  mergeRequest: MergeRequest | undefined,
  { ref }: StoredRecord,
  refs: ReadonlyMap<string, Ref>,
): OpenProposal | undefined {
  if (mergeRequest?.state !== 'open') return undefined;
  const isCommentedOn = isCommented(refs, mergeRequest.number);
  return { mergeRequest, revision: ref.commit, isComplete: true, isCommented: isCommentedOn, mergedBy: 'nobody' };
}

/**
 * A merge request whose record says `open` is closed all the same where a person says so, and merged where one merged its
 * branch with git alone.
 */
export async function asItStands(
  repository: Repository,
  mergeRequest: MergeRequest,
  base: Ref | undefined,
  refs: ReadonlyMap<string, Ref>,
): Promise<Result<MergeRequest>> {
  const { state, head } = mergeRequest;
  if (state === 'open' && isClosedByPerson(refs, mergeRequest)) return succeed({ ...mergeRequest, state: 'closed' });
  if (state !== 'open' || base === undefined || base.commit === mergeRequest.base.commit) return succeed(mergeRequest);
  const isMerged = await isAncestor(repository, head.commit, base.commit);
  if (!isMerged.ok) return isMerged;
  return succeed(isMerged.value ? { ...mergeRequest, state: 'merged' } : mergeRequest);
}

interface BranchRefs {
  readonly base: Ref;
  readonly head: Ref | undefined;
  readonly record: StoredRecord | undefined;
  readonly refs: ReadonlyMap<string, Ref>;
}

async function obstacleOf(repository: Repository, branch: BranchRefs): Promise<Result<Obstacle | undefined>> {
  const onBranch = await branchObstacle(repository, branch);
  const { record, refs } = branch;
  if (!onBranch.ok || onBranch.value !== undefined || record?.mergeRequest.state !== 'open') return onBranch;
  const { number } = record.mergeRequest;
  const label = holdingLabelOf(refs, number);
  return succeed(label === undefined ? undefined : { kind: 'held', reason: `!${number} has the label "${label}"` });
}

async function branchObstacle(
  repository: Repository,
  { base, head, record }: BranchRefs,
): Promise<Result<Obstacle | undefined>> {
  if (head === undefined) return succeed(undefined);
  const branch = head.name.slice(BRANCHES.length);
  if (head.commit !== record?.mergeRequest.head.commit) {
    const isInBase = await isAncestor(repository, head.commit, base.commit);
    if (!isInBase.ok) return isInBase;
    if (!isInBase.value) {
      const reason = `the branch "${branch}" is at ${head.commit.slice(0, 12)}, a commit that is not ours`;
      return succeed({ kind: 'foreign', reason });
    }
  }
  if (head.workTree === undefined) return succeed(undefined);
  return succeed({ kind: 'checked-out', reason: `the branch "${branch}" is checked out in a work tree` });
}
