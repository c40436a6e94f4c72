import { type MergeRequest, type Problem, type Result, succeed } from '../../api/index.ts';
import {
  fastForward,
  isAncestor,
  mergeTrees,
  publish,
  type Ref,
  type RefStep,
  type Repository,
  readRefs,
  type Signature,
  updateRefs,
} from '../repository/index.ts';
import { type BranchView, lostRace, type Merged, type MergeOptions, missingBase } from './forge.ts';
import { isClosedByPerson, LABELS } from './local-labels.ts';
import { RECORDS, readRecords, recordCommit, recordRef, type StoredRecord } from './local-records.ts';
import { BRANCHES } from './local-view.ts';
import { areUnmoved } from './local-write.ts';

/** Closes the open merge request of a view, and drops its branch. */
export async function closeProposal(
  repository: Repository,
  signature: Signature,
  view: BranchView,
  reason: string,
): Promise<Result<MergeRequest>> {
  const { open } = view;
  const refs = await readRefs(repository, [BRANCHES + view.base.branch, BRANCHES + view.head.branch, RECORDS, LABELS]);
  if (!refs.ok) return refs;
  if (open === undefined || !areUnmoved(view, refs.value)) return { ok: false, error: [lostRace(view.head.branch)] };
  const closed: MergeRequest = { ...open.mergeRequest, state: 'closed', updatedAt: signature.at.toISOString() };
  const published = await publish(repository, signature, `dynamo-gitops: !${closed.number} closed`, {
    drafts: [recordCommit(closed, open.revision, `closed: ${reason}`)],
    steps: ([record = '']) => [
      { kind: 'verify', name: BRANCHES + view.base.branch, commit: view.base.commit },
      { kind: 'set', name: recordRef(closed.number), from: open.revision, to: record },
      ...dropBranch(refs.value.get(BRANCHES + view.head.branch), closed.head.commit),
    ],
  });
  if (!published.ok) return published;
  return published.value === undefined ? { ok: false, error: [lostRace(view.head.branch)] } : succeed(closed);
}

/** Deletes a branch of ours that has no merge request. */
export async function dropOrphan(
  repository: Repository,
  signature: Signature,
  { head }: BranchView,
): Promise<Result<undefined>> {
  if (head.commit === undefined) return { ok: false, error: [lostRace(head.branch)] };
  const step: RefStep = { kind: 'delete', name: BRANCHES + head.branch, from: head.commit };
  const dropped = await updateRefs(repository, [step], signature, `dynamo-gitops: ${head.branch} has no merge request`);
  if (!dropped.ok) return dropped;
  return dropped.value ? succeed(undefined) : { ok: false, error: [lostRace(head.branch)] };
}

/** Merges a merge request with a merge commit, as the button of a hosted forge does. */
export async function mergeProposal(
  repository: Repository,
  signature: Signature,
  number: number,
  options: MergeOptions,
): Promise<Result<Merged>> {
  const found = await openRecord(repository, number);
  if (!found.ok) return found;
  const { record, refs } = found.value;
  const { mergeRequest } = record;
  const base = refs.get(BRANCHES + mergeRequest.base.branch);
  const head = refs.get(BRANCHES + mergeRequest.head.branch);
  if (base === undefined) return { ok: false, error: [missingBase(mergeRequest.base.branch)] };
  if (head === undefined) return refuse(number, `its branch "${mergeRequest.head.branch}" does not exist any more`);
  if (options.expectedHead !== undefined && head.commit !== options.expectedHead) {
    return { ok: false, error: [lostRace(mergeRequest.head.branch)] };
  }
  if (base.workTree !== undefined && options.checkedOut !== 'fast-forward') {
    return refuse(
      number,
      `"${mergeRequest.base.branch}" is checked out in a work tree`,
      'merge it there with git merge',
    );
  }
  const isMerged = await isAncestor(repository, head.commit, base.commit);
  if (!isMerged.ok) return isMerged;
  const commit = isMerged.value
    ? succeed(base.commit)
    : await mergeInto(repository, signature, mergeRequest, base, head.commit);
  if (!commit.ok) return commit;
  return recordMerge(repository, signature, record, head, { ...base, commit: commit.value });
}

/** Writes the merge commit and moves the base branch to it, with its work tree where it has one. */
async function mergeInto(
  repository: Repository,
  signature: Signature,
  mergeRequest: MergeRequest,
  base: Ref,
  head: string,
): Promise<Result<string>> {
  const merged = await mergeTrees(repository, base.commit, head);
  if (!merged.ok) return merged;
  if (merged.value.kind === 'conflict') {
    return refuse(
      mergeRequest.number,
      `it conflicts with "${mergeRequest.base.branch}" in ${merged.value.files.join(', ')}`,
      'run plan and propose again',
    );
  }
  const message = `Merge branch '${mergeRequest.head.branch}'\n\n!${mergeRequest.number} ${mergeRequest.title}\n`;
  const draft = { parents: [base.commit, head], tree: merged.value.tree, files: [], message };
  const { workTree } = base;
  const published = await publish(repository, signature, `dynamo-gitops: !${mergeRequest.number} merged`, {
    drafts: [draft],
    steps: ([commit = '']): readonly RefStep[] =>
      workTree === undefined
        ? [{ kind: 'set', name: base.name, from: base.commit, to: commit, follows: true }]
        : [{ kind: 'verify', name: base.name, commit: base.commit }],
  });
  if (!published.ok) return published;
  const commit = published.value?.[0];
  if (commit === undefined) return { ok: false, error: [lostRace(mergeRequest.base.branch)] };
  if (workTree === undefined) return succeed(commit);
  const moved = await fastForward(repository, workTree, commit);
  return moved.ok ? succeed(commit) : moved;
}

async function recordMerge(
  repository: Repository,
  signature: Signature,
  record: StoredRecord,
  head: Ref,
  base: Ref,
): Promise<Result<Merged>> {
  const mergeRequest: MergeRequest = {
    ...record.mergeRequest,
    state: 'merged',
    updatedAt: signature.at.toISOString(),
  };
  const reason = `merged into ${mergeRequest.base.branch} as ${base.commit}`;
  const published = await publish(repository, signature, `dynamo-gitops: !${mergeRequest.number} merged`, {
    drafts: [recordCommit(mergeRequest, record.ref.commit, reason)],
    steps: ([commit = '']) => [
      { kind: 'set', name: record.ref.name, from: record.ref.commit, to: commit },
      ...dropBranch(head, head.commit),
    ],
  });
  if (!published.ok) return published;
  if (published.value === undefined) return { ok: false, error: [lostRace(mergeRequest.head.branch)] };
  return succeed({ mergeRequest, commit: base.commit });
}

async function openRecord(
  repository: Repository,
  number: number,
): Promise<Result<{ readonly record: StoredRecord; readonly refs: ReadonlyMap<string, Ref> }>> {
  const refs = await readRefs(repository, [BRANCHES, recordRef(number), LABELS]);
  if (!refs.ok) return refs;
  const ref = refs.value.get(recordRef(number));
  if (ref === undefined) {
    return { ok: false, error: [{ code: 'not-found', message: `there is no merge request !${number}` }] };
  }
  const records = await readRecords(repository, [ref]);
  if (!records.ok) return records;
  const [record] = records.value;
  if (record?.mergeRequest.state !== 'open') {
    return refuse(number, `it is ${record?.mergeRequest.state ?? 'unreadable'} already`);
  }
  if (isClosedByPerson(refs.value, record.mergeRequest)) return refuse(number, 'it is closed already');
  return succeed({ record, refs: refs.value });
}

/** A branch whose work is done goes, unless it has moved on or somebody has it checked out. */
function dropBranch(branch: Ref | undefined, commit: string): readonly RefStep[] {
  if (branch === undefined || branch.commit !== commit || branch.workTree !== undefined) return [];
  return [{ kind: 'delete', name: branch.name, from: branch.commit }];
}

function refuse(number: number, reason: string, hint?: string): Result<never> {
  const problem: Problem = { code: 'refused', message: `!${number} is not merged: ${reason}` };
  return { ok: false, error: [hint === undefined ? problem : { ...problem, hint }] };
}
