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
  const { view } = proposal;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const refs = await readRefs(repository, [
      BRANCHES + view.base.branch,
      BRANCHES + view.head.branch,
      RECORDS,
      LABELS,
    ]);
    if (!refs.ok) return refs;
    const base = unmovedBase(view, refs.value);
    if (base === undefined) break;
    const taken = await takenMeanwhile(repository, proposal, refs.value);
    if (!taken.ok) return taken;
    const written = await tryWrite(repository, signature, proposal, refs.value, base);
    if (!written.ok) return written;
    if (written.value !== undefined) return succeed(written.value);
  }
  return { ok: false, error: [lostRace(view.head.branch)] };
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

/** The base's ref where everything still is as the view saw it. */
export function unmovedBase(view: BranchView, refs: ReadonlyMap<string, Ref>): Ref | undefined {
  const base = refs.get(BRANCHES + view.base.branch);
  const isUnmoved =
    base?.commit === view.base.commit &&
    refs.get(BRANCHES + view.head.branch)?.commit === view.head.commit &&
    (view.open === undefined ||
      (refs.get(recordRef(view.open.mergeRequest.number))?.commit === view.open.revision &&
        holdingLabelOf(refs, view.open.mergeRequest.number) === undefined &&
        !isClosedByPerson(refs, view.open.mergeRequest)));
  return isUnmoved ? base : undefined;
}

async function tryWrite(
  repository: Repository,
  signature: Signature,
  proposal: ProposalWrite,
  refs: ReadonlyMap<string, Ref>,
  base: Ref,
): Promise<Result<MergeRequest | undefined>> {
  const { view } = proposal;
  const head = await headCommit(repository, proposal, base);
  if (!head.ok) return head;
  const settled = await settle(repository, signature.at, view, refs);
  if (!settled.ok) return settled;
  const number = view.open?.mergeRequest.number ?? nextNumber(refs);
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
  const published = await publish(
    repository,
    signature,
    `dynamo-gitops: !${number} ${verb}`,
    [
      head.value,
      (commit) => recordCommit(requestAt(commit), view.open?.revision, `${verb}: ${proposal.title}`),
      ...(settled.value === undefined ? [] : [settled.value.draft]),
    ],
    ([commit = '', record = '', old = '']) => [
      { kind: 'verify', name: base.name, commit: base.commit },
      { kind: 'set', name: BRANCHES + view.head.branch, from: view.head.commit, to: commit },
      { kind: 'set', name: recordRef(number), from: view.open?.revision, to: record },
      ...(settled.value === undefined ? [] : [settled.value.step(old)]),
    ],
  );
  if (!published.ok) return published;
  return succeed(published.value?.[0] === undefined ? undefined : requestAt(published.value[0]));
}

/**
 * The commit on the proposal's branch: the base's files with the edits. It follows what the open proposal has so far, so
 * that the branch only ever grows; a base that has moved since becomes a second parent, as a merge of it would.
 */
async function headCommit(repository: Repository, proposal: ProposalWrite, base: Ref): Promise<Result<CommitDraft>> {
  const { view } = proposal;
  const files = proposal.files.map(({ file, bytes }) => ({
    ...{ file, bytes },
    mode: view.base.files.get(file)?.mode ?? '100644',
  }));
  const previous = view.open === undefined ? undefined : view.head.commit;
  if (previous === undefined) {
    return succeed({ parents: [base.commit], tree: undefined, files, message: proposal.commitMessage });
  }
  const hasBaseMoved = view.open?.mergeRequest.base.commit !== base.commit;
  const hasBase = hasBaseMoved ? await isAncestor(repository, base.commit, previous) : succeed(true);
  if (!hasBase.ok) return hasBase;
  const parents = hasBase.value ? [previous] : [previous, base.commit];
  return succeed({ parents, tree: base.tree, files, message: proposal.commitMessage });
}

/** A branch's former merge request that a person merged with git alone, or closed, is still open by its record: it ends here. */
async function settle(
  repository: Repository,
  at: Date,
  view: BranchView,
  refs: ReadonlyMap<string, Ref>,
): Promise<Result<{ readonly draft: () => CommitDraft; readonly step: (commit: string) => RefStep } | undefined>> {
  if (view.open !== undefined) return succeed(undefined);
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
