import { type MergeRequest, type Result, succeed } from '../../api/index.ts';
import { isAncestor, type Ref, type Repository, readFilesAt, readRefs } from '../repository/index.ts';
import { type BranchView, missingBase, type Obstacle, type OpenProposal, type ViewRequest } from './forge.ts';
import { newestRecord, RECORDS, type StoredRecord } from './local-records.ts';

export const BRANCHES = 'refs/heads/';

/** A branch, its base and its proposal as they are now. */
export async function viewBranch(repository: Repository, request: ViewRequest): Promise<Result<BranchView>> {
  const refs = await readRefs(repository, [BRANCHES + request.base, BRANCHES + request.head, RECORDS]);
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
  const standing = last === undefined ? succeed(undefined) : await asItStands(repository, last.mergeRequest, base);
  if (!standing.ok) return standing;
  const mergeRequest = standing.value;
  // What somebody else put on the branch is not ours to read: it may be a link by now.
  const isOurs = mergeRequest?.state === 'open' && mergeRequest.head.commit === head?.commit;
  const headFiles = await readFilesAt(repository, head?.commit ?? base.commit, isOurs ? request.files : []);
  if (!headFiles.ok) return headFiles;
  const obstacle = await obstacleOf(repository, base, head, record.value);
  if (!obstacle.ok) return obstacle;
  return succeed({
    base: { branch: request.base, commit: base.commit, files: baseFiles.value },
    head: { branch: request.head, commit: head?.commit, files: headFiles.value },
    open: last === undefined ? undefined : openProposal(mergeRequest, last),
    merged: mergeRequest?.state === 'merged' ? mergeRequest : undefined,
    rejected: undefined,
    obstacle: obstacle.value,
  });
}

function openProposal(mergeRequest: MergeRequest | undefined, { ref }: StoredRecord): OpenProposal | undefined {
  return mergeRequest?.state === 'open' ? { mergeRequest, revision: ref.commit, isComplete: true } : undefined;
}

/** A merge request whose record says `open` is merged all the same where a person merged its branch with git alone. */
export async function asItStands(
  repository: Repository,
  mergeRequest: MergeRequest,
  base: Ref | undefined,
): Promise<Result<MergeRequest>> {
  const { state, head } = mergeRequest;
  if (state !== 'open' || base === undefined || base.commit === mergeRequest.base.commit) return succeed(mergeRequest);
  const isMerged = await isAncestor(repository, head.commit, base.commit);
  if (!isMerged.ok) return isMerged;
  return succeed(isMerged.value ? { ...mergeRequest, state: 'merged' } : mergeRequest);
}

async function obstacleOf(
  repository: Repository,
  base: Ref,
  head: Ref | undefined,
  record: StoredRecord | undefined,
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
