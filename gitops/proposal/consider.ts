import { DEFAULT_OPERATOR_VERSION, type HeldItem, type Result, succeed } from '../../api/index.ts';
import { type EditGroup, supportingFiles } from '../edit-set/index.ts';
import type { BranchView, SurveyedProposal, ViewRequest } from '../forges/index.ts';
import { proposalBranch } from './branch.ts';
import { type DecideOptions, type Decision, decide, decideHeld } from './decide.ts';
import { draftProposal } from './draft.ts';
import { inPhases } from './phases.ts';
import type { ProposeInput } from './propose.ts';
import { planInputFiles, staleInputs } from './stale-inputs.ts';

/** One graph's proposal: what is there, and what is to be done. */
export interface Considered {
  readonly environment: string;
  readonly deployment: string;
  readonly view: BranchView;
  readonly decision: Decision;
  /** `newest` of the survey by which it was settled; undefined where none was needed. */
  readonly surveyed?: number | undefined;
  /** Services whose numbers wait for this proposal. */
  readonly waiting: readonly HeldItem[];
  /** Looks at what is there by now, and decides again. */
  readonly again: () => Promise<Result<Considered>>;
}

/** A graph that the plan has targets for. */
export async function consider(input: ProposeInput, group: EditGroup): Promise<Result<Considered>> {
  const { plan, forge, pricing, backtest, operator = DEFAULT_OPERATOR_VERSION } = input;
  const edited = [...new Set(group.edits.map((edit) => edit.location.file))];
  const inputs = group.edits.length === 0 ? [] : planInputFiles(plan);
  const view = await forge.view({
    ...branchesOf(input, group),
    files: edited,
    supporting: [...supportingFiles(plan, group.edits), ...inputs],
  });
  if (!view.ok) return view;
  const { base, merged } = view.value;
  const stale = staleInputs(plan, inputs, base);
  if (stale.length > 0) return { ok: false, error: stale };
  const phased = inPhases(plan, group, { merged, status: input.status, sign: forge.sign });
  const [first] = phased.waiting;
  const drafted =
    first !== undefined && phased.group.edits.length === 0
      ? succeed({ kind: 'waiting', reason: first.reason } as const)
      : draftProposal(phased.plan, phased.group, base, { pricing, operator, backtest, forge: forge.name });
  if (!drafted.ok) return drafted;
  return succeed({
    ...{ environment: group.environment, deployment: group.deployment, view: view.value, waiting: phased.waiting },
    decision: decide(plan, group, view.value, drafted.value, optionsOf(input)),
    again: () => consider(input, group),
  });
}

/** A graph without any target, of which a proposal is open. */
export async function considerHeld(
  input: ProposeInput,
  open: SurveyedProposal,
  held: readonly HeldItem[],
): Promise<Result<Considered>> {
  const group = graphOf(open);
  const view = await input.forge.view({ base: input.base, head: open.branch, files: [] });
  if (!view.ok) return view;
  return succeed({
    ...{ environment: group.environment, deployment: group.deployment, view: view.value, waiting: [] },
    decision: decideHeld(input.plan, group, view.value, held, optionsOf(input)),
    again: () => considerHeld(input, open, held),
  });
}

/** A proposal whose numbers another one proposes now. */
export async function considerSuperseded(
  input: ProposeInput,
  old: SurveyedProposal,
  by: string,
): Promise<Result<Considered>> {
  const view = await input.forge.view({ base: input.base, head: old.branch, files: [] });
  if (!view.ok) return view;
  const { open, obstacle } = view.value;
  const { environment, deployment } = graphOf(old);
  const decision: Decision =
    open === undefined
      ? { kind: 'nothing-to-do', reason: 'no proposal is open' }
      : obstacle !== undefined
        ? { kind: 'refused', reason: `${obstacle.reason}, and ${by} changes what it proposes` }
        : { kind: 'close', open, isRefused: false, reason: `superseded by the proposal of ${by}` };
  return succeed({
    ...{ environment, deployment, view: view.value, decision, waiting: [] },
    again: () => considerSuperseded(input, old, by),
  });
}

/** The graph that an open proposal is of. */
export function graphOf({ changes, branch }: SurveyedProposal): EditGroup {
  const [first] = changes;
  const [environment = '', deployment = ''] = branch.split('/').slice(1);
  return {
    environment: first?.environment ?? environment,
    deployment: first?.deployment ?? deployment,
    edits: [],
  };
}

function branchesOf({ base }: ProposeInput, { environment, deployment }: EditGroup): Omit<ViewRequest, 'files'> {
  return { base, head: proposalBranch(environment, deployment) };
}

function optionsOf({ forge, now, limits }: ProposeInput): DecideOptions {
  return { sign: forge.sign, now, minStepAfterClose: limits?.minStepAfterClose ?? 1 };
}
