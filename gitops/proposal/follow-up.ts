import { type Result, succeed } from '../../api/index.ts';
import { type AutoMerge, arrangeMerge, type MergePermission, mergePermission } from './auto-merge.ts';
import type { Considered } from './consider.ts';
import { announce } from './outcome.ts';
import type { Proposal, ProposeInput } from './propose.ts';

/** What is due once a decision is carried out: what is said on the proposal, and whether the forge may merge it by itself. */
export async function followUp(
  input: ProposeInput,
  considered: Considered,
  proposal: Proposal,
): Promise<Result<Proposal>> {
  const merge = await autoMergeOf(input, considered, proposal);
  if (!merge.ok) return merge;
  const told = considered.decision.kind === 'close' ? succeed(undefined) : await announce(input, considered);
  return told.ok ? succeed({ ...proposal, autoMerge: merge.value }) : told;
}

async function autoMergeOf(
  { forge, autoMerge }: ProposeInput,
  { view, decision }: Considered,
  { mergeRequest }: Proposal,
): Promise<Result<AutoMerge | undefined>> {
  const draft = 'draft' in decision ? decision.draft : undefined;
  const permission = permissionOf(autoMerge, view.obstacle, decision, draft);
  const isOurs = view.open?.mergedBy === 'us';
  if (mergeRequest?.state !== 'open' || permission === undefined || (autoMerge === undefined && !isOurs)) {
    return succeed(undefined);
  }
  const isWritten = decision.kind === 'create' || decision.kind === 'update';
  const commitMessage = draft?.commitMessage ?? '';
  const arranged = await arrangeMerge(forge, view, { mergeRequest, commitMessage, isWritten }, permission);
  if (arranged.ok) return arranged;
  // Somebody has pushed since: what they did is for the next run to judge.
  const isLost = arranged.error.every(({ code }) => code === 'conflict');
  return isLost ? succeed({ kind: 'people', reason: 'somebody else moved its branch' }) : arranged;
}

/** @returns undefined where nothing is said about it, so that it stays as it is. */
function permissionOf(
  policy: ProposeInput['autoMerge'],
  obstacle: Considered['view']['obstacle'],
  decision: Considered['decision'],
  draft: Parameters<typeof mergePermission>[1] | undefined,
): MergePermission | undefined {
  switch (decision.kind) {
    case 'create':
    case 'update':
    case 'unchanged':
      if (draft === undefined) return undefined;
      return policy === undefined
        ? { kind: 'people', reason: 'nothing may be merged by itself any more' }
        : mergePermission(policy, draft, obstacle);
    case 'refused':
      // That a newer plan is proposed already says nothing against it.
      return obstacle === undefined && decision.unwanted === undefined
        ? undefined
        : { kind: 'people', reason: decision.reason };
    case 'held':
      return { kind: 'people', reason: decision.reason };
    case 'close':
    case 'nothing-to-do':
      return undefined;
  }
}
