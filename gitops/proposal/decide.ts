import type { HeldItem, MergeRequest, Plan, ProposedChange } from '../../api/index.ts';
import { subjectName, visibleText } from '../../report/index.ts';
import type { EditGroup, PlanEdit } from '../edit-set/index.ts';
import type { BranchView, Forge, Obstacle, OpenProposal } from '../forges/index.ts';
import { objectName } from '../repository/index.ts';
import type { Draft, Drafted } from './draft.ts';
import { heldWords, isDecided } from './held-items.ts';
import { rejectionOf } from './rejected.ts';

/** What is to be done about one graph's proposal. */
export type Decision =
  | { readonly kind: 'create'; readonly draft: Draft }
  | { readonly kind: 'update'; readonly draft: Draft; readonly open: OpenProposal }
  /** The open proposal already says exactly this. */
  | { readonly kind: 'unchanged'; readonly draft: Draft; readonly open: OpenProposal }
  /** The open proposal has nothing left to change, or may not any more. */
  | { readonly kind: 'close'; readonly open: OpenProposal; readonly reason: string; readonly isRefused: boolean }
  /** `dropsBranch`: what is left of a run that was cut short goes. */
  | { readonly kind: 'nothing-to-do'; readonly reason: string; readonly dropsBranch?: true }
  /** It waits, for other proposals or for its own first half. */
  | { readonly kind: 'held'; readonly reason: string; readonly draft: Draft | undefined }
  /** `unwanted`: why the open proposal, which is not ours to close, should not be merged any more. */
  | { readonly kind: 'refused'; readonly reason: string; readonly unwanted?: string };

export interface DecideOptions {
  /** What people of the forge write before a number. */
  readonly sign: Forge['sign'];
  readonly now: Date;
  /** Replicas by which a number must differ from the one in a closed proposal. */
  readonly minStepAfterClose: number;
}

/** Decides about a graph of the plan from what is wanted and what is there. */
export function decide(
  plan: Plan,
  graph: EditGroup,
  view: BranchView,
  drafted: Drafted,
  options: DecideOptions,
): Decision {
  const words = wordsOf(plan, graph, view, options);
  switch (drafted.kind) {
    case 'no-change':
      return view.open === undefined
        ? withoutProposal(view, 'every number is what it should be')
        : (outdated(words, view.open) ?? withoutChanges(words, view.open));
    case 'held-already':
      return withoutProposal(view, heldAlready(words, drafted.edits));
    case 'not-admitted':
      return view.open === undefined
        ? { kind: 'refused', reason: drafted.reason }
        : (outdated(words, view.open) ?? closed(words, view.open, drafted.reason, true));
    case 'waiting':
      return view.open === undefined
        ? { kind: 'held', reason: drafted.reason, draft: undefined }
        : (outdated(words, view.open) ?? closed(words, view.open, drafted.reason, false));
    case 'draft':
      return withChanges(words, drafted.draft);
  }
}

/**
 * Decides about a graph that the plan has no number for, and whose proposal is open. Where the plan holds it because of what
 * somebody decided, the proposal is closed. Where too little is known, nothing says that its numbers are wrong, so it may
 * stay as long as its own plan holds.
 */
export function decideHeld(
  plan: Plan,
  graph: EditGroup,
  view: BranchView,
  held: readonly HeldItem[],
  options: DecideOptions,
): Decision {
  const words = wordsOf(plan, graph, view, options);
  const { open } = view;
  if (open === undefined) return { kind: 'nothing-to-do', reason: 'no proposal is open' };
  return outdated(words, open) ?? whileHeld(words, open, held);
}

interface Words extends DecideOptions {
  readonly plan: Plan;
  readonly graph: EditGroup;
  readonly view: BranchView;
  readonly nameOf: (mergeRequest: MergeRequest) => string;
}

function wordsOf(plan: Plan, graph: EditGroup, view: BranchView, options: DecideOptions): Words {
  return { plan, graph, view, ...options, nameOf: ({ number }) => `${options.sign}${number}` };
}

function withoutProposal({ isOrphan, obstacle }: BranchView, reason: string): Decision {
  if (!isOrphan || obstacle !== undefined) return { kind: 'nothing-to-do', reason };
  const dropped = `${reason}; the branch of a run that was cut short is deleted`;
  return { kind: 'nothing-to-do', reason: dropped, dropsBranch: true };
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
  const { plan, view, nameOf, minStepAfterClose } = words;
  const { open, obstacle, rejected } = view;
  if (obstacle?.kind === 'foreign') return refusal(obstacle);
  const older = outdated(words, open);
  if (open?.isComplete === true && isSame(view, open, draft)) {
    // What holds no longer may not be merged, so that the same numbers are proposed anew, in place.
    const isRenewed = isExpired(words, open) && open.mergeRequest.planDigest !== plan.digest;
    if (!isRenewed || older !== undefined || obstacle !== undefined) return { kind: 'unchanged', draft, open };
  }
  if (older !== undefined) return older;
  if (obstacle !== undefined) return refusal(obstacle);
  const rejection =
    open === undefined && rejected !== undefined ? rejectionOf(rejected, draft, minStepAfterClose) : undefined;
  if (rejected !== undefined && rejection !== undefined) {
    return { kind: 'nothing-to-do', reason: `${nameOf(rejected)} ${rejection}` };
  }
  return open === undefined ? { kind: 'create', draft } : { kind: 'update', draft, open };
}

function isExpired({ now }: Words, { mergeRequest: { expiresAt } }: OpenProposal): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) < now.getTime();
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
function withoutChanges(words: Words, open: OpenProposal): Decision {
  const { plan, graph, nameOf } = words;
  const held = plan.held.filter(
    (item) => item.environment === graph.environment && item.deployment === graph.deployment,
  );
  const unplanned = open.mergeRequest.changes.find((change) => !isPlanned(plan, change));
  if (unplanned === undefined) {
    const because = held.length === 0 ? '' : `: ${heldWords(held)}`;
    return closed(words, open, `plan ${plan.digest} leaves every number as it is${because}`, false);
  }
  const items = held.filter(({ service }) => service === null || service === unplanned.service);
  if (items.length > 0) return whileHeld(words, open, items);
  if (isExpired(words, open)) return expired(words, open, `the plan has no target for "${unplanned.service}"`);
  const reason = `${nameOf(open.mergeRequest)} stays open, since the plan has no target for "${unplanned.service}"`;
  return { kind: 'nothing-to-do', reason };
}

function whileHeld(words: Words, open: OpenProposal, held: readonly HeldItem[]): Decision {
  const { graph, nameOf } = words;
  const because = heldWords(held);
  if (held.some(isDecided)) return closed(words, open, `${subjectName(graph)} is held: ${because}`, false);
  if (isExpired(words, open)) return expired(words, open, because);
  const { expiresAt } = open.mergeRequest;
  const until = expiresAt === undefined ? '' : ` until its plan expires at ${expiresAt}`;
  const reason = `${nameOf(open.mergeRequest)} stays open${until}, though the plan has no number: ${because}`;
  return { kind: 'held', reason, draft: undefined };
}

function expired(words: Words, open: OpenProposal, because: string): Decision {
  const { expiresAt } = open.mergeRequest;
  return closed(words, open, `its plan expired at ${expiresAt}, and there is no newer number: ${because}`, false);
}

/** Closes what is open, unless somebody stands in the way: then nobody may merge it unawares, so the reason is said. */
function closed({ view }: Words, open: OpenProposal, reason: string, isRefused: boolean): Decision {
  if (view.obstacle === undefined) return { kind: 'close', open, reason: visibleText(reason), isRefused };
  const { reason: inTheWay } = refusal(view.obstacle);
  return { kind: 'refused', reason: isRefused ? `${reason}; ${inTheWay}` : inTheWay, unwanted: reason };
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
    // The config may name another base by now, and then the proposal goes there.
    view.base.branch === open.mergeRequest.base.branch &&
    view.head.commit === open.mergeRequest.head.commit &&
    proposed.size === draft.files.length &&
    draft.files.every(({ file, bytes }) => {
      const stored = view.head.files.get(file);
      return proposed.has(file) && stored !== undefined && stored.object === objectName(bytes, stored.object);
    })
  );
}

function refusal(obstacle: Obstacle): { readonly kind: 'refused'; readonly reason: string } {
  switch (obstacle.kind) {
    case 'foreign':
      return { kind: 'refused', reason: `${obstacle.reason}; merge or delete the branch, then propose again` };
    case 'alias':
      return {
        kind: 'refused',
        reason: `${obstacle.reason}; take it away with git symbolic-ref -d, then propose again`,
      };
    case 'checked-out':
      return { kind: 'refused', reason: `${obstacle.reason}; check out another one there, then propose again` };
    case 'held':
      return { kind: 'refused', reason: `${obstacle.reason}; take it off, and it is brought up to date again` };
  }
}
