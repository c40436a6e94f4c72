import {
  DEFAULT_OPERATOR_VERSION,
  formatProblem,
  isSealed,
  type MergeRequest,
  type OperatorVersion,
  type Plan,
  type Pricing,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { type EditGroup, planEdits, supportingFiles } from '../edit-set/index.ts';
import type { BranchView, Forge } from '../forges/index.ts';
import { proposalBranch } from './branch.ts';
import { type Decision, decide } from './decide.ts';
import { type Draft, draftProposal } from './draft.ts';

/** The name under which proposals are committed. */
export const PROPOSER = { name: 'dynamo-gitops', email: 'dynamo-gitops@users.noreply.invalid' } as const;

/** Times that a lost race is run again from what the winner left. */
const MAX_RACES = 5;

export interface ProposeInput {
  readonly plan: Plan;
  readonly forge: Forge;
  /** Branch that proposals are merged into. */
  readonly base: string;
  readonly now: Date;
  readonly pricing?: Pricing | undefined;
  /** The release whose admission has to take the edited graphs; the one that a config without a word of it means. */
  readonly operator?: OperatorVersion;
  /** Decide and draft, and write nothing. */
  readonly dryRun?: boolean;
  /** Called as each proposal is done, in order. */
  readonly onProposal?: (proposal: Proposal) => void;
}

export type ProposalOutcome = 'created' | 'updated' | 'unchanged' | 'closed' | 'nothing-to-do' | 'refused';

/** What became, or in a dry run would become, of one graph's proposal. */
export interface Proposal {
  readonly environment: string;
  readonly deployment: string;
  readonly outcome: ProposalOutcome;
  /** Why nothing was written, or why it was closed. */
  readonly reason: string | undefined;
  readonly base: { readonly branch: string; readonly commit: string };
  readonly branch: string;
  /** Undefined where the plan wants no change, or may not make it. */
  readonly draft: Draft | undefined;
  /** As the forge now has it; undefined where there is none. */
  readonly mergeRequest: MergeRequest | undefined;
  /** What people of the forge write before a number. */
  readonly sign: Forge['sign'];
}

/** A run over a plan: refused as a whole, or one proposal for each graph and environment in it. */
export type ProposeResult =
  /** In a dry run with what it would have been. */
  | { readonly kind: 'refused'; readonly reason: string; readonly proposals: readonly Proposal[] }
  | { readonly kind: 'proposed'; readonly proposals: readonly Proposal[] };

/**
 * Brings the proposals of a forge in line with a plan: one for each graph and environment, opened, updated in place, left
 * alone or closed. Running it again changes nothing.
 * @returns problems before anything is written, where the plan is not sealed or not made from the files of the base.
 */
export async function propose(input: ProposeInput): Promise<Result<ProposeResult>> {
  const { plan } = input;
  if (!isSealed(plan)) {
    const message = 'the plan was changed after it was made: its digest does not match';
    return { ok: false, error: [{ code: 'schema', path: 'digest', message, hint: 'run plan again' }] };
  }
  const expiry =
    Date.parse(plan.expiresAt) < input.now.getTime()
      ? `the plan expired at ${plan.expiresAt}; its numbers no longer speak of now, so run plan again`
      : undefined;
  if (expiry !== undefined && input.dryRun !== true) {
    return succeed({ kind: 'refused', reason: expiry, proposals: [] });
  }
  const groups = planEdits(plan);
  if (!groups.ok) return groups;

  // Every proposal is drafted before the first is written, so that a stale file stops them all.
  const considered: Considered[] = [];
  const problems: Problem[] = [];
  for (const group of groups.value) {
    const one = await consider(input, group);
    if (one.ok) considered.push(one.value);
    else problems.push(...one.error);
  }
  if (problems.length > 0) return { ok: false, error: distinct(problems) };

  const proposals: Proposal[] = [];
  for (const one of considered) {
    const proposal = input.dryRun === true ? succeed(withoutWriting(one)) : await carryOut(input, one);
    if (!proposal.ok) return proposal;
    proposals.push(proposal.value);
    input.onProposal?.(proposal.value);
  }
  return succeed(
    expiry === undefined ? { kind: 'proposed', proposals } : { kind: 'refused', reason: expiry, proposals },
  );
}

/** A missing base is every group's problem, and said once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}

interface Considered {
  readonly group: EditGroup;
  readonly sign: Forge['sign'];
  readonly view: BranchView;
  readonly decision: Decision;
}

async function consider(input: ProposeInput, group: EditGroup): Promise<Result<Considered>> {
  const view = await input.forge.view({
    base: input.base,
    head: proposalBranch(group.environment, group.deployment),
    files: [
      ...new Set([...group.edits.map((edit) => edit.location.file), ...supportingFiles(input.plan, group.edits)]),
    ],
  });
  if (!view.ok) return view;
  const { pricing, forge, operator = DEFAULT_OPERATOR_VERSION } = input;
  const drafted = draftProposal(input.plan, group, view.value.base, { pricing, operator, forge: forge.name });
  if (!drafted.ok) return drafted;
  const { sign } = forge;
  return succeed({ group, sign, view: view.value, decision: decide(input.plan, view.value, drafted.value, sign) });
}

/**
 * Writes what was decided. Where the base or a ref moved meanwhile, decides again; where somebody else proposed other
 * numbers meanwhile, theirs stand, since nothing says that ours are the better ones.
 */
async function carryOut(input: ProposeInput, first: Considered): Promise<Result<Proposal>> {
  let considered = first;
  for (let race = 1; ; race += 1) {
    const written = await writeDecision(input, considered);
    if (written.ok) return written;
    const lost = written.error.every((problem) => problem.code === 'conflict');
    if (!lost || race === MAX_RACES) return written;
    const again = await consider(input, first.group);
    if (!again.ok) return again;
    const isRivals =
      again.value.view.open?.revision !== first.view.open?.revision ||
      again.value.view.head.commit !== first.view.head.commit;
    if (isRivals && again.value.decision.kind !== 'unchanged') return written;
    considered = again.value;
  }
}

async function writeDecision(input: ProposeInput, considered: Considered): Promise<Result<Proposal>> {
  const { view, decision } = considered;
  const { plan, forge, now } = input;
  switch (decision.kind) {
    case 'create':
    case 'update': {
      const { draft } = decision;
      const written = await forge.write({
        ...draft,
        ...{ view, planDigest: plan.digest, plannedAt: plan.createdAt, expiresAt: plan.expiresAt, at: now },
      });
      return written.ok ? succeed({ ...withoutWriting(considered), mergeRequest: written.value }) : written;
    }
    case 'close': {
      const closed = await forge.close(view, decision.reason, now);
      return closed.ok ? succeed({ ...withoutWriting(considered), mergeRequest: closed.value }) : closed;
    }
    case 'unchanged':
    case 'nothing-to-do':
    case 'refused':
      return succeed(withoutWriting(considered));
  }
}

const OUTCOMES: { readonly [kind in Decision['kind']]: ProposalOutcome } = {
  create: 'created',
  update: 'updated',
  unchanged: 'unchanged',
  close: 'closed',
  'nothing-to-do': 'nothing-to-do',
  refused: 'refused',
};

function withoutWriting({ group, sign, view, decision }: Considered): Proposal {
  return {
    environment: group.environment,
    deployment: group.deployment,
    outcome: OUTCOMES[decision.kind],
    reason: 'reason' in decision ? decision.reason : undefined,
    base: { branch: view.base.branch, commit: view.base.commit },
    branch: view.head.branch,
    draft: 'draft' in decision ? decision.draft : undefined,
    mergeRequest: view.open?.mergeRequest,
    sign,
  };
}
