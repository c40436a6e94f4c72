import { fail, type MergeRequest, type Result, SCHEMA_VERSION, succeed } from '../../api/index.ts';
import {
  type CommitDraft,
  isAncestor,
  publish,
  type Ref,
  type RefStep,
  type Repository,
  readRefs,
  type Signature,
} from '../repository/index.ts';
import { type BranchView, lostRace, type ProposalWrite } from './forge.ts';
import { holdingLabelOf, isClosedByPerson, LABELS } from './local-labels.ts';
import {
  isOpenRecord,
  newestRecord,
  nextNumber,
  numberOf,
  RECORDS,
  readRecords,
  recordCommit,
  recordRef,
  recordRefs,
} from './local-records.ts';
import { BRANCHES } from './local-view.ts';

/** Times that we try again where another process took our number first, or held a ref. */
const MAX_ATTEMPTS = 20;

/** Opens the branch's merge request, or adds a commit to the open one. */
export async function writeProposal(
  repository: Repository,
  signature: Signature,
  proposal: ProposalWrite,
): Promise<Result<MergeRequest>> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const place = await placeOf(repository, signature, proposal, attempt);
    if (!place.ok) return place;
    if (place.value === undefined) break;
    const written = await tryWrite(repository, signature, proposal, place.value);
    if (!written.ok) return written;
    if (written.value !== undefined) return succeed(written.value);
    const unmoved = await (place.value.isUnmoved ?? succeed(true));
    if (unmoved.ok && !unmoved.value) break;
  }
  return { ok: false, error: [lostRace(proposal.view.head.branch)] };
}

/** Where a proposal is to be written. */
interface Place {
  readonly number: number;
  /** Whether all that no step of the refs holds to still is as the view saw it, where that is still being asked. */
  readonly isUnmoved?: Promise<Result<boolean>>;
  /** A former merge request of the branch, which ends with it. */
  readonly former?: Former | undefined;
}

/** @returns undefined where something is not as the view saw it. */
async function placeOf(
  repository: Repository,
  signature: Signature,
  proposal: ProposalWrite,
  attempt: number,
): Promise<Result<Place | undefined>> {
  const { view, surveyed } = proposal;
  const isFirst = view.open === undefined && view.merged === undefined && view.rejected === undefined;
  // Whoever opened another one since has this number, and then no ref moves.
  if (isFirst && surveyed !== undefined && attempt === 0) return succeed({ number: surveyed + 1 });
  const reading = readRefs(repository, [BRANCHES + view.base.branch, BRANCHES + view.head.branch, RECORDS, LABELS]);
  if (view.open !== undefined) {
    const isUnmoved = reading.then((read) => (read.ok ? succeed(areUnmoved(view, read.value)) : read));
    return succeed({ number: view.open.mergeRequest.number, isUnmoved });
  }
  const refs = await reading;
  if (!refs.ok) return refs;
  if (!areUnmoved(view, refs.value)) return succeed(undefined);
  const taken = await takenMeanwhile(repository, proposal, refs.value);
  if (!taken.ok) return taken;
  const former = await formerOf(repository, signature.at, view, refs.value);
  return former.ok ? succeed({ number: nextNumber(refs.value), former: former.value }) : former;
}

/** Somebody may have opened one on the same file since it was looked for; whoever has the next number comes later than that. */
async function takenMeanwhile(
  repository: Repository,
  { view, surveyed, files }: ProposalWrite,
  refs: ReadonlyMap<string, Ref>,
): Promise<Result<undefined>> {
  if (surveyed === undefined || view.open !== undefined) return succeed(undefined);
  const newer = recordRefs(refs).filter((ref) => numberOf(ref) > surveyed && isOpenRecord(ref));
  const records = await readRecords(repository, newer);
  if (!records.ok) return records;
  for (const { mergeRequest } of records.value) {
    const shared = files.find(({ file }) => mergeRequest.changes.some((change) => change.file === file));
    if (shared === undefined || mergeRequest.head.branch === view.head.branch) continue;
    const message = `is changed by !${mergeRequest.number} already, which was opened meanwhile`;
    return fail({ code: 'refused', file: shared.file, message, hint: 'propose again: it waits for that one' });
  }
  return succeed(undefined);
}

/** Whether everything still is as the view saw it. */
export function areUnmoved({ base, head, open }: BranchView, refs: ReadonlyMap<string, Ref>): boolean {
  return (
    refs.get(BRANCHES + base.branch)?.commit === base.commit &&
    refs.get(BRANCHES + head.branch)?.commit === head.commit &&
    (open === undefined ||
      (refs.get(recordRef(open.mergeRequest.number))?.commit === open.revision &&
        holdingLabelOf(refs, open.mergeRequest.number) === undefined &&
        !isClosedByPerson(refs, open.mergeRequest)))
  );
}

async function tryWrite(
  repository: Repository,
  signature: Signature,
  proposal: ProposalWrite,
  { number, isUnmoved, former }: Place,
): Promise<Result<MergeRequest | undefined>> {
  const { view } = proposal;
  const head = await headCommit(repository, proposal);
  if (!head.ok) return head;
  const at = signature.at.toISOString();
  const requestAt = (commit: string): MergeRequest => ({
    schemaVersion: SCHEMA_VERSION,
    kind: 'merge-request',
    number,
    state: 'open',
    title: proposal.title,
    body: proposal.body,
    base: { branch: view.base.branch, commit: view.base.commit },
    head: { branch: view.head.branch, commit },
    planDigest: proposal.planDigest,
    plannedAt: proposal.plannedAt,
    expiresAt: proposal.expiresAt,
    createdAt: view.open?.mergeRequest.createdAt ?? at,
    updatedAt: at,
    changes: [...proposal.changes],
    diff: proposal.diff,
  });
  const verb = view.open === undefined ? 'opened' : 'updated';
  const published = await publish(repository, signature, `dynamo-gitops: !${number} ${verb}`, {
    ...(isUnmoved === undefined ? {} : { isWanted: isUnmoved }),
    drafts: [
      head.value,
      (commit) => recordCommit(requestAt(commit), view.open?.revision, `${verb}: ${proposal.title}`),
      ...(former === undefined ? [] : [former.draft]),
    ],
    steps: ([commit = '', record = '', old = '']) => [
      { kind: 'verify', name: BRANCHES + view.base.branch, commit: view.base.commit },
      { kind: 'set', name: BRANCHES + view.head.branch, from: view.head.commit, to: commit },
      { kind: 'set', name: recordRef(number), from: view.open?.revision, to: record },
      ...(former === undefined ? [] : [former.step(old)]),
    ],
  });
  if (!published.ok) return published;
  return succeed(published.value?.[0] === undefined ? undefined : requestAt(published.value[0]));
}

/**
 * The commit on the proposal's branch: the base's files with the edits. It follows what the open proposal has so far, so
 * that the branch only ever grows; a base that has moved since becomes a second parent, as a merge of it would.
 */
async function headCommit(repository: Repository, proposal: ProposalWrite): Promise<Result<CommitDraft>> {
  const { view } = proposal;
  const { base } = view;
  const files = proposal.files.map(({ file, bytes }) => ({
    ...{ file, bytes },
    mode: base.files.get(file)?.mode ?? '100644',
  }));
  const previous = view.open === undefined ? undefined : view.head.commit;
  if (previous === undefined) {
    return succeed({ parents: [base.commit], tree: undefined, files, message: proposal.commitMessage });
  }
  const hasBaseMoved = view.open?.mergeRequest.base.commit !== base.commit;
  const hasBase = hasBaseMoved ? await isAncestor(repository, base.commit, previous) : succeed(true);
  if (!hasBase.ok) return hasBase;
  const parents = hasBase.value ? [previous] : [previous, base.commit];
  return succeed({ parents, tree: base.commit, files, message: proposal.commitMessage });
}

interface Former {
  readonly draft: () => CommitDraft;
  readonly step: (commit: string) => RefStep;
}

/** A branch's former merge request that a person merged with git alone, or closed, is still open by its record: it ends here. */
async function formerOf(
  repository: Repository,
  at: Date,
  view: BranchView,
  refs: ReadonlyMap<string, Ref>,
): Promise<Result<Former | undefined>> {
  const former = await newestRecord(repository, refs, view.head.branch);
  if (!former.ok) return former;
  if (former.value?.mergeRequest.state !== 'open') return succeed(undefined);
  const { ref, mergeRequest } = former.value;
  const isClosed = isClosedByPerson(refs, mergeRequest);
  const ended: MergeRequest = {
    ...mergeRequest,
    state: isClosed ? 'closed' : 'merged',
    updatedAt: at.toISOString(),
  };
  const how = isClosed ? 'closed by a person' : `merged into ${mergeRequest.base.branch} by somebody else`;
  return succeed({
    draft: () => recordCommit(ended, ref.commit, how),
    step: (commit) => ({ kind: 'set', name: ref.name, from: ref.commit, to: commit }),
  });
}
