import type { MergeRequest, Plan, ProposedChange } from '../../api/index.ts';
import type { PlanEdit } from '../edit-set/index.ts';
import type { BranchView, Obstacle, OpenProposal } from '../forges/index.ts';
import type { Draft, Drafted } from './draft.ts';

/** What is to be done about one graph's proposal. */
export type Decision =
  | { readonly kind: 'create'; readonly draft: Draft }
  | { readonly kind: 'update'; readonly draft: Draft; readonly open: OpenProposal }
  /** The open proposal already says exactly this. */
  | { readonly kind: 'unchanged'; readonly draft: Draft; readonly open: OpenProposal }
  /** The open proposal has nothing left to change. */
  | { readonly kind: 'close'; readonly open: OpenProposal; readonly reason: string }
  | { readonly kind: 'nothing-to-do'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Decides from what is wanted and what is there. */
export function decide(plan: Plan, view: BranchView, drafted: Drafted): Decision {
  switch (drafted.kind) {
    case 'no-change':
      return view.open === undefined
        ? { kind: 'nothing-to-do', reason: 'every number is what it should be' }
        : (outdated(plan, view.open) ?? withoutChanges(plan, view.open, view.obstacle));
    case 'held-already':
      return { kind: 'nothing-to-do', reason: heldAlready(view, drafted.edits) };
    case 'draft':
      return withChanges(plan, view, drafted.draft);
  }
}

/** Two runs may finish in another order than they planned, and the later plan knows more. */
function outdated(plan: Plan, open: OpenProposal | undefined): Decision | undefined {
  const plannedAt = open?.mergeRequest.plannedAt;
  if (open === undefined || plannedAt === undefined || Date.parse(plannedAt) <= Date.parse(plan.createdAt)) {
    return undefined;
  }
  const reason = `!${open.mergeRequest.number} is of a newer plan (${plannedAt}) than this one (${plan.createdAt}); run plan again`;
  return { kind: 'refused', reason };
}

function withChanges(plan: Plan, view: BranchView, draft: Draft): Decision {
  const { open, obstacle } = view;
  if (obstacle?.kind === 'foreign') return refusal(obstacle);
  if (open !== undefined && isSame(view, open, draft)) return { kind: 'unchanged', draft, open };
  const older = outdated(plan, open);
  if (older !== undefined) return older;
  if (obstacle !== undefined) return refusal(obstacle);
  return open === undefined ? { kind: 'create', draft } : { kind: 'update', draft, open };
}

/** A plan older than its base says nothing about what was proposed since, so that stays as it is. */
function heldAlready({ base, open, merged }: BranchView, edits: readonly PlanEdit[]): string {
  if (open !== undefined) {
    const { number } = open.mergeRequest;
    return `"${base.branch}" already holds every number; !${number} stays open until a new plan speaks of it`;
  }
  return merged !== undefined && edits.every((edit) => isMadeBy(merged, edit))
    ? `already merged, by !${merged.number}`
    : `"${base.branch}" already holds every number`;
}

function isMadeBy({ changes }: MergeRequest, { target, location }: PlanEdit): boolean {
  return changes.some(
    ({ file, deployment, environment, namespace, service, to }) =>
      file === location.file &&
      deployment === target.deployment &&
      environment === target.environment &&
      namespace === target.namespace &&
      service === target.service &&
      to === target.target,
  );
}

/** A number that the plan does not speak of may still need the change that is proposed: no data closes nothing. */
function withoutChanges(plan: Plan, open: OpenProposal, obstacle: Obstacle | undefined): Decision {
  const unplanned = open.mergeRequest.changes.find((change) => !isPlanned(plan, change));
  if (unplanned !== undefined) {
    const reason = `!${open.mergeRequest.number} stays open, since the plan has no target for "${unplanned.service}"`;
    return { kind: 'nothing-to-do', reason };
  }
  if (obstacle !== undefined) return refusal(obstacle);
  return { kind: 'close', open, reason: `plan ${plan.digest} leaves every number as it is` };
}

function isPlanned(plan: Plan, change: ProposedChange): boolean {
  return plan.targets.some(
    (target) =>
      target.deployment === change.deployment &&
      target.environment === change.environment &&
      target.namespace === change.namespace &&
      target.service === change.service,
  );
}

/** Whether the branch already holds these files: then a write would say the same again. */
function isSame(view: BranchView, open: OpenProposal, draft: Draft): boolean {
  const proposed = new Set(open.mergeRequest.changes.map((change) => change.file));
  return (
    view.head.commit === open.mergeRequest.head.commit &&
    proposed.size === draft.files.length &&
    draft.files.every(({ file, bytes }) => {
      const stored = view.head.files.get(file);
      return proposed.has(file) && stored !== undefined && Buffer.compare(stored.bytes, bytes) === 0;
    })
  );
}

function refusal(obstacle: Obstacle): Decision {
  switch (obstacle.kind) {
    case 'foreign':
      return { kind: 'refused', reason: `${obstacle.reason}; merge or delete the branch, then propose again` };
    case 'checked-out':
      return { kind: 'refused', reason: `${obstacle.reason}; check out another one there, then propose again` };
  }
}
