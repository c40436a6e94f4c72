import { type MergeRequest, type Result, succeed } from '../../api/index.ts';
import {
  isAncestor,
  type Ref,
  type Repository,
  readEntriesAt,
  readFilesAt,
  readRefs,
  type Signature,
} from '../repository/index.ts';
import { type BranchView, missingBase, type Obstacle, type OpenProposal, type ViewRequest } from './forge.ts';
import { COMMENTS, isCommented } from './local-comment.ts';
import { holdingLabelOf, isClosedByPerson, LABELS } from './local-labels.ts';
import { isOwnCommit } from './local-own-commit.ts';
import { isWithdrawnRecord, newestRecord, RECORDS, type StoredRecord } from './local-records.ts';

export const BRANCHES = 'refs/heads/';

/** A view, and the refs as it saw them. */
export interface LocalView {
  readonly view: BranchView;
  readonly refs: ReadonlyMap<string, Ref>;
}

/** A branch, its base and its proposal as they are now. */
export async function viewBranch(
  repository: Repository,
  author: Pick<Signature, 'email'>,
  request: ViewRequest,
): Promise<Result<LocalView>> {
  const reading = readRefs(repository, [BRANCHES + request.base, BRANCHES + request.head, RECORDS, LABELS, COMMENTS]);
  // Git starts meanwhile for what the refs lead to.
  repository.objects.warm();
  const refs = await reading;
  if (!refs.ok) return refs;
  const base = refs.value.get(BRANCHES + request.base);
  const head = refs.value.get(BRANCHES + request.head);
  if (base === undefined) return { ok: false, error: [missingBase(request.base)] };

  const [baseFiles, record] = await Promise.all([
    readFilesAt(repository, base.commit, [...new Set([...request.files, ...(request.supporting ?? [])])]),
    newestRecord(repository, refs.value, request.head),
  ]);
  if (!baseFiles.ok) return baseFiles;
  if (!record.ok) return record;
  const last = record.value;
  const standing =
    last === undefined ? succeed(undefined) : await asItStands(repository, last.mergeRequest, base, refs.value);
  if (!standing.ok) return standing;
  const mergeRequest = standing.value;
  const decided = await lastDecision(repository, refs.value, { base, record: last, mergeRequest });
  if (!decided.ok) return decided;
  // What somebody else put on the branch is not ours to read: it may be a link by now.
  const isOurs = mergeRequest?.state === 'open' && mergeRequest.head.commit === head?.commit;
  const [headFiles, tipNow] = await Promise.all([
    readEntriesAt(repository, head?.commit ?? base.commit, isOurs ? request.files : []),
    tipOf(repository, author, { base, head, record: last, isOpen: mergeRequest?.state === 'open' }),
  ]);
  if (!headFiles.ok) return headFiles;
  if (!tipNow.ok) return tipNow;
  const tip = tipNow.value;
  const view: BranchView = {
    base: { branch: request.base, commit: base.commit, files: baseFiles.value },
    head: { branch: request.head, commit: head?.commit, files: headFiles.value },
    open: last === undefined ? undefined : openProposal(mergeRequest, last, refs.value),
    merged: decided.value?.state === 'merged' ? decided.value : undefined,
    rejected: decided.value?.state === 'closed' ? decided.value : undefined,
    obstacle: obstacleOf(tip, head, mergeRequest, refs.value),
    isOrphan: tip === 'orphan',
  };
  return succeed({ view, refs: refs.value });
}

/** The last merge request of a branch that people merged or closed, while none is open: what we closed decides nothing. */
async function lastDecision(
  repository: Repository,
  refs: ReadonlyMap<string, Ref>,
  {
    base,
    record,
    mergeRequest,
  }: {
    readonly base: Ref;
    readonly record: StoredRecord | undefined;
    readonly mergeRequest: MergeRequest | undefined;
  },
): Promise<Result<MergeRequest | undefined>> {
  if (record === undefined || mergeRequest?.state === 'open') return succeed(undefined);
  if (!isWithdrawnRecord(record.ref, refs)) return succeed(mergeRequest);
  const { branch } = record.mergeRequest.head;
  const before = await newestRecord(repository, refs, branch, (ref) => !isWithdrawnRecord(ref, refs));
  if (!before.ok || before.value === undefined) return before.ok ? succeed(undefined) : before;
  return asItStands(repository, before.value.mergeRequest, base, refs);
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

/** What the newest commit of a branch is. */
type Tip =
  /** None, the one that the last merge request remembers, or one that the base has. */
  | 'settled'
  /** Ours, and no merge request is open that could remember it. */
  | 'orphan'
  | 'foreign';

async function tipOf(
  repository: Repository,
  author: Pick<Signature, 'email'>,
  { base, head, record, isOpen }: BranchRefs,
): Promise<Result<Tip>> {
  if (head === undefined || head.commit === record?.mergeRequest.head.commit) return succeed('settled');
  const isInBase = await isAncestor(repository, head.commit, base.commit);
  if (!isInBase.ok) return isInBase;
  if (isInBase.value) return succeed('settled');
  const isOwn = isOpen ? succeed(false) : await isOwnCommit(repository, head.commit, author);
  if (!isOwn.ok) return isOwn;
  return succeed(isOwn.value ? 'orphan' : 'foreign');
}

interface BranchRefs {
  readonly base: Ref;
  readonly head: Ref | undefined;
  readonly record: StoredRecord | undefined;
  readonly isOpen: boolean;
}

function obstacleOf(
  tip: Tip,
  head: Ref | undefined,
  mergeRequest: MergeRequest | undefined,
  refs: ReadonlyMap<string, Ref>,
): Obstacle | undefined {
  const branch = head?.name.slice(BRANCHES.length);
  if (tip === 'foreign') {
    const reason = `the branch "${branch}" is at ${head?.commit.slice(0, 12)}, a commit that is not ours`;
    return { kind: 'foreign', reason };
  }
  if (head?.aliasOf !== undefined) {
    const reason = `the branch "${branch}" is only another name of "${head.aliasOf.replace(BRANCHES, '')}"`;
    return { kind: 'alias', reason };
  }
  if (head?.workTree !== undefined) {
    return { kind: 'checked-out', reason: `the branch "${branch}" is checked out in a work tree` };
  }
  if (mergeRequest?.state !== 'open') return undefined;
  const label = holdingLabelOf(refs, mergeRequest.number);
  return label === undefined ? undefined : { kind: 'held', reason: `!${mergeRequest.number} has the label "${label}"` };
}
