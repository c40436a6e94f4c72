import type { MergeRequest, Plan, ProposedChange } from '../../api/index.ts';
import type { PlanEdit } from '../edit-set/index.ts';
import type { BranchView, Forge, Obstacle, OpenProposal } from '../forges/index.ts';
import { objectName } from '../repository/index.ts';
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

/**
 * Decides from what is wanted and what is there.
 * @param sign what people of the forge write before a number.
 */
export function decide(plan: Plan, view: BranchView, drafted: Drafted, sign: Forge['sign']): Decision {
  const words: Words = { plan, view, nameOf: ({ number }) => `${sign}${number}` };
  switch (drafted.kind) {
    case 'no-change':
      return view.open === undefined
        ? { kind: 'nothing-to-do', reason: 'every number is what it should be' }
        : (outdated(words, view.open) ?? withoutChanges(words, view.open));
    case 'held-already':
      return { kind: 'nothing-to-do', reason: heldAlready(words, drafted.edits) };
    case 'not-admitted':
      return { kind: 'refused', reason: drafted.reason };
    case 'draft':
      return withChanges(words, drafted.draft);
  }
}

interface Words {
  readonly plan: Plan;
  readonly view: BranchView;
  readonly nameOf: (mergeRequest: MergeRequest) => string;
}

/** Two runs may finish in another order than they planned, and the later plan knows more. */
function outdated({ plan, nameOf }: Words, open: OpenProposal | undefined): Decision | undefined {
  const plannedAt = open?.mergeRequest.plannedAt;
  if (open === undefined || plannedAt === undefined || Date.parse(plannedAt) <= Date.parse(plan.createdAt)) {
    return undefined;
  }
  const reason = `${nameOf(open.mergeRequest)} is of a newer plan (${plannedAt}) than this one (${plan.createdAt}); run plan again`;
  return { kind: 'refused', reason };
}

function withChanges(words: Words, draft: Draft): Decision {
  const { view, nameOf } = words;
  const { open, obstacle, rejected } = view;
  if (obstacle?.kind === 'foreign') return refusal(obstacle);
  if (open?.isComplete === true && isSame(view, open, draft)) return { kind: 'unchanged', draft, open };
  const older = outdated(words, open);
  if (older !== undefined) return older;
  if (obstacle !== undefined) return refusal(obstacle);
  if (open === undefined && rejected !== undefined && saysTheSame(rejected, draft)) {
    const reason = `${nameOf(rejected)} wanted the same and was closed; other numbers will be proposed again`;
    return { kind: 'nothing-to-do', reason };
  }
  return open === undefined ? { kind: 'create', draft } : { kind: 'update', draft, open };
}

/** A plan older than its base says nothing about what was proposed since, so that stays as it is. */
function heldAlready({ view, nameOf }: Words, edits: readonly PlanEdit[]): string {
  const { base, open, merged } = view;
  if (open !== undefined) {
    return `"${base.branch}" already holds every number; ${nameOf(open.mergeRequest)} stays open until a new plan speaks of it`;
  }
  return merged !== undefined && edits.every((edit) => isMadeBy(merged, edit))
    ? `already merged, by ${nameOf(merged)}`
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
function withoutChanges({ plan, view, nameOf }: Words, open: OpenProposal): Decision {
  const unplanned = open.mergeRequest.changes.find((change) => !isPlanned(plan, change));
  if (unplanned !== undefined) {
    const reason = `${nameOf(open.mergeRequest)} stays open, since the plan has no target for "${unplanned.service}"`;
    return { kind: 'nothing-to-do', reason };
  }
  if (view.obstacle !== undefined) return refusal(view.obstacle);
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
      return proposed.has(file) && stored !== undefined && stored.object === objectName(bytes, stored.object);
    })
  );
}

/** Whether every number was proposed just so before. */
function saysTheSame({ changes }: MergeRequest, draft: Draft): boolean {
  return draft.changes.every(({ file, namespace, service, to }) =>
    changes.some(
      (change) =>
        change.file === file && change.namespace === namespace && change.service === service && change.to === to,
    ),
  );
}

function refusal(obstacle: Obstacle): Decision {
  switch (obstacle.kind) {
    case 'foreign':
      return { kind: 'refused', reason: `${obstacle.reason}; merge or delete the branch, then propose again` };
    case 'checked-out':
      return { kind: 'refused', reason: `${obstacle.reason}; check out another one there, then propose again` };
    case 'held':
      return { kind: 'refused', reason: `${obstacle.reason}; take it off, and it is brought up to date again` };
  }
}
