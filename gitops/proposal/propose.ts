import {
  type AutoMergePolicy,
  type Backtest,
  type HeldItem,
  isSealed,
  type LiveStatus,
  type MergeRequest,
  type OperatorVersion,
  type Plan,
  type Pricing,
  type Result,
  succeed,
} from '../../api/index.ts';
import { subjectName } from '../../report/index.ts';
import { planEdits } from '../edit-set/index.ts';
import type { Forge } from '../forges/index.ts';
import type { AutoMerge } from './auto-merge.ts';
import type { Considered } from './consider.ts';
import { considerAll, settleAll } from './consider-all.ts';
import type { Decision } from './decide.ts';
import type { Draft } from './draft.ts';
import { followUp } from './follow-up.ts';
import { announce } from './outcome.ts';
import type { ProposalLimits } from './settle.ts';

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
  /** Figures of the last days, for the body of the graph's proposal. */
  readonly backtest?: Backtest | undefined;
  /** The release whose admission has to take the edited graphs; the one that a config without a word of it means. */
  readonly operator?: OperatorVersion;
  readonly limits?: ProposalLimits;
  /** The very status that the plan was made with; undefined where nobody has it, so that nothing counts as observed. */
  readonly status?: LiveStatus | undefined;
  /** What the forge may merge by itself; nothing where it is left out. */
  readonly autoMerge?: AutoMergePolicy | undefined;
  /** Decide and draft, and write nothing. */
  readonly dryRun?: boolean;
  /** Called as each proposal is done, in order. */
  readonly onProposal?: (proposal: Proposal) => void;
}

export type ProposalOutcome = 'created' | 'updated' | 'unchanged' | 'closed' | 'nothing-to-do' | 'held' | 'refused';

/** What became, or in a dry run would become, of one graph's proposal. */
export interface Proposal {
  readonly environment: string;
  readonly deployment: string;
  readonly outcome: ProposalOutcome;
  /** Why nothing was written, or why it was closed. */
  readonly reason: string | undefined;
  /** Whether what the plan wants may not be, whatever became of the proposal. */
  readonly isRefused: boolean;
  /** Numbers that wait for this proposal to be merged and observed. */
  readonly waiting: readonly HeldItem[];
  readonly base: { readonly branch: string; readonly commit: string };
  readonly branch: string;
  /** Undefined where the plan wants no change, or may not make it. */
  readonly draft: Draft | undefined;
  /** Whether the forge merges it by itself; undefined where nothing says that it may. */
  readonly autoMerge: AutoMerge | undefined;
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

  const considered = await considerAll(input, groups.value);
  if (!considered.ok) return considered;
  const settled = await settleAll(input, groups.value, considered.value);
  if (!settled.ok) return settled;

  const proposals: Proposal[] = [];
  let own = 0;
  for (const one of settled.value) {
    // What this run has opened itself shares no file with the rest.
    const surveyed = one.surveyed === undefined ? undefined : one.surveyed + own;
    const proposal =
      input.dryRun === true ? succeed(proposalOf(input, one)) : await carryOut(input, { ...one, surveyed });
    if (!proposal.ok) return proposal;
    proposals.push(proposal.value);
    if (surveyed !== undefined && proposal.value.mergeRequest?.number === surveyed + 1) own += 1;
    input.onProposal?.(proposal.value);
  }
  proposals.sort((a, b) => (subjectName(a) < subjectName(b) ? -1 : 1));
  return succeed(
    expiry === undefined ? { kind: 'proposed', proposals } : { kind: 'refused', reason: expiry, proposals },
  );
}

/**
 * Writes what was decided. Where the base or a ref moved meanwhile, decides again; where somebody else proposed other
 * numbers meanwhile, theirs stand, since nothing says that ours are the better ones. Where they left nothing to do, the
 * race is no failure.
 */
async function carryOut(input: ProposeInput, first: Considered): Promise<Result<Proposal>> {
  let considered = first;
  for (let race = 1; ; race += 1) {
    const written = await writeDecision(input, considered);
    if (written.ok) return followUp(input, considered, written.value);
    const lost = written.error.every((problem) => problem.code === 'conflict');
    if (!lost || race === MAX_RACES) return written;
    const again = await first.again();
    if (!again.ok) return again;
    const isRivals =
      again.value.view.open?.revision !== first.view.open?.revision ||
      again.value.view.head.commit !== first.view.head.commit;
    const { kind } = again.value.decision;
    if (isRivals && kind !== 'unchanged' && kind !== 'nothing-to-do') return written;
    considered = { ...again.value, surveyed: first.surveyed };
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
        surveyed: considered.surveyed,
      });
      return written.ok ? succeed({ ...proposalOf(input, considered), mergeRequest: written.value }) : written;
    }
    case 'close': {
      const told = await announce(input, considered);
      if (!told.ok) return told;
      const closed = await forge.close(view, decision.reason, now);
      return closed.ok ? succeed({ ...proposalOf(input, considered), mergeRequest: closed.value }) : closed;
    }
    case 'nothing-to-do': {
      const dropped = decision.dropsBranch === true ? await forge.dropBranch(view, now) : succeed(undefined);
      return dropped.ok ? succeed(proposalOf(input, considered)) : dropped;
    }
    case 'unchanged':
    case 'held':
    case 'refused':
      return succeed(proposalOf(input, considered));
  }
}

const OUTCOMES: { readonly [kind in Decision['kind']]: ProposalOutcome } = {
  create: 'created',
  update: 'updated',
  unchanged: 'unchanged',
  close: 'closed',
  'nothing-to-do': 'nothing-to-do',
  held: 'held',
  refused: 'refused',
};

function proposalOf({ forge }: ProposeInput, considered: Considered): Proposal {
  const { environment, deployment, view, decision, waiting } = considered;
  return {
    ...{ environment, deployment, waiting },
    outcome: OUTCOMES[decision.kind],
    reason: 'reason' in decision ? decision.reason : undefined,
    isRefused: decision.kind === 'refused' || (decision.kind === 'close' && decision.isRefused),
    base: { branch: view.base.branch, commit: view.base.commit },
    branch: view.head.branch,
    draft: 'draft' in decision ? decision.draft : undefined,
    autoMerge: undefined,
    mergeRequest: view.open?.mergeRequest,
    sign: forge.sign,
  };
}
